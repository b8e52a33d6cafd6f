import Bytes

/// Which answer belongs to which ping, in ICMP and ICMPv6.
struct EchoTable {
  private struct Key: Hashable {
    var asker: AddressBits, asked: AddressBits
    var identifier: UInt32
    /// The checksum of the request: the answer repeats what was sent, so that its own follows.
    var checksum: UInt16
  }

  private var requests: [Key: UInt32] = [:]
  private var partners: [UInt32: UInt32] = [:]

  /// The row of the answer to the request in `row`, or of the request that `row` answers; nil when there is none.
  func partner(of row: Int) -> Int? { partners[UInt32(clamping: row)].map { Int($0) } }

  /// The first row with a request that was not answered.
  var firstRow: Int? { requests.values.min().map { Int($0) } }

  /// Takes in a message of ICMP or ICMPv6.
  mutating func append(_ bytes: RawSpan, _ outline: Outline, row: Int) {
    let reader = Reader(bytes.extracting(outline.payload))
    let (request, reply): (UInt8, UInt8) = outline.isV6 ? (128, 129) : (8, 0)
    guard let type = try? reader.peek(UInt8.self), type == request || type == reply,
      let checksum = try? reader.peek(UInt16.self, at: 2),
      let identifier = try? reader.peek(UInt32.self, at: 4)
    else { return }
    if type == request {
      requests[
        Key(asker: outline.sender, asked: outline.receiver, identifier: identifier, checksum: checksum)] =
        UInt32(clamping: row)
      return
    }
    // One type for the other in a sum of 16-bit words.
    var sum = Checksum()
    sum.add(~checksum)
    sum.add(outline.isV6 ? 0xFEFF : 0x0800)
    let key = Key(
      asker: outline.receiver, asked: outline.sender, identifier: identifier, checksum: sum.value)
    guard let asked = requests.removeValue(forKey: key) else { return }
    partners[UInt32(clamping: row)] = asked
    partners[asked] = UInt32(clamping: row)
  }
}
