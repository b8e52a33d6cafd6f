/// Finds requests of the common form in octets that were read: whole, over HTTP/1.1, their length in Content-Length or none.
///
/// It looks only, and makes no text. Whatever is cut off, rare or wrong is `HTTPReader`'s to judge: what is found here it
/// reads in the same way, and it refuses nothing of it.
struct RequestScanner {
  /// A request in the octets that were scanned.
  struct Request: Equatable {
    var isHead: Bool
    /// Whether the method is one that pages have.
    var isKnown: Bool
    var target: Range<Int>
    var content: Range<Int>
    var keepsAlive: Bool
  }

  /// The request that begins at `start`, nil when it is not of the common form.
  static func scan(_ octets: borrowing Span<UInt8>, from start: Int) -> Request? {
    let end = min(octets.count, start + HTTPReader.longestStart)
    var at = start
    while at < end, isToken(octets[at]) { at += 1 }
    let method = start..<at
    guard !method.isEmpty, at + 1 < end, octets[at] == 32, octets[at + 1] == 47 else { return nil }
    let first = at + 1
    at = first
    while at < end, octets[at] > 32, octets[at] < 127 { at += 1 }
    let target = first..<at
    guard matches(octets, at, " HTTP/1.1\r\n") else { return nil }
    at += 11
    return fields(
      octets, &at,
      Request(
        isHead: method.count == 4 && matches(octets, start, "HEAD"),
        isKnown: known.contains { $0.utf8CodeUnitCount == method.count && matches(octets, start, $0) },
        target: target, content: 0..<0, keepsAlive: true), start)
  }

  private static let known: [StaticString] = ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"]

  /// Reads header fields up to the empty line.
  private static func fields(
    _ octets: borrowing Span<UInt8>, _ at: inout Int, _ head: Request, _ start: Int
  ) -> Request? {
    var request = head
    var hosts = 0, count = 0, length: Int?
    while true {
      guard at + 1 < octets.count, at - start < HTTPReader.longestHead - 4 else { return nil }
      if octets[at] == 13 {
        guard octets[at + 1] == 10, hosts == 1 else { return nil }
        let body = at + 2
        guard body + (length ?? 0) <= octets.count else { return nil }
        request.content = body..<body + (length ?? 0)
        return request
      }
      count += 1
      let name = at
      while at < octets.count, isToken(octets[at]) { at += 1 }
      let size = at - name
      guard size > 0, at < octets.count, octets[at] == 58, count < 100 else { return nil }
      at += 1
      let value = at
      while at < octets.count, octets[at] >= 32 && octets[at] != 127 || octets[at] == 9 { at += 1 }
      guard at + 1 < octets.count, octets[at] == 13, octets[at + 1] == 10 else { return nil }
      switch size {
      case 4 where equals(octets, name, "host"): hosts += 1
      case 14 where equals(octets, name, "content-length"):
        guard length == nil, let number = number(octets, value..<at) else { return nil }
        length = number
      case 10 where equals(octets, name, "connection"):
        let word = trimmed(octets, value..<at)
        if word.count == 5, equals(octets, word.lowerBound, "close") {
          request.keepsAlive = false
        } else if word.count != 10 || !equals(octets, word.lowerBound, "keep-alive") {
          return nil
        }
      case 6 where equals(octets, name, "expect"), 17 where equals(octets, name, "transfer-encoding"):
        return nil
      default: break
      }
      at += 2
    }
  }

  private static func trimmed(_ octets: borrowing Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var (first, last) = (range.lowerBound, range.upperBound)
    while first < last, octets[first] == 32 || octets[first] == 9 { first += 1 }
    while last > first, octets[last - 1] == 32 || octets[last - 1] == 9 { last -= 1 }
    return first..<last
  }

  private static func number(_ octets: borrowing Span<UInt8>, _ range: Range<Int>) -> Int? {
    let digits = trimmed(octets, range)
    guard (1...9).contains(digits.count) else { return nil }
    var number = 0
    for at in digits {
      guard (48...57).contains(octets[at]) else { return nil }
      number = number * 10 + Int(octets[at] - 48)
    }
    return number
  }

  /// Whether `text` stands at an offset.
  static func matches(_ octets: borrowing Span<UInt8>, _ at: Int, _ text: StaticString) -> Bool {
    guard at + text.utf8CodeUnitCount <= octets.count else { return false }
    for index in 0..<text.utf8CodeUnitCount {
      guard octets[at + index] == (unsafe text.utf8Start[index]) else { return false }
    }
    return true
  }

  /// Whether `text`, which is in lower case, stands at an offset in any case.
  static func begins(_ octets: borrowing Span<UInt8>, _ at: Int, _ text: StaticString) -> Bool {
    at + text.utf8CodeUnitCount <= octets.count && equals(octets, at, text)
  }

  private static func equals(_ octets: borrowing Span<UInt8>, _ at: Int, _ text: StaticString) -> Bool {
    for index in 0..<text.utf8CodeUnitCount {
      let octet = octets[at + index]
      let lower = (65...90).contains(octet) ? octet | 32 : octet
      guard lower == (unsafe text.utf8Start[index]) else { return false }
    }
    return true
  }

  /// The characters of a token (RFC 9110 section 5.6.2), a bit each.
  private static func isToken(_ octet: UInt8) -> Bool {
    octet < 64
      ? 0x03FF_6CFA_0000_0000 >> UInt64(octet) & 1 != 0
      : octet < 128 && 0x57FF_FFFF_C7FF_FFFE >> UInt64(octet - 64) & 1 != 0
  }
}
