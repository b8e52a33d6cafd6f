import Bytes

/// How an interface counts time: `if_tsresol` and `if_tsoffset`.
struct Ticks: Sendable {
  /// `if_tsresol`: 10 to the minus n, or 2 to the minus n with the high bit set.
  var resolution: UInt8 = 6
  /// `if_tsoffset`: seconds to add.
  var offset: Int64 = 0

  /// Decimals of a second that stamps count, 0 to 9; a power of 2 as tshark rounds it.
  var decimals: Int {
    let exponent = Int(resolution & 0x7F)
    return min(9, resolution & 0x80 == 0 ? exponent : exponent * 3 / 10)
  }

  /// The moment of a stamp; what doesn't fit in 64 bits is clamped.
  func moment(_ ticks: UInt64) -> Timestamp {
    // Nearly every file counts nanoseconds or microseconds, and its stamps fit.
    if offset == 0, resolution == 9 ? ticks >> 63 == 0 : resolution == 6 && ticks >> 52 == 0 {
      return Timestamp(nanoseconds: Int64(bitPattern: resolution == 9 ? ticks : ticks &* 1000))
    }
    let exponent = Int(resolution & 0x7F)
    let nanoseconds: UInt128
    if resolution & 0x80 != 0 {
      nanoseconds = (UInt128(ticks) * 1_000_000_000) >> UInt128(exponent)
    } else if exponent <= 9 {
      nanoseconds = UInt128(ticks) * Self.power(9 - exponent)
    } else {
      nanoseconds = exponent - 9 > 19 ? 0 : UInt128(ticks) / Self.power(exponent - 9)
    }
    return Timestamp(nanoseconds: Int64(clamping: Int128(nanoseconds) + Int128(offset) * 1_000_000_000))
  }

  private static func power(_ exponent: Int) -> UInt128 {
    var power: UInt128 = 1
    for _ in 0..<exponent { power *= 10 }
    return power
  }
}
