/// What a capture holds of a connection, as Wireshark counts it: SYN 1, SYN-ACK 2, ACK 4, data 8, FIN 16, RST 32.
struct TCPCompleteness {
  private var bits: UInt8
  /// The row that the connection began with, if not by a reuse of its ports, and what that row alone tells.
  private var firstRow: Int?
  private var firstBits: UInt8 = 0

  /// Nothing seen yet. `firstRow` is nil where another connection had the same ports before.
  init(firstRow: Int? = nil, isReused: Bool = false) {
    self.firstRow = firstRow
    bits = isReused ? 1 : 0
  }

  /// The value that a row shows. A first row that is no SYN does not count itself.
  func value(in row: Int) -> UInt8 { row == firstRow ? bits : bits | firstBits }

  mutating func note(_ segment: Segment, row: Int) {
    let flags = segment.flags
    var seen: UInt8 = 0
    if flags & 0x12 == 0x12 { seen |= 2 }
    if flags & 0x12 == 0x10 { seen |= segment.length > 0 ? 8 : 4 }
    if flags & 0x11 == 0x11 { seen |= 16 }
    if flags & 4 != 0 { seen |= 32 }
    guard row == firstRow else {
      bits |= seen
      return
    }
    firstBits = seen
    if flags & 0x12 == 2 { bits |= segment.length > 0 ? 9 : 1 }
  }
}

/// What the two SYNs, or an option, say of accurate ECN (RFC 9768 section 3.1): whether three flags are a counter.
struct AccurateECN {
  private var isOffered = false, isAccepted = false, hasOption = false

  /// Whether AE, CWR and ECE of segments that are no SYN are the counter ACE.
  var isCounting: Bool { isOffered && isAccepted || hasOption }

  mutating func note(_ segment: Segment) {
    if segment.flags & 0x12 == 2 { isOffered = segment.flags & 0x1C0 == 0x1C0 }
    if segment.flags & 0x12 == 0x12 {
      isAccepted = segment.flags & 0x180 == 0x80 || segment.flags & 0x140 == 0x100
    }
    if segment.hasAccurateECN { hasOption = true }
  }
}
