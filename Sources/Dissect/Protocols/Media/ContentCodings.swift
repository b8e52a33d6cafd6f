import Bytes

/// How a body was packed, by Content-Encoding or grpc-encoding: RFC 9110 section 8.4.
enum ContentCodings: Equatable {
  /// It was not.
  case none
  /// By these, one after the other.
  case known([ContentCoding])
  /// By one that is not known here, or by very many.
  case unknown

  init(_ value: RawSpan) {
    var found: [ContentCoding] = []
    var low = 0
    while low < value.byteCount {
      let end = value.first(44, from: low) ?? value.byteCount
      let name = Self.trimmed(value.extracting(low..<end))
      low = end + 1
      if name.isEmpty || name.equals("identity") || name.equals("chunked") { continue }
      guard let coding = ContentCoding(name), found.count < 4 else {
        self = .unknown
        return
      }
      found.append(coding)
    }
    self = found.isEmpty ? .none : .known(found)
  }

  @_lifetime(copy name)
  private static func trimmed(_ name: RawSpan) -> RawSpan {
    var (low, high) = (0, name.byteCount)
    while low < high, name[octet: low] == 32 || name[octet: low] == 9 { low += 1 }
    while high > low, name[octet: high - 1] == 32 || name[octet: high - 1] == 9 { high -= 1 }
    return name.extracting(low..<high)
  }
}

extension Dissection {
  /// The most octets that come out of all bodies and messages of a row.
  private static var mostUnpacked: Int { 4 * Unpacking.limit }

  /// Unpacks what was packed by `codings`, one after the other; nil when as much came out of the row as may.
  mutating func unpack(_ packed: RawSpan, _ codings: [ContentCoding]) -> Unpacked? {
    guard unpackedOctets < Self.mostUnpacked, let last = codings.last else { return nil }
    var plain = Unpacking.body(packed, last)
    unpackedOctets += plain.bytes.count
    for coding in codings.dropLast().reversed() {
      let next = Unpacking.body(plain.bytes.raw, coding)
      plain = Unpacked(bytes: next.bytes, end: next.end == .whole ? plain.end : next.end)
      unpackedOctets += plain.bytes.count
    }
    return plain
  }
}

extension Unpacked.End {
  /// Why not all came out; nil when it did.
  var words: String? {
    switch self {
    case .whole: nil
    case .short: "the packed octets stop early"
    case .broken: "the packed octets are broken further on"
    case .cut: "only the first \(Unpacking.limit >> 20) MiB are unpacked"
    }
  }
}

/// What Base64 stands for, in either alphabet (RFC 4648 sections 4 and 5); other characters are passed over.
func base64(_ text: RawSpan) -> [UInt8] {
  var out: [UInt8] = []
  var bits: UInt32 = 0
  var count = 0
  for i in 0..<text.byteCount {
    let octet = text[octet: i]
    let digit: UInt32
    switch octet {
    case 65...90: digit = UInt32(octet) - 65
    case 97...122: digit = UInt32(octet) - 71
    case 48...57: digit = UInt32(octet) + 4
    case 43, 45: digit = 62
    case 47, 95: digit = 63
    default: continue
    }
    bits = bits << 6 | digit
    count += 6
    if count >= 8 {
      count -= 8
      out.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
  }
  return out
}
