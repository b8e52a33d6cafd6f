/// Finds heads of answers of the common form: whole, HTTP/1.1, with one Content-Length. What is cut off, rare or wrong is
/// `HTTPReader`'s to judge.
struct AnswerScanner {
  struct Head: Equatable {
    var status: Int
    /// Where the content begins, and its length.
    var content: Int
    var length: Int
    var closes: Bool
  }

  /// The head that begins at `start`, nil when it is not of the common form.
  static func scan(_ octets: borrowing Span<UInt8>, from start: Int) -> Head? {
    guard octets.count - start >= 19, RequestScanner.matches(octets, start, "HTTP/1.1 "),
      octets[start + 12] == 32
    else { return nil }
    var status = 0
    for at in start + 9..<start + 12 {
      guard (48...57).contains(octets[at]) else { return nil }
      status = status * 10 + Int(octets[at] - 48)
    }
    // Others may have no content whatever their fields say (RFC 9112 section 6.3).
    guard status == 200 || status >= 400 else { return nil }
    var at = start + 13
    guard skip(octets, &at) else { return nil }
    var length: Int?
    var closes = false
    while at + 1 < octets.count {
      if octets[at] == 13 {
        guard octets[at + 1] == 10, let length else { return nil }
        return Head(status: status, content: at + 2, length: length, closes: closes)
      }
      if RequestScanner.begins(octets, at, "content-length:") {
        guard length == nil else { return nil }
        var digit = at + 15
        while digit < octets.count, octets[digit] == 32 { digit += 1 }
        let first = digit
        var number = 0
        while digit < octets.count, (48...57).contains(octets[digit]), digit - first < 15 {
          number = number * 10 + Int(octets[digit] - 48)
          digit += 1
        }
        guard digit > first, digit < octets.count, octets[digit] == 13 else { return nil }
        length = number
      } else if RequestScanner.begins(octets, at, "connection:") {
        if RequestScanner.begins(octets, at + 11, " close\r\n") {
          closes = true
        } else if !RequestScanner.begins(octets, at + 11, " keep-alive\r\n") {
          return nil
        }
      } else if RequestScanner.begins(octets, at, "transfer-encoding") {
        return nil
      }
      guard skip(octets, &at) else { return nil }
    }
    return nil
  }

  /// Goes behind the end of a line; false when there is none, or something that is no text.
  private static func skip(_ octets: borrowing Span<UInt8>, _ at: inout Int) -> Bool {
    while at < octets.count, octets[at] >= 32 || octets[at] == 9 { at += 1 }
    guard at + 1 < octets.count, octets[at] == 13, octets[at + 1] == 10 else { return false }
    at += 2
    return true
  }
}
