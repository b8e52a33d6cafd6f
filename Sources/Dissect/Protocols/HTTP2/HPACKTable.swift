import Bytes

/// The header fields that one direction ever put into its table, and the static ones before them.
///
/// Nothing is taken out: what the table held at some time is the entries from a first to a last number, so that any
/// block can be read again at any later time, in any order. See RFC 7541 section 2.3.
struct HPACKTable {
  /// A field. Its texts are in `text`; a name that stood there already is not kept twice.
  struct Entry {
    var nameStart: UInt32
    var nameCount: UInt32
    var valueStart: UInt32
    var valueCount: UInt32
    /// What this entry and all before it count for, in octets: RFC 7541 section 4.1.
    var octets: UInt64
    /// Which header it is.
    var header: HTTP2Header

    var name: Range<Int> { Int(nameStart)..<Int(nameStart + nameCount) }
    var value: Range<Int> { Int(valueStart)..<Int(valueStart + valueCount) }
  }

  /// Where the table stands between two fields.
  struct State: Equatable {
    /// Entries ever put in, and how many of them went out again.
    var inserted: UInt32 = 0
    var evicted: UInt32 = 0
    /// What the entries may count for.
    var limit: UInt32 = 4096

    var count: Int { Int(inserted - evicted) }
  }

  static let statics = UInt32(hpackStaticTable.count)
  /// What is kept at most of a direction: a stream of fields that would never end can't fill the memory.
  static let mostEntries: UInt32 = 1 << 22
  static let mostText = 1 << 27
  static let longestField = 1 << 20

  private(set) var text: [UInt8]
  private(set) var entries: [Entry]

  private static let beginning: HPACKTable = {
    var table = HPACKTable(text: [], entries: [])
    var octets: UInt64 = 0
    for (name, value) in hpackStaticTable {
      let start = UInt32(table.text.count)
      let (nameCount, valueCount) = (UInt32(name.utf8CodeUnitCount), UInt32(value.utf8CodeUnitCount))
      unsafe table.text.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: Int(nameCount)))
      unsafe table.text.append(
        contentsOf: UnsafeBufferPointer(start: value.utf8Start, count: Int(valueCount)))
      octets += UInt64(nameCount + valueCount + 32)
      let header = HTTP2Header(table.text.raw.extracting(Int(start)..<Int(start + nameCount)))
      table.entries.append(
        Entry(
          nameStart: start, nameCount: nameCount, valueStart: start + nameCount, valueCount: valueCount,
          octets: octets, header: header))
    }
    return table
  }()

  private init(text: [UInt8], entries: [Entry]) {
    self.text = text
    self.entries = entries
  }

  /// A table with the static entries alone.
  init() { self = Self.beginning }

  /// What the table's entries count for.
  func octets(_ state: State) -> Int {
    Int(
      entries[Int(Self.statics + state.inserted) - 1].octets
        - entries[Int(Self.statics + state.evicted) - 1].octets)
  }

  /// The entry that an index of a block means.
  func entry(_ index: UInt32, _ state: State) -> Entry? {
    if index <= Self.statics { return index == 0 ? nil : entries[Int(index) - 1] }
    let back = index - Self.statics
    return back <= state.inserted - state.evicted ? entries[Int(Self.statics + state.inserted - back)] : nil
  }

  /// Sets how much the entries may count for, and takes out what is then too much.
  func resize(_ state: inout State, to limit: UInt32) {
    state.limit = limit
    evict(&state, leaving: UInt64(limit))
  }

  private func evict(_ state: inout State, leaving room: UInt64) {
    let all = entries[Int(Self.statics + state.inserted) - 1].octets
    while state.evicted < state.inserted,
      all - entries[Int(Self.statics + state.evicted) - 1].octets > room
    {
      state.evicted += 1
    }
  }

  /// Takes a new field's octets of text into account. A field larger than the table empties it and is not kept.
  func advance(_ state: inout State, by octets: Int) {
    let size = octets + 32
    guard size <= Int(state.limit) else {
      state.evicted = state.inserted
      return
    }
    evict(&state, leaving: UInt64(Int(state.limit) - size))
    state.inserted += 1
  }

  /// Puts a field into the table: the first time that its block is read.
  mutating func insert(_ field: HPACKField, of block: RawSpan, _ state: inout State) -> HPACKError {
    guard text.count <= Self.mostText, state.inserted < Self.mostEntries else { return .full }
    let start = text.count
    var entry = Entry(
      nameStart: UInt32(start), nameCount: 0, valueStart: 0, valueCount: 0, octets: 0, header: .other)
    if field.index != 0 {
      guard let known = self.entry(field.index, state) else { return .index }
      entry = known
    } else {
      guard hpackAppend(block, field.name, field.isNameHuffman, to: &text) else { return .huffman }
      entry.nameCount = UInt32(text.count - start)
      entry.header = HTTP2Header(text.raw.extracting(start..<text.count))
    }
    entry.valueStart = UInt32(text.count)
    guard hpackAppend(block, field.value, field.isValueHuffman, to: &text) else { return .huffman }
    entry.valueCount = UInt32(text.count) - entry.valueStart
    let before = state.inserted
    advance(&state, by: Int(entry.nameCount + entry.valueCount))
    if state.inserted > before {
      entry.octets =
        entries[Int(Self.statics + before) - 1].octets + UInt64(entry.nameCount + entry.valueCount + 32)
      entries.append(entry)
    } else {
      text.removeSubrange(start...)
    }
    return .none
  }
}

/// Appends a string of a block. Returns false if it is in no Huffman code.
func hpackAppend(_ block: RawSpan, _ range: Range<Int>, _ isHuffman: Bool, to text: inout [UInt8]) -> Bool {
  let octets = block.extracting(range)
  if isHuffman { return HPACKHuffman.shared.decode(octets, into: &text) }
  unsafe octets.withUnsafeBytes { unsafe text.append(contentsOf: $0) }
  return true
}
