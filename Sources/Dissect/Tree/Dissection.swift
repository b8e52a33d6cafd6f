import Bytes

/// The tree of one row: nodes in pre-order, and the bytes that they point into.
public struct Dissection: Sendable {
  /// The nodes, parents before children.
  public internal(set) var nodes: [Node] = []
  /// The bytes that nodes point into; 0 is the frame, others were reassembled or decrypted.
  public internal(set) var sources: [DataSource] = []
  /// Texts that stand in no bytes: headings, derived strings. A node's `value` is the index plus one.
  public internal(set) var texts = TextList()
  /// The protocol column: the last protocol that was recognised (`TCP`, `TLSv1.3`, `HTTP`).
  public internal(set) var protocolName = ""
  /// The source and destination columns, and the length column.
  var sender = ColumnAddress.none, receiver = ColumnAddress.none
  var rowLength = 0
  /// The info column as it is being written. Hot paths append to it; others may use `info`.
  var column = TextBuffer()
  /// What the reader of this tree will look at; what nobody wants is not made.
  let wants: Wanted
  /// Depth that the next node gets.
  var depth: UInt8 = 0
  /// Source that the next node points into.
  var source: UInt8 = 0
  /// Helps those who ask for labels; nil where nobody does.
  private(set) var hint: SearchHint?
  /// Octets that came out of packed ones in this row.
  var unpackedOctets = 0

  /// An empty tree over a row's bytes.
  public init(frame bytes: [UInt8]) {
    wants = .all
    hint = SearchHint()
    sources = [DataSource(name: "Frame", bytes: bytes)]
  }

  /// An empty tree of which only some is wanted; `start` gives it a row.
  init(wants: Wanted) { self.wants = wants }

  /// What a tree that is used again is drawn for.
  public enum Purpose: Sendable {
    /// A line a row.
    case list
    /// All that there is to see.
    case everything
  }

  /// An empty tree to be drawn into again and again, for a purpose and for a filter's tests.
  public init(for purpose: Purpose, filter: Filter) {
    switch purpose {
    case .list:
      var wants = Wanted.columns
      if filter.isSelective { wants.insert(.nodes) }
      if filter.wantsOctets { wants.insert(.octets) }
      if filter.wantsDerived { wants.insert(.derived) }
      self.init(wants: wants)
    case .everything: self.init(wants: .all)
    }
  }

  /// Begins anew with another row's bytes, in the room of the row before.
  mutating func start(_ bytes: RawSpan) {
    start()
    if wants.contains(.octets) { sources[0].bytes = bytes.copied() }
  }

  /// Begins anew with a row that has no bytes.
  mutating func start() {
    nodes.removeAll(keepingCapacity: true)
    if sources.count > 1 { sources.removeLast(sources.count - 1) }
    if !texts.isEmpty { texts.removeAll() }
    column.removeAll()
    protocolName = ""
    (sender, receiver, rowLength) = (.none, .none, 0)
    (depth, source, unpackedOctets) = (0, 0, 0)
    if hint == nil, wants.contains(.labels) { hint = SearchHint() }
    if sources.isEmpty {
      sources.append(DataSource(name: "Frame", bytes: []))
    } else if wants.contains(.octets) {
      sources[0].bytes = []
    }
  }

  /// The info column, as Wireshark words it.
  public internal(set) var info: String {
    get { column.text }
    set {
      guard wants.contains(.columns) else { return }
      column.removeAll()
      column.append(newValue)
    }
  }

  /// Records a field that was read: `offset` and `length` in the current source.
  @discardableResult
  @inline(__always)
  mutating func add<F: Dissected>(_ field: F, _ value: UInt64 = 0, at offset: Int, _ length: Int) -> Int {
    guard wants.contains(.nodes) else { return 0 }
    nodes.append(
      Node(
        field: FieldID(field), depth: depth, source: source, offset: UInt32(clamping: offset),
        length: UInt32(clamping: length), value: value))
    return nodes.count - 1
  }

  /// Records a text that stands in no bytes as it is. It is made only for those who look at texts.
  @discardableResult
  mutating func add<F: Dissected>(
    _ field: F, text: @autoclosure () -> String, at offset: Int = 0, _ length: Int = 0
  ) -> Int {
    guard wants.contains(.octets) else { return add(field, at: offset, length) }
    texts.append(text())
    return add(field, UInt64(texts.count), at: offset, length)
  }

  /// The same for hot paths.
  @discardableResult
  mutating func add<F: Dissected>(_ field: F, words: @autoclosure () -> Wording, at offset: Int = 0) -> Int {
    guard wants.contains(.octets) else { return add(field, at: offset, 0) }
    texts.append(words())
    return add(field, UInt64(texts.count), at: offset, 0)
  }

