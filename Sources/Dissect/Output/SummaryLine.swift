public import Bytes
import Session

extension Analysis {
  /// Appends a row (from 1) as `tshark` lists it, without the line's end: number, seconds since the first row, source,
  /// destination, protocol, length, info. `tree` is what `draw` made of the row, its columns wanted.
  public func appendLine(_ row: Int, _ tree: borrowing Dissection, to text: inout TextBuffer) {
    var start = text.count
    text.append(row)
    text.pad(from: start, width: 5)
    text.append(octet: 32)
    start = text.count
    if let time = store.time(row) {
      text.append(seconds: time &- (store.time(1) ?? time), decimals: decimals(row))
    }
    text.pad(from: start, width: 10)
    text.append(octet: 32)
    start = text.count
    append(tree.sender, &text)
    text.pad(from: start, width: 12)
    text.append(" → ")
    start = text.count
    append(tree.receiver, &text)
    text.append(octet: 32, count: 12 - (text.count - start))
    text.append(octet: 32)
    text.append(tree.protocolName)
    text.append(octet: 32)
    text.append(tree.rowLength)
    text.append(octet: 32)
    text.append(clean: tree.column.bytes.raw)
  }

  private func append(_ address: ColumnAddress, _ text: inout TextBuffer) {
    switch address {
    case .none: break
    case .host(false, let bits): text.append(IPv4Address(UInt32(truncatingIfNeeded: bits.low)))
    default: text.append(clean: address.text)
    }
  }

  /// Decimals of a row's time: as fine as its interface counts.
  private func decimals(_ row: Int) -> Int {
    guard let (number, section) = store.interface(row) else { return 6 }
    return interfaces.first { $0.number == number && $0.section == section }?.timeDecimals ?? 6
  }
}
