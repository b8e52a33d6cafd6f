public import Bytes
import Session

/// What a row's columns need beside its tree.
struct RowColumns {
  /// From 1.
  var row: Int
  /// When it was, and the first row, in nanoseconds since the epoch.
  var time: Int64?, start: Int64?
  /// Decimals of its time: as fine as its interface counts.
  var decimals: Int

  /// Appends a column by its number: row, time, source, destination, protocol, length, info.
  func append(_ column: Int, _ tree: Dissection, to text: inout TextBuffer) {
    switch column {
    case 0: text.append(row)
    case 1: if let time { text.append(seconds: time &- (start ?? time), decimals: decimals) }
    case 2: append(tree.sender, &text)
    case 3: append(tree.receiver, &text)
    case 4: text.append(tree.protocolName)
    case 5: text.append(tree.rowLength)
    default: text.append(clean: tree.column.raw)
    }
  }

  /// Appends the row as `tshark` lists it, without the line's end; `separator` stands between columns.
  func appendLine(_ tree: Dissection, separator: UInt8 = 32, to text: inout TextBuffer) {
    var start = text.count
    append(0, tree, to: &text)
    text.pad(from: start, width: 5)
    text.append(octet: separator)
    start = text.count
    append(1, tree, to: &text)
    text.pad(from: start, width: 10)
    text.append(octet: separator)
    start = text.count
    append(2, tree, to: &text)
    text.pad(from: start, width: 12)
    text.append(octet: separator)
    text.append("→" as StaticString)
    text.append(octet: separator)
    start = text.count
    append(3, tree, to: &text)
    text.append(octet: 32, count: 12 - (text.count - start))
    text.append(octet: separator)
    append(4, tree, to: &text)
    text.append(octet: separator)
    append(5, tree, to: &text)
    text.append(octet: separator)
    append(6, tree, to: &text)
  }

  private func append(_ address: ColumnAddress, _ text: inout TextBuffer) {
    switch address {
    case .none: break
    case .host(false, let bits): text.append(IPv4Address(UInt32(truncatingIfNeeded: bits.low)))
    case .host(true, let bits): text.append(IPv6Address(high: bits.high, low: bits.low))
    case .ether(let address): text.append(address)
    case .name(let name): text.append(clean: name)
    }
  }
}

extension Analysis {
  /// Appends a row (from 1) as `tshark` lists it, without the line's end: number, seconds since the first row, source,
  /// destination, protocol, length, info. `tree` is what `draw` made of the row, its columns wanted.
  public func appendLine(_ row: Int, _ tree: Dissection, to text: inout TextBuffer) {
    columns(row).appendLine(tree, to: &text)
  }

  /// What the columns of a row (from 1) need.
  func columns(_ row: Int) -> RowColumns {
    RowColumns(row: row, time: store.time(row), start: store.time(1), decimals: decimals(row))
  }

  private func decimals(_ row: Int) -> Int {
    guard let (number, section) = store.interface(row) else { return 6 }
    return interface(number, section: section)?.timeDecimals ?? 6
  }
}
