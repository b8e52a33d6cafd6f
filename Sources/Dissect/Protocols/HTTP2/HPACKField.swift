import Bytes

/// How a header field stands in a block: RFC 7541 section 6.
enum HPACKForm: UInt8 {
  case indexed, incremental, plain, never, sizeUpdate
}

/// One representation of a header block: where its parts are.
struct HPACKField {
  var form: HPACKForm
  /// The index of the field or of its name; 0 for a name in letters. The size of a size update.
  var index: UInt32
  /// The strings in the block; empty where there is none.
  var name: Range<Int>
  var value: Range<Int>
  var isNameHuffman: Bool
  var isValueHuffman: Bool
  /// Behind the field.
  var end: Int
}

/// What stands next in a header block.
enum HPACKStep {
  case field(HPACKField)
  /// The field goes on behind the octets that are there: it takes so many at least.
  case more(Int)
  case invalid(HPACKError)
}

/// What makes a header block unreadable, and with it all later ones of that direction: RFC 9113 section 4.3.
enum HPACKError: UInt8 {
  case none, integer, index, huffman, lateSizeUpdate, largeSizeUpdate, cut, long, full

  var words: String {
    switch self {
    case .none: ""
    case .integer: "an integer is too large"
    case .index:
      "an index points outside of the table (it does, too, where the capture began later than the connection)"
    case .huffman: "a string is not in the Huffman code"
    case .lateSizeUpdate: "a table size update stands behind a field"
    case .largeSizeUpdate: "the table is made larger than the other side allows"
    case .cut: "the block ends inside a field"
    case .long: "a field goes on for more than \(HPACKTable.longestField) octets"
    case .full: "the table's history is larger than what is kept"
    }
  }
}

/// The representation that begins at `start`.
func hpackStep(_ block: RawSpan, at start: Int) -> HPACKStep {
  var at = start
  let first = block[octet: start]
  var form = HPACKForm.plain
  var prefix: UInt8 = 4
  if first & 0x80 != 0 {
    (form, prefix) = (.indexed, 7)
  } else if first & 0x40 != 0 {
    (form, prefix) = (.incremental, 6)
  } else if first & 0x20 != 0 {
    (form, prefix) = (.sizeUpdate, 5)
  } else if first & 0x10 != 0 {
    form = .never
  }
  do throws(HPACKStop) {
    let index = try hpackInteger(block, &at, prefix: prefix)
    var field = HPACKField(
      form: form, index: index, name: at..<at, value: at..<at, isNameHuffman: false, isValueHuffman: false,
      end: at)
    if form == .indexed {
      return index == 0 ? .invalid(.index) : .field(field)
    }
    if form == .sizeUpdate { return .field(field) }
    if index == 0 { (field.name, field.isNameHuffman) = try hpackString(block, &at) }
    (field.value, field.isValueHuffman) = try hpackString(block, &at)
    field.end = at
    return .field(field)
  } catch {
    switch error {
    case .more(let end): return .more(end - start)
    case .invalid(let why): return .invalid(why)
    }
  }
}

private enum HPACKStop: Error {
  /// The place that must be reached.
  case more(Int)
  case invalid(HPACKError)
}

/// An integer with a prefix of some bits: RFC 7541 section 5.1. At most 32 bits are taken.
private func hpackInteger(_ block: RawSpan, _ at: inout Int, prefix: UInt8) throws(HPACKStop) -> UInt32 {
  guard at < block.byteCount else { throw .more(at + 1) }
  let mask = UInt8(1) << prefix - 1
  var value = UInt64(block[octet: at] & mask)
  at += 1
  if value < UInt64(mask) { return UInt32(value) }
  var shift: UInt64 = 0
  while true {
    guard at < block.byteCount else { throw .more(at + 1) }
    let octet = block[octet: at]
    at += 1
    value += UInt64(octet & 127) << shift
    if value > UInt64(UInt32.max) { throw .invalid(.integer) }
    if octet & 128 == 0 { return UInt32(value) }
    shift += 7
    // Zeros may follow for ever.
    if shift > 35 { throw .invalid(.integer) }
  }
}

/// A string: RFC 7541 section 5.2.
private func hpackString(_ block: RawSpan, _ at: inout Int) throws(HPACKStop) -> (Range<Int>, Bool) {
  guard at < block.byteCount else { throw .more(at + 1) }
  let isHuffman = block[octet: at] & 128 != 0
  let count = Int(try hpackInteger(block, &at, prefix: 7))
  if count > HPACKTable.longestField { throw .invalid(.long) }
  guard block.byteCount - at >= count else { throw .more(at + count) }
  defer { at += count }
  return (at..<at + count, isHuffman)
}
