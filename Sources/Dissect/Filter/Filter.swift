import Bytes

/// Why a display filter can't be read.
public struct FilterError: Error, Equatable, CustomStringConvertible {
  /// Where, from 1.
  public var column: Int
  /// What is wrong there, and the nearest known name where a name is wrong.
  public var text: String
  /// One line for the user.
  public var description: String { "filter, column \(column): \(text)" }
}

/// A display filter in Wireshark 4.0's language: `tcp.port == 80 && !(ip.addr == 10.0.0.0/8)`.
///
/// `==` holds when any value of the field is equal, `!=` when all are different; a field alone holds when the row has it.
/// Beyond Wireshark's, a duration may have a unit (`200ms`), and events have fields too.
public struct Filter: Sendable {
  /// What was compiled.
  let root: FilterNode
  private let needs: FilterCompiler.Needs

  /// Parses and checks `text`; an empty filter matches every row.
  public init(_ text: String) throws(FilterError) {
    var parser = try FilterParser(text)
    var compiler = FilterCompiler()
    root = try parser.parse().map { (test) throws(FilterError) in try compiler.node(test) } ?? .always
    needs = compiler.needs
  }

  /// Whether the filter has a test at all.
  var isSelective: Bool { if case .always = root { false } else { true } }

  /// Whether the row with this tree matches. A simple test reads the nodes alone and makes nothing.
  public func matches(_ tree: Dissection) -> Bool { root.matches(tree) }

  /// Whether any test reads octets of the tree's sources: texts, byte strings, IPv6 addresses, slices.
  public var wantsOctets: Bool { needs.octets }

  /// Whether any test asks for what Backlab derives of a row.
  var wantsDerived: Bool { needs.fields.contains { Catalogue.shared.info($0).name.hasPrefix("backlab") } }

  /// The fields that the filter asks for.
  public var fields: Set<FieldID> { needs.fields }

  /// The protocols that must be in the tree for the filter to be answered. A test of octets needs those beneath too.
  public var layers: Set<Layer> { Set(needs.fields.map(\.layer)) }
}

/// A value of a field, for checks.
public enum FieldValue: Hashable, Sendable {
  /// A number, a truth value (0 or 1) or a row.
  case number(Int64)
  /// A duration or a moment, in nanoseconds.
  case seconds(Int64)
  /// Text.
  case text(String)
  /// Octets; an address is its octets in wire order.
  case bytes([UInt8])
}

extension Dissection {
  /// The value of a node; nil for headings, which have none.
  public func fieldValue(_ node: Node) -> FieldValue? {
    switch Catalogue.shared.info(node.field).type {
    case .heading: nil
    case .decimal, .hex, .signed, .flag, .row: .number(Int64(bitPattern: node.value))
    case .relativeTime, .absoluteTime: .seconds(Int64(bitPattern: node.value))
    case .text: .text(text(of: node))
    case .bytes, .ipv6: .bytes(Array(octets(of: node)))
    case .ipv4: .bytes((0..<4).map { UInt8(truncatingIfNeeded: node.value >> UInt64(24 - 8 * $0)) })
    case .ether: .bytes(MACAddress(node.value).octets)
    }
  }

  /// The nodes of the field called `name`, including event values that no table names.
  func nodes(named name: FieldName) -> [Node] {
    nodes.filter { node in
      guard name.ids.contains(node.field) else { return false }
      guard let key = name.key else { return true }
      return text(of: node).hasPrefix("\(key): ")
    }
  }

  /// The values of the field called `name`.
  func values(named name: FieldName) -> [FieldValue] {
    nodes(named: name).compactMap { node in
      guard let key = name.key else { return fieldValue(node) }
      let text = String(text(of: node).dropFirst(key.count + 2))
      return Int64(text).map { .number($0) } ?? .text(text)
    }
  }
}

extension Analysis {
  /// Whether a row (from 1) matches a filter.
  public func matches(_ filter: Filter, row: Int) -> Bool {
    var wants: Wanted = filter.wantsOctets ? [.nodes, .octets] : .nodes
    if filter.wantsDerived { wants.insert(.derived) }
    var tree = Dissection(wants: wants)
    draw(row, into: &tree)
    return filter.matches(tree)
  }

  /// The values of the field called `named` in a row (from 1); none when the row, or the catalogue, doesn't have it.
  public func values(named: String, row: Int) -> [FieldValue] {
    guard let name = FieldName(named) else { return [] }
    return tree(row).values(named: name)
  }
}

/// A field as a filter names it.
struct FieldName: Sendable {
  /// The fields that it stands for.
  var ids: [FieldID]
  /// For a value of an event that the tables don't name: its name.
  var key: String?

  /// Looks `name` up; nil when nothing has it.
  init?(_ name: String) {
    if let ids = Catalogue.shared.byName[name] {
      self.ids = ids
      return
    }
    let parts = name.split(separator: ".", maxSplits: 1)
    let layers: [Substring: Layer] = [
      "session": .session, "syscall": .syscall, "kernel": .kernel, "knob": .knob, "process": .process,
      "request": .request, "load": .load, "note": .note,
    ]
    guard parts.count == 2, let layer = layers[parts[0]] else { return nil }
    ids = [FieldID(layer: layer, index: EventTable.other)]
    key = String(parts[1])
  }

  /// The known name that is nearest to `name`; nil when none is near.
  static func nearest(_ name: String) -> String? {
    NearName.nearest(to: name, among: Catalogue.shared.byName.keys)
  }
}
