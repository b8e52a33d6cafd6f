import Bytes

/// Two sockets in an order that both directions share.
struct Flow: Hashable {
  /// Addresses as 128 bits, those of IPv4 in the low 32.
  private let lowHigh: UInt64, lowLow: UInt64, highHigh: UInt64, highLow: UInt64
  let lowPort: UInt16, highPort: UInt16
  private let isV6: Bool

  /// The flow of a packet's two sockets, and whether its sender is the low one.
  static func of(_ outline: borrowing Outline, _ sourcePort: UInt16, _ destinationPort: UInt16) -> (
    Flow, Bool
  ) {
    let (a, b) = (outline.sender, outline.receiver)
    let isForward =
      a.high != b.high ? a.high < b.high : a.low != b.low ? a.low < b.low : sourcePort <= destinationPort
    return isForward
      ? (Flow(a, sourcePort, b, destinationPort, outline.isV6), true)
      : (Flow(b, destinationPort, a, sourcePort, outline.isV6), false)
  }

  private init(
    _ low: AddressBits, _ lowPort: UInt16, _ high: AddressBits, _ highPort: UInt16, _ isV6: Bool
  ) {
    (lowHigh, lowLow, highHigh, highLow) = (low.high, low.low, high.high, high.low)
    (self.lowPort, self.highPort, self.isV6) = (lowPort, highPort, isV6)
  }

  /// One round of the hash function over a mix of all, since most of it is the same in all flows of a capture.
  func hash(into hasher: inout Hasher) {
    var mix = lowHigh &* 0x9E37_79B9_7F4A_7C15 ^ lowLow
    mix = (mix ^ mix >> 29) &* 0xBF58_476D_1CE4_E5B9 ^ highHigh
    mix = (mix ^ mix >> 32) &* 0x94D0_49BB_1331_11EB ^ highLow
    mix = (mix ^ mix >> 31) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(lowPort) << 17 ^ UInt64(highPort)
    hasher.combine(mix)
  }
}

/// An address of either family as bits.
struct AddressBits: Hashable {
  var high: UInt64 = 0
  var low: UInt64 = 0
}

/// The newest conversation of each flow. Frames of one flow often come together, so the last answer is kept.
struct FlowTable {
  private var places: [Flow: Int32] = [:]
  private var last: (flow: Flow, place: Int)?

  /// The index of a flow's newest conversation; nil for a flow not seen yet.
  mutating func find(_ flow: Flow) -> Int? {
    if let last, last.flow == flow { return last.place }
    guard let place = places[flow] else { return nil }
    last = (flow, Int(place))
    return Int(place)
  }

  /// Says which conversation is the flow's newest.
  mutating func set(_ flow: Flow, _ place: Int) {
    places[flow] = Int32(clamping: place)
    last = (flow, place)
  }
}
