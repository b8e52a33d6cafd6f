import Bytes
import Dissect
import Session
import TestSupport
import Testing

@testable import Viz

@Suite struct FrameViewTests {
  /// A field marks its octets, and an octet its field, for every row of a session.
  @Test func fieldAndOctetFollowEachOther() throws {
    let analysis = TreePaneTests.analysis
    for row in 1...analysis.rows.count {
      let tree = analysis.tree(row)
      var view = FrameView()
      view.show(row, tree)
      let count = tree.sources.first?.bytes.count ?? 0
      for octet in 0..<count {
        view.moveOctet(by: octet - view.octet, in: tree)
        #expect(view.octet == octet)
        let node = tree.nodes[view.node]
        #expect(Int(node.offset) <= octet && octet < Int(node.offset) + Int(node.length))
        #expect(TreePane.visible(tree, view.folds).contains(view.node))
      }
      var view2 = FrameView()
      view2.show(row, tree)
      view2.move(by: -1000, in: tree)
      #expect(view2.node == 0)
      for _ in 0..<200 {
        view2.move(by: 1, in: tree)
        let node = tree.nodes[view2.node]
        if node.length > 0 { #expect(view2.octet == Int(node.offset) && view2.source == Int(node.source)) }
      }
    }
  }

  @Test func groupsOpenAndClose() throws {
    let tree = TreePaneTests.analysis.tree(2)
    var view = FrameView()
    view.show(2, tree)
    let before = TreePane.visible(tree, view.folds).count
    #expect(tree.nodes[view.node].depth == 0)
    let closed = view.fold(in: tree)
    #expect(closed)
    #expect(TreePane.visible(tree, view.folds).count < before)
    view.fold(open: true, in: tree)
    #expect(TreePane.visible(tree, view.folds).count == before)
    view.move(by: 1, in: tree)
    let parent = TreePane.parent(of: view.node, in: tree)
    view.fold(open: false, in: tree)
    #expect(view.node == parent)
  }

  /// The same field in the next row, so that rows can be compared.
  @Test func fieldHoldsFromRowToRow() throws {
    let analysis = TreePaneTests.analysis
    var view = FrameView()
    let rows = analysis.rows.filter { if case .frame = $0.record { true } else { false } }.map(\.number)
    try #require(rows.count == 2)
    let tree = analysis.tree(rows[0])
    view.show(rows[0], tree)
    view.move(by: 2, in: tree)
    let field = tree.nodes[view.node].field
    let next = analysis.tree(rows[1])
    view.show(rows[1], next)
    #expect(next.nodes[view.node].field == field)
  }
}
