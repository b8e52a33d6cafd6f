import Bytes

/// Reads strings in the Huffman code of RFC 7541 section 5.2.
struct HPACKHuffman: Sendable {
  /// The one decoder, made at first use.
  static let shared = HPACKHuffman()

  /// By the next eight bits: the octet and, above it, the bits of its code; 0 where the code is longer.
  private let short: [UInt16]
  /// The longer codes by their bits: the first code, and where its octet stands in `symbols`.
  private let long: [(bits: UInt64, first: UInt64, count: UInt64, place: Int)]
  private let symbols: [UInt16]

  private init() {
    var short = [UInt16](repeating: 0, count: 256)
    var long: [(bits: UInt64, first: UInt64, count: UInt64, place: Int)] = []
    var symbols: [UInt16] = []
    var code = 0
    for bits in 1...30 {
      code <<= 1
      let first = code
      let place = symbols.count
      for symbol in 0..<HPACKHuffmanTable.lengths.count where Int(HPACKHuffmanTable.lengths[symbol]) == bits {
        if bits <= 8 {
          // Whatever follows the code in the eight bits.
          let start = code << (8 - bits)
          let count = 1 << (8 - bits)
          for index in start..<start + count { short[index] = UInt16(bits << 8 | symbol) }
        }
        symbols.append(UInt16(symbol))
        code += 1
      }
      if bits > 8, symbols.count > place {
        long.append((UInt64(bits), UInt64(first), UInt64(code - first), place))
      }
    }
    self.short = short
    self.long = long
    self.symbols = symbols
  }

  /// Appends what `bytes` stand for. Returns false if they are no string of this code: an end of string inside, or
  /// padding that is longer than seven bits or not all ones. `out` then ends where the error was met.
  func decode(_ bytes: RawSpan, into out: inout [UInt8]) -> Bool {
    // The code's bits not yet read are the low `count` bits of `window`.
    var window: UInt64 = 0
    var count: UInt64 = 0
    var at = 0
    while true {
      while count <= 48, at < bytes.byteCount {
        window = window << 8 | UInt64(bytes[octet: at])
        count += 8
        at += 1
      }
      let ahead = count >= 8 ? window >> (count - 8) & 255 : (window << (8 - count) | (255 >> count)) & 255
      let entry = short[Int(ahead)]
      let bits = UInt64(entry >> 8)
      if bits != 0, bits <= count {
        out.append(UInt8(truncatingIfNeeded: entry))
        count -= bits
      } else if let (symbol, bits) = longCode(window, count) {
        if symbol == 256 { return false }
        out.append(UInt8(truncatingIfNeeded: symbol))
        count -= bits
      } else {
        // What is left must be the beginning of the end of string, all ones.
        return count < 8 && window & (1 << count - 1) == 1 << count - 1
      }
    }
  }

  private func longCode(_ window: UInt64, _ count: UInt64) -> (UInt16, UInt64)? {
    for group in long where group.bits <= count {
      let code = window >> (count - group.bits) & (1 << group.bits - 1)
      if code >= group.first, code - group.first < group.count {
        return (symbols[group.place + Int(code - group.first)], group.bits)
      }
    }
    return nil
  }
}