  /// Reads an integer and records it.
  @discardableResult
  mutating func read<F: Dissected, T: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
    _ field: F, _ type: T.Type, from reader: inout Reader
  ) throws(ReadError) -> T {
    let offset = reader.position
    let value = try reader.read(T.self)
    add(field, UInt64(value), at: offset, MemoryLayout<T>.size)
    return value
  }

  /// Records `count` octets (bytes or text) and moves past them.
  mutating func bytes<F: Dissected>(_ field: F, _ count: Int, from reader: inout Reader) throws(ReadError) {
    let offset = reader.position
    try reader.skip(count)
    add(field, at: offset, count)
  }

  /// Opens a group (or a layer): nodes added until `close` are its children. The length is known at `close`.
  mutating func open<F: Dissected>(_ field: F, _ value: UInt64 = 0, at offset: Int, _ length: Int = 0) -> Int
  {
    let index = add(field, value, at: offset, length)
    // Without nodes `close` does not lead back, and a row may open thousands.
    if wants.contains(.nodes) { depth += 1 }
    return index
  }

  /// The same with a text for people, made only for those who look at labels.
  mutating func open<F: Dissected>(
    _ field: F, at offset: Int, _ length: Int = 0, text: @autoclosure () -> String
  ) -> Int {
    let index = open(field, at: offset, length)
    retitle(index, text())
    return index
  }

  /// Closes the group at `index`; its bytes end before `end` (absolute in its source) unless nil.
  mutating func close(_ index: Int, end: Int? = nil) {
    guard wants.contains(.nodes) else { return }
    depth = nodes[index].depth
    if let end { nodes[index].length = UInt32(clamping: end - Int(nodes[index].offset)) }
  }

  /// Gives a node its value.
  mutating func set(_ index: Int, _ value: UInt64) {
    if wants.contains(.nodes) { nodes[index].value = value }
  }

  /// Replaces the heading text of a node.
  mutating func retitle(_ index: Int, _ text: @autoclosure () -> String) {
    guard wants.contains(.labels) else { return }
    texts.append(text())
    nodes[index].value = UInt64(texts.count)
  }

  /// The same for hot paths.
  mutating func retitle(_ index: Int, words: @autoclosure () -> Wording) {
    guard wants.contains(.labels) else { return }
    texts.append(words())
    nodes[index].value = UInt64(texts.count)
  }

  /// Adds bytes that the frame does not hold as they are, and makes them the current source. Give the result of
  /// `source` before to `source` after.
  mutating func addSource(_ name: String, _ bytes: [UInt8]) {
    sources.append(DataSource(name: name, bytes: wants.contains(.octets) ? bytes : []))
    source = UInt8(clamping: sources.count - 1)
  }

  /// The same for bytes that stand elsewhere.
  mutating func addSource(_ name: String, _ bytes: RawSpan) {
    sources.append(DataSource(name: name, bytes: wants.contains(.octets) ? bytes.copied() : []))
    source = UInt8(clamping: sources.count - 1)
  }

  /// The nodes of a field, in order.
  public func all<F: Dissected>(_ field: F) -> [Node] {
    let id = FieldID(field)
    return nodes.filter { $0.field == id }
  }

  /// The first value of a field.
  public func first<F: Dissected>(_ field: F) -> UInt64? {
    let id = FieldID(field)
    return nodes.first { $0.field == id }?.value
  }

  /// The first value of a text field as text.
  public func firstText<F: Dissected>(_ field: F) -> String? {
    let id = FieldID(field)
    return nodes.first { $0.field == id }.map { text(of: $0) }
  }

  /// The octets a node stands for.
  public func octets(of node: Node) -> ArraySlice<UInt8> {
    guard Int(node.source) < sources.count else { return [] }
    let bytes = sources[Int(node.source)].bytes
    let start = min(Int(node.offset), bytes.count)
    return bytes[start..<min(start + Int(node.length), bytes.count)]
  }

  /// The value of a text node: from `texts` when it has an index there, else from its bytes, repaired UTF-8.
  public func text(of node: Node) -> String {
    if node.value != 0, Int(node.value) <= texts.count { return texts[Int(node.value) - 1] }
    return String(decoding: octets(of: node), as: UTF8.self)
  }
}

/// An address in the source or destination column.
enum ColumnAddress: Sendable, Equatable {
  case none
  case ether(MACAddress)
  case host(isV6: Bool, AddressBits)
  /// The host of an event.
  case name(String)

  /// As Wireshark prints it.
  var text: String {
    switch self {
    case .none: ""
    case .ether(let address): address.description
    case .host(true, let bits): IPv6Address(high: bits.high, low: bits.low).description
    case .host(_, let bits): IPv4Address(UInt32(truncatingIfNeeded: bits.low)).description
    case .name(let name): name
    }
  }
}

/// What a tree is made for.
struct Wanted: OptionSet, Sendable {
  let rawValue: UInt8
  /// The protocol and info columns.
  static let columns = Wanted(rawValue: 1)
  /// Texts of layers and groups: what `retitle` gives.
  static let labels = Wanted(rawValue: 2)
  /// The octets that nodes point into, and texts that stand in none: for values of text and bytes.
  static let octets = Wanted(rawValue: 4)
  /// Nodes at all.
  static let nodes = Wanted(rawValue: 8)
  /// The layer of what Backlab derives.
  static let derived = Wanted(rawValue: 16)
  /// All of it.
  static let all: Wanted = [.columns, .labels, .octets, .nodes, .derived]
}

/// Bytes that nodes point into.
public struct DataSource: Sendable {
  /// As Wireshark names it: `Frame`, `Decrypted TLS`, `Reassembled TCP`.
  public var name: String
  /// The octets.
  public var bytes: [UInt8]
}
