import Bytes
import Dissect
import Session
import TestSupport
import Testing

@testable import Viz

@Suite struct TreePaneTests {
  static var analysis: Analysis {
    var script = Script()
    script.tcp(0, (2, 40001), (1, 8080), .syn, seq: 1)
    script.tcp(0.2, (1, 8080), (2, 40001), [.syn, .ack], seq: 9, ack: 2)
    script.listener(0.3, 1)
    return script.analysis
  }

  @Test func foldedAndUnfolded() throws {
    let tree = Self.analysis.tree(2)
    var folds = TreePane.Folds()
    var canvas = Canvas(width: 60, height: 22)
    let syn = try #require(
      tree.nodes.firstIndex { Catalogue.shared.info($0.field).name == "tcp.flags.syn" })
    let whole = TreePane.visible(tree, folds)
    #expect(!whole.contains(syn))
    folds.reveal(syn, in: tree)
    #expect(TreePane.visible(tree, folds).contains(syn))
    let area = Rectangle(x: 0, y: 0, width: 60, height: 22)
    TreePane.draw(on: &canvas, in: area, tree: tree, title: "row 2", folds: folds, selection: syn)
    expectGolden(canvas, named: "tree")
    let group = try #require(TreePane.parent(of: syn, in: tree))
    folds.toggle(group, in: tree)
    #expect(!TreePane.visible(tree, folds).contains(syn))
    // A fold holds for the same field of another row.
    let other = Self.analysis.tree(3)
    let place = try #require(
      other.nodes.firstIndex { Catalogue.shared.info($0.field).name == "tcp.flags" })
    #expect(!folds.isOpen(place, in: other))
  }

  @Test func visibleNodesAreThoseWithoutClosedParents() {
    let analysis = Self.analysis
    for row in 1...analysis.rows.count {
      let tree = analysis.tree(row)
      var folds = TreePane.Folds()
      for index in tree.nodes.indices { folds.set(index, open: true, in: tree) }
      #expect(TreePane.visible(tree, folds) == Array(tree.nodes.indices))
      for index in tree.nodes.indices { folds.set(index, open: false, in: tree) }
      #expect(TreePane.visible(tree, folds) == tree.nodes.indices.filter { tree.nodes[$0].depth == 0 })
    }
  }

  @Test(arguments: [41, 74, 30]) func octetsOfTheField(_ width: Int) throws {
    let tree = Self.analysis.tree(2)
    let port = try #require(
      tree.nodes.firstIndex { Catalogue.shared.info($0.field).name == "tcp.dstport" })
    var canvas = Canvas(width: width, height: 10)
    let area = Rectangle(x: 0, y: 0, width: width, height: 10)
    HexPane.draw(on: &canvas, in: area, tree: tree, source: 0, selection: port)
    expectGolden(canvas, named: "hex-\(width)")
    let marked = canvas.cells.filter { $0.style == .selected }.map { String(Character($0.scalar)) }.joined()
    #expect(marked.filter { $0 != " " } == "1f90..")
  }

  /// Field and octets select each other.
  @Test func selectionIsShared() throws {
    let tree = Self.analysis.tree(2)
    for (index, node) in tree.nodes.enumerated() where node.length > 0 {
      let found = try #require(
        TreePane.node(at: Int(node.offset), source: Int(node.source), in: tree))
      #expect(tree.nodes[found].depth >= node.depth)
      let inside = tree.nodes[found]
      #expect(inside.offset <= node.offset && node.offset < inside.offset + inside.length)
      _ = index
    }
    #expect(TreePane.node(at: 100_000, source: 0, in: tree) == nil)
    #expect(TreePane.node(at: 0, source: 9, in: tree) == nil)
  }

  @Test func anyRowAnySizeIsDrawnClean() {
    var script = Script()
    let bad = "\u{1B}[31mred\u{7}\u{9B}\u{202E}"
    script.event(0, .note, bad, [EventField("what", bad), EventField(bad, bad)])
    script.tcp(0.6, (2, 40001), (1, 8080), [.psh, .ack], seq: 1, payload: bad)
    script.frame(0.7, from: 2, [1, 2, 3])
    let analysis = script.analysis
    for row in 1...analysis.rows.count {
      let tree = analysis.tree(row)
      var folds = TreePane.Folds()
      for index in tree.nodes.indices { folds.set(index, open: true, in: tree) }
      for (width, height) in [(0, 0), (5, 2), (22, 9), (80, 24)] {
        for selection in [nil, 0, tree.nodes.count - 1, 10_000] {
          var canvas = Canvas(width: width, height: height)
          let area = Rectangle(x: 0, y: 0, width: width, height: height)
          TreePane.draw(
            on: &canvas, in: area, tree: tree, title: bad, folds: folds, selection: selection)
          for line in canvas.lines { expectClean(line) }
          HexPane.draw(on: &canvas, in: area, tree: tree, source: 0, selection: selection, cursor: 2)
          HexPane.draw(on: &canvas, in: area, tree: tree, source: 7, selection: selection)
          for line in canvas.lines { expectClean(line) }
        }
      }
    }
  }
}

