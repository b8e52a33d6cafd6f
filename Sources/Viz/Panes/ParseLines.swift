import Bytes
import Session

/// What parsing a record costs in each form, side by side: octets on the wire, time, how often the allocator was
/// asked for memory, and for how many octets.
enum ParseLines {
  private static let columns = [
    ("wire", "octets", 5), ("time", "each", 8), ("allocs", "allocations", 7), ("memory", "allocated", 7),
  ]

  /// A line for each host and form, its latest record; none when no record was parsed.
  static func lines(_ requests: [Event], width: Int) -> [StyledLine] {
    var latest: [(name: String, event: Event)] = []
    for event in requests {
      guard let form = event.text("form") else { continue }
      let host = event.text("host") ?? ""
      let name = host == form ? form : "\(host) \(form)"
      latest.removeAll { $0.name == name }
      latest.append((name, event))
    }
    guard !latest.isEmpty else { return [] }
    latest.sort { $0.name < $1.name }
    let longest = latest.map { TextWidth.columns(of: $0.name) }.max() ?? 0
    let room = max(8, min(width - columns.reduce(0) { $0 + $1.2 }, 24, longest + 1))
    var head = StyledLine(WorkPane.left("PARSING", room), .strong)
    for (title, _, size) in columns { head.append(WorkPane.right(title, size), .dim) }
    return [head]
      + latest.map { name, event in
        var line = StyledLine(WorkPane.left(name, room), .server)
        for (_, field, size) in columns {
          // A session may say anything: a number keeps to its column.
          let text =
            event.number(field).map { field == "each" ? Seconds.words($0) : "\($0)" } ?? "."
          line.append(
            WorkPane.right(text.count < size ? text : "many", size), field == "each" ? .kernel : .strong)
        }
        return line
      }
  }
}
