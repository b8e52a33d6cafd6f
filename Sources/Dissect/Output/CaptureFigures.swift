public import Bytes

/// What an engineer asks of a capture first: how much, how long, which protocols, what went wrong.
public struct CaptureFigures: Sendable {
  /// A protocol within those around it.
  public struct Part: Sendable, Equatable {
    /// As filters name it.
    public var name: String
    /// 0 for what stands in the frame itself.
    public var depth: Int
    /// The rows that hold it, and their octets on the wire.
    public var traffic: Traffic
  }

  /// All frames.
  public private(set) var frames = Traffic()
  /// Rows that are no frames: events of a lab, journal entries.
  public private(set) var events = 0
  /// Moment of the first and of the last row, in nanoseconds since the epoch; nil when no row has one.
  public private(set) var first: Int64?, last: Int64?
  /// Numbers of TCP connections and of UDP conversations.
  public private(set) var connections = 0, conversations = 0
  /// What TCP's analysis found, by its field's title, with how many rows and the first of them.
  public private(set) var findings: [(title: String, rows: Int, first: Int)] = []
  /// Every protocol, below the one around it.
  public private(set) var hierarchy: [Part] = []

  /// A protocol in the making.
  private final class Level {
    let name: String
    var traffic = Traffic()
    var below: [Level] = []
    init(_ name: String) { self.name = name }

    func child(_ name: String) -> Level {
      if let known = below.first(where: { $0.name == name }) { return known }
      let level = Level(name)
      below.append(level)
      return level
    }

    func list(_ depth: Int, into parts: inout [Part]) {
      for level in below {
        parts.append(Part(name: level.name, depth: depth, traffic: level.traffic))
        level.list(depth + 1, into: &parts)
      }
    }
  }

  /// Counts a capture's rows.
  public init(_ analysis: Analysis) {
    let root = Level("")
    var counts = Counts()
    var tree = Dissection(wants: .nodes)
    for row in stride(from: 1, through: analysis.rows.count, by: 1) {
      if let time = analysis.store.time(row) {
        first = min(first ?? time, time)
        last = max(last ?? time, time)
      }
      guard analysis.store.isFrame(row) else {
        events += 1
        continue
      }
      analysis.draw(row, into: &tree)
      frames.add(tree.rowLength)
      var level = root
      for node in tree.nodes where node.depth == 0 && node.field.layer != .frame {
        let name = Catalogue.shared.info(node.field).name
        if name.hasPrefix("backlab.") { continue }
        level = level.child(name)
        level.traffic.add(tree.rowLength)
      }
      if let segment = analysis.store.segment(row) {
        connections = max(connections, analysis.conversations.segments.stream(segment) + 1)
        counts.add(
          analysis.conversations.segments.marks(segment), row, isReset: tree.first(TCPField.reset) == 1)
      } else if let datagram = analysis.store.datagram(row) {
        conversations = max(conversations, analysis.conversations.datagramFacts[datagram].stream + 1)
      }
    }
    root.list(0, into: &hierarchy)
    findings = counts.list
  }

  /// Rows of each finding.
  private struct Counts {
    private var rows = [Int](repeating: 0, count: tcpMarkTable.count + 1)
    private var firsts = [Int](repeating: 0, count: tcpMarkTable.count + 1)

    mutating func add(_ marks: TCPMarks, _ row: Int, isReset: Bool) {
      if isReset { count(tcpMarkTable.count, row) }
      guard !marks.isEmpty else { return }
      for (index, mark) in tcpMarkTable.enumerated() where marks.contains(mark.0) { count(index, row) }
    }

    private mutating func count(_ index: Int, _ row: Int) {
      if rows[index] == 0 { firsts[index] = row }
      rows[index] += 1
    }

    var list: [(title: String, rows: Int, first: Int)] {
      rows.indices.compactMap { index in
        guard rows[index] > 0 else { return nil }
        let title = index < tcpMarkTable.count ? "\(tcpMarkTable[index].2)" : "TCP Reset"
        return (title, rows[index], firsts[index])
      }.sorted { $0.rows > $1.rows }
    }
  }

  /// Appends all of it as text.
  public func append(to text: inout TextBuffer) {
    func line(_ name: String, _ value: String) {
      text.append(name)
      text.append(octet: 32, count: 16 - name.utf8.count)
      text.append(value)
      text.append(octet: 10)
    }
    let duration = (last ?? 0) &- (first ?? 0)
    line("frames", "\(frames.frames)")
    line("octets", "\(frames.octets)")
    if events > 0 { line("events", "\(events)") }
    if let first {
      var date = TextBuffer()
      CalendarTime(nanoseconds: first).append(to: &date)
      line("first row", date.text)
    }
    line("duration", "\(Seconds.text(duration, decimals: 6)) s")
    if duration > 0 {
      let seconds = Double(duration) / 1e9
      line("frames/s", Self.rate(Double(frames.frames) / seconds))
      line("octets/s", Self.rate(Double(frames.octets) / seconds))
    }
    line("TCP connections", "\(connections)")
    line("UDP sockets", "\(conversations)")
    text.append("\nprotocols                                frames      octets\n" as StaticString)
    for part in hierarchy {
      let start = text.count
      text.append(octet: 32, count: 2 * part.depth)
      text.append(part.name)
      text.append(octet: 32, count: 36 - (text.count - start))
      Self.right(part.traffic.frames, 11, &text)
      Self.right(part.traffic.octets, 12, &text)
      text.append(octet: 10)
    }
    guard !findings.isEmpty else { return }
    text.append("\nTCP's analysis                             rows   first row\n" as StaticString)
    for finding in findings {
      text.append(finding.title)
      text.append(octet: 32, count: 36 - finding.title.utf8.count)
      Self.right(finding.rows, 11, &text)
      Self.right(finding.first, 12, &text)
      text.append(octet: 10)
    }
  }

  private static func right(_ number: Int, _ width: Int, _ text: inout TextBuffer) {
    let start = text.count
    text.append(number)
    text.pad(from: start, width: width)
  }

  private static func rate(_ rate: Double) -> String {
    rate < 9e18 ? String(Int64(rate.rounded())) : "more than can be counted"
  }
}
