import Bytes

/// A moment as a calendar date in UTC, as Wireshark prints it.
struct CalendarTime {
  /// Nanoseconds since the epoch.
  var nanoseconds: Int64

  /// Appends `Nov 23, 2026 22:16:25.842288575 UTC`.
  func append(to text: inout TextBuffer) {
    let date = self.date
    let start = 3 * (date.month - 1)
    let names: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"
    for place in start..<start + 3 { text.append(octet: unsafe names.utf8Start[place]) }
    text.append(octet: 32)
    if date.day < 10 { text.append(octet: 32) }
    text.append(date.day)
    text.append(", " as StaticString)
    text.append(date.year)
    text.append(octet: 32)
    appendClock(date, to: &text)
    text.append(" UTC" as StaticString)
  }

  /// Appends `2026-11-23T22:16:25.842288575Z`, RFC 3339.
  func appendISO(to text: inout TextBuffer) {
    let date = self.date
    appendDay(date, to: &text)
    text.append(octet: 84)
    appendClock(date, to: &text)
    text.append(octet: 90)
  }

  /// Appends `2026-11-23`.
  func appendDay(to text: inout TextBuffer) { appendDay(date, to: &text) }

  private func appendDay(_ date: Date, to text: inout TextBuffer) {
    text.append(date.year)
    text.append(octet: 45)
    Self.two(date.month, &text)
    text.append(octet: 45)
    Self.two(date.day, &text)
  }

  private func appendClock(_ date: Date, to text: inout TextBuffer) {
    Self.two(date.second / 3600, &text)
    text.append(octet: 58)
    Self.two(date.second / 60 % 60, &text)
    text.append(octet: 58)
    Self.two(date.second % 60, &text)
    text.append(octet: 46)
    var unit = 100_000_000
    while unit > 0 {
      text.append(octet: UInt8(truncatingIfNeeded: 48 + date.fraction / unit % 10))
      unit /= 10
    }
  }

  private static func two(_ number: Int, _ text: inout TextBuffer) {
    text.append(octet: UInt8(truncatingIfNeeded: 48 + number / 10))
    text.append(octet: UInt8(truncatingIfNeeded: 48 + number % 10))
  }

  /// The parts of a moment in UTC.
  struct Date {
    var year: Int, month: Int, day: Int
    /// Of the day.
    var second: Int
    /// Nanoseconds of the second.
    var fraction: Int
  }

  /// The moment as a date.
  var date: Date {
    var seconds = Int(nanoseconds / 1_000_000_000)
    var fraction = Int(nanoseconds % 1_000_000_000)
    if fraction < 0 {
      fraction += 1_000_000_000
      seconds -= 1
    }
    var days = seconds / 86400
    var rest = seconds % 86400
    if rest < 0 {
      rest += 86400
      days -= 1
    }
    // Days since 0000-03-01 in eras of 400 years: leap days then come last in a year.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    return Date(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * monthIndex + 2) / 5 + 1, second: rest, fraction: fraction)
  }
}
