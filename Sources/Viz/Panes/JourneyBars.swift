import Bytes
import Session

/// The way of each request through a backend as one bar: a letter for each equal stretch of time, by the part that it was
/// spent in.
enum JourneyBars {
  /// The parts in the order of the way: the field in `request` events, its letter, and its style.
  static let parts: [(field: String, letter: Character, words: String, style: Style)] = [
    ("queued", "q", "accept queue", .warning), ("accept", "a", "accept", .kernel),
    ("handshake", "h", "handshake", .strong), ("read", "r", "read", .client),
    ("decrypt", "d", "decrypt", .focus), ("parse", "p", "parse", .good), ("decode", "j", "decode", .code),
    ("processing", "#", "processing", .bad), ("encrypt", "e", "encrypt", .focus),
    ("write", "w", "write", .server),
  ]

  /// The latest requests, newest first, all in one scale; none without requests.
  static func lines(_ requests: [Event], width: Int) -> [StyledLine] {
    let shown = requests.suffix(8).reversed()
    let longest = shown.map { total($0) }.max() ?? 0
    guard longest > 0 else { return [] }
    // Where several hosts run one program, who it was is the host.
    let isOne = Set(shown.map { $0.text("process") }).count == 1
    let who = isOne && Set(shown.map { $0.text("host") }).count > 1 ? "host" : "process"
    let names = shown.map { "\($0.text(who) ?? "") #\($0.number("number") ?? 0)" }
    let room = max(8, min(20, names.map(\.count).max() ?? 0)) + 1
    // Room for the time behind the bar, and for parts that are drawn though they are too short.
    let columns = max(4, width - room - 11 - parts.count)
    let stretch = max(1, (longest + Int64(columns) - 1) / Int64(columns))
    var head = StyledLine("REQUESTS", .strong)
    head.append("  newest first, a sign is \(Seconds.words(stretch))", .dim)
    var lines = [head]
    for (request, name) in zip(shown, names) {
      var line = StyledLine(WorkPane.left(name, room), .server)
      line += bar(request, stretch)
      line.append(" \(Seconds.words(total(request)))", .dim)
      if let status = request.number("status") { line.append(" \(status)", .warning) }
      lines.append(line)
    }
    var legend = StyledLine()
    for part in parts where shown.contains(where: { ($0.number(part.field) ?? 0) > 0 }) {
      legend.append("\(part.letter) ", part.style)
      legend.append("\(part.words)  ", .dim)
    }
    return lines + legend.wrapped(width)
  }

  /// A request's time: as it was told, or the sum of its parts.
  private static func total(_ request: Event) -> Int64 {
    let sum = parts.reduce(0) { $0 + time(request, $1.field) }
    return max(sum, time(request, "total"))
  }

  /// A duration of a request, no longer than a fortnight: a session may say anything.
  private static func time(_ request: Event, _ field: String) -> Int64 {
    min(max(0, request.number(field) ?? 0), 1 << 50)
  }

  /// The bar: a part begins where the ones before it end, so that what is rounded in one is not lost in all.
  private static func bar(_ request: Event, _ stretch: Int64) -> StyledLine {
    var line = StyledLine()
    var (passed, drawn) = (Int64(0), Int64(0))
    for part in parts {
      let time = time(request, part.field)
      guard time > 0 else { continue }
      passed += time
      let end = (passed + stretch / 2) / stretch
      // A part that was measured is seen, however short it was.
      let count = max(1, end - drawn)
      line.append(String(repeating: part.letter, count: Int(clamping: min(count, 400))), part.style)
      drawn += count
    }
    return line
  }
}
