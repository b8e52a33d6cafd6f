// libcrypto's headers bring `tm` along, which an optimised build then takes for theirs.
import COpenSSL
import Glibc

/// Moments as filters write them: `2026-07-04T12:34:56.5Z`, `Sep 26, 2004 23:18:04.954975`, and durations `1.5`.
///
/// A moment without a time zone is in the local one (`TZ`), as in Wireshark.
enum MomentLiteral {
  /// Nanoseconds since the epoch; nil for anything else.
  static func parse(_ text: String) -> Int64? {
    var scan = Scan(rest: Array(text.utf8)[...])
    return scan.calendarDate()
      ?? { () -> Int64? in
        var scan = Scan(rest: Array(text.utf8)[...])
        return scan.legacyDate()
      }()
  }

  /// Nanoseconds of a duration in seconds with up to nine decimals: `1.5`; nil for anything else.
  static func seconds(_ text: String) -> Int64? {
    var scan = Scan(rest: Array(text.utf8)[...])
    guard let whole = scan.number(1...18), let fraction = scan.fraction([46]), scan.rest.isEmpty else {
      return nil
    }
    let (product, overflow) = whole.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isTooLarge) = product.addingReportingOverflow(fraction)
    return overflow || isTooLarge ? .max : sum
  }

  /// Reads the parts of a moment.
  private struct Scan {
    var rest: ArraySlice<UInt8>

    mutating func accept(_ character: Unicode.Scalar) -> Bool {
      guard rest.first.map(UInt32.init) == character.value else { return false }
      rest.removeFirst()
      return true
    }

    mutating func spaces() { rest = rest.drop { $0 == 32 } }

    mutating func number(_ count: ClosedRange<Int>) -> Int64? {
      let digits = rest.prefix(count.upperBound).prefix { (48...57).contains($0) }
      guard count.contains(digits.count) else { return nil }
      rest = rest.dropFirst(digits.count)
      return digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }

    /// A number of two digits up to a limit.
    mutating func two(_ range: ClosedRange<Int64>, least: Int = 2) -> Int64? {
      guard let value = number(least...2), range.contains(value) else { return nil }
      return value
    }

    /// Nanoseconds after a point or a comma; 0 when there is none.
    mutating func fraction(_ marks: [UInt8]) -> Int64? {
      guard let mark = rest.first, marks.contains(mark) else { return 0 }
      rest.removeFirst()
      let before = rest.count
      guard let value = number(1...9), rest.first.map({ !(48...57).contains($0) }) ?? true else { return nil }
      return (before - rest.count..<9).reduce(value) { sum, _ in sum * 10 }
    }

    /// ISO 8601.
    mutating func calendarDate() -> Int64? {
      guard let year = number(4...4), accept("-"), let month = two(1...12), accept("-"),
        let day = two(1...MomentLiteral.days(year, month))
      else { return nil }
      guard !rest.isEmpty else { return MomentLiteral.moment(year, month, day, 0, 0, zone: nil) }
      guard accept("T") || accept(" "), let hour = two(0...23), accept(":"), let minute = two(0...59) else {
        return nil
      }
      var second: Int64 = 0
      var fraction: Int64 = 0
      if accept(":") {
        guard let seconds = two(0...60), let part = self.fraction([44, 46]) else { return nil }
        (second, fraction) = (seconds, part)
      }
      var zone: Int64?
      spaces()
      if accept("Z") {
        zone = 0
      } else if let sign = rest.first, sign == 43 || sign == 45 {
        rest.removeFirst()
        guard let hours = two(0...23) else { return nil }
        _ = accept(":")
        guard let minutes = rest.isEmpty ? 0 : two(0...59) else { return nil }
        zone = (hours * 3600 + minutes * 60) * (sign == 45 ? -1 : 1)
      }
      guard rest.isEmpty else { return nil }
      return MomentLiteral.moment(year, month, day, hour * 3600 + minute * 60 + second, fraction, zone: zone)
    }

    /// `Sep 26, 2004 23:18:04.954975`, with ` UTC` or not.
    mutating func legacyDate() -> Int64? {
      let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
      let name = String(decoding: rest.prefix(3), as: UTF8.self).lowercased()
      guard let month = names.firstIndex(of: name).map({ Int64($0 + 1) }) else { return nil }
      rest = rest.dropFirst(3)
      spaces()
      guard let day = two(1...31, least: 1), accept(",") else { return nil }
      spaces()
      guard let year = number(4...4), day <= MomentLiteral.days(year, month), accept(" ") else { return nil }
      spaces()
      guard let hour = two(0...23, least: 1), accept(":"), let minute = two(0...59, least: 1), accept(":"),
        let second = two(0...60, least: 1), let fraction = self.fraction([46])
      else { return nil }
      spaces()
      let isUTC = rest.elementsEqual("UTC".utf8)
      guard isUTC || rest.isEmpty else { return nil }
      return MomentLiteral.moment(
        year, month, day, hour * 3600 + minute * 60 + second, fraction, zone: isUTC ? 0 : nil)
    }
  }

  private static func days(_ year: Int64, _ month: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Nanoseconds since the epoch; `zone` is seconds east of UTC, nil for local time.
  private static func moment(
    _ year: Int64, _ month: Int64, _ day: Int64, _ second: Int64, _ fraction: Int64, zone: Int64?
  ) -> Int64? {
    var parts = unsafe tm(
      tm_sec: Int32(second % 60), tm_min: Int32(second / 60 % 60), tm_hour: Int32(second / 3600),
      tm_mday: Int32(day), tm_mon: Int32(month - 1), tm_year: Int32(year - 1900), tm_wday: 0, tm_yday: 0,
      tm_isdst: -1, tm_gmtoff: 0, tm_zone: nil)
    let seconds = Int64(unsafe zone == nil ? mktime(&parts) : timegm(&parts)) - (zone ?? 0)
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? nil : product + fraction
  }
}