@Suite struct MarkdownTests {
  static let text = """
    # Who says yes?

    The **kernel** answers, *not* the `program`, while a long paragraph is broken at spaces and goes on in the
    next line. See [RFC 9293](https://www.rfc-editor.org/rfc/rfc9293) and <https://example.org>.

    ## A list

    - one
    - two with `code` that is long enough to be broken over two lines
      1. first
      2. second

    > A quote that is
    > long enough to be broken, too, over more than one line.

    ```text
    $ ss -ltn
    State  Recv-Q Send-Q
      LISTEN 2      1      with a tail that is wider than the page
    ```

    <!-- not for readers -->

    | who | says | what it means for a client |
    |-----|------|----|
    | kernel | SYN,ACK | the handshake is complete before the program knows |
    | `program` | accept() | the connection leaves the queue |

    ---
    A line  
    broken by its author.
    """

  @Test(arguments: [40, 72]) func pageLooksAsKept(_ width: Int) {
    let lines = MarkdownPane.lines(Self.text, width: width)
    #expect(lines.allSatisfy { $0.columns <= width })
    var canvas = Canvas(width: width, height: lines.count)
    MarkdownPane.draw(
      on: &canvas, in: Rectangle(x: 0, y: 0, width: width, height: lines.count), lines: lines, scroll: 0)
    expectGolden(canvas, named: "markdown-\(width)")
  }

  @Test func stylesSayWhatIsMeant() {
    let spans = MarkdownPane.lines("# T\n\na **b** `c` [d](e)", width: 40).flatMap(\.spans)
    #expect(spans.contains(.init("T", .title)))
    #expect(spans.contains(.init("b", .strong)))
    #expect(spans.contains(.init("c", .code)))
    #expect(spans.contains(.init("d", .link)))
  }

  @Test func theEndIsSaid() {
    let lines = MarkdownPane.lines(String(repeating: "word\n\n", count: 30), width: 20)
    var canvas = Canvas(width: 20, height: 10)
    let area = Rectangle(x: 0, y: 0, width: 20, height: 10)
    MarkdownPane.draw(on: &canvas, in: area, lines: lines, scroll: 0)
    #expect(canvas.lines[9].hasSuffix(" 16 %"))
    canvas = Canvas(width: 20, height: 10)
    MarkdownPane.draw(on: &canvas, in: area, lines: lines, scroll: 1000)
    #expect(canvas.lines[9].hasSuffix("end"))
  }

  @Test func hostileTextIsHarmless() {
    let deep = String(repeating: "> - ", count: 500) + "x"
    for text in [
      "", "\u{0}", "\u{1B}[31m", deep, "|a|\n|-|\n|\u{9B}|", "[x](\u{202E})",
      String(repeating: "x", count: 999),
    ] {
      for width in [0, 1, 8, 80] {
        let lines = MarkdownPane.lines(text, width: width)
        var canvas = Canvas(width: 80, height: 10)
        MarkdownPane.draw(
          on: &canvas, in: Rectangle(x: 0, y: 0, width: 80, height: 10), lines: lines, scroll: 0)
        for line in canvas.lines { expectClean(line) }
      }
    }
  }

  @Test func linesBreakAtSpacesAndInsideWordsThatAreTooLong() {
    func wrap(_ text: String, _ width: Int) -> [String] { StyledLine(text).wrapped(width).map(\.text) }
    #expect(wrap("one two three", 7) == ["one two", "three"])
    #expect(wrap("abcdefgh", 3) == ["abc", "def", "gh"])
    #expect(wrap("a bcdefgh", 3) == ["a", "bcd", "efg", "h"])
    #expect(wrap("", 3) == [""])
    #expect(wrap("\u{4E00}\u{4E8C}\u{4E09}", 4) == ["\u{4E00}\u{4E8C}", "\u{4E09}"])
    #expect(wrap("\u{4E00}\u{4E8C}", 1).joined() == "\u{4E00}\u{4E8C}")
  }

  @Test func listsKeepTheSelectionInSight() {
    for count in 0...12 {
      for height in 1...6 {
        for selection in 0..<max(1, count) {
          for current in 0...count {
            let first = ListPane.scroll(
              selection: selection, count: count, height: height, current: current)
            #expect(first >= 0 && first <= max(0, count - height))
            if count > 0 { #expect(selection >= first && selection < first + height) }
          }
        }
      }
    }
  }
}
