import Bytes

extension PlannedLoss {
  /// Reads `HOST.KIND.N` and `HOST.KIND.N.C`, several joined by `+`, or `none`. Throws what is wrong with it.
  public static func all(_ text: String) throws(SettingError) -> [PlannedLoss] {
    if text == "none" { return [] }
    var all: [PlannedLoss] = []
    for part in text.split(separator: "+", omittingEmptySubsequences: false) {
      let words = part.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard (3...4).contains(words.count), !words[0].isEmpty, FrameKind(rawValue: words[1]) != nil,
        let number = Int(words[2]), number > 0, words.count == 3 || Int(words[3]).map({ $0 > 0 }) == true
      else {
        let kinds = FrameKind.allCases.map(\.rawValue).joined(separator: ", ")
        throw SettingError(
          "`lose=\(text)` names no frame",
          fix: "Write HOST.KIND.N, or HOST.KIND.N.C within the Cth connection; kinds are \(kinds).")
      }
      all.append(
        PlannedLoss(
          host: words[0], kind: words[1], number: number, connection: words.count == 4 ? Int(words[3]) : nil))
    }
    return all
  }
}

/// Counts the frames that a plan drops.
struct PlannedLosses {
  private struct Entry {
    var kind: FrameKind
    var host: String
    var connection: Int?
    var left: Int
  }
  private var entries: [Entry]
  /// Numbers of connections by their client's and server's ends, in the order of first SYNs.
  private var connections: [[UInt8]: Int] = [:]
  private let countsConnections: Bool

  init(_ plans: [LinkPlan]) {
    entries = plans.flatMap(\.lose).compactMap { loss in
      FrameKind(rawValue: loss.kind).map {
        Entry(kind: $0, host: loss.host, connection: loss.connection, left: loss.number)
      }
    }
    countsConnections = entries.contains { $0.connection != nil }
  }

  /// Whether the plan drops this frame that `host` sends.
  mutating func takes(_ frame: RawSpan, from host: String) -> Bool {
    if entries.isEmpty { return false }
    let connection = countsConnections ? number(frame) : nil
    var isTaken = false
    for i in entries.indices where entries[i].host == host && entries[i].kind.matches(frame) {
      if let wanted = entries[i].connection, wanted != connection { continue }
      entries[i].left -= 1
      if entries[i].left == 0 { isTaken = true }
    }
    return isTaken
  }

  /// The number of the connection that a segment belongs to; nil for what is none.
  private mutating func number(_ frame: RawSpan) -> Int? {
    guard let (source, target) = FrameKind.ends(frame) else { return nil }
    if let number = connections[source + target] ?? connections[target + source] { return number }
    guard FrameKind.syn.matches(frame) else { return nil }
    connections[source + target] = connections.count + 1
    return connections.count
  }
}

extension FrameKind {
  /// Address and port of both ends of a segment of TCP over IPv4, or over IPv6 without extension headers; nil for others.
  static func ends(_ frame: RawSpan) -> (source: [UInt8], target: [UInt8])? {
    let reader = Reader(frame)
    do throws(ReadError) {
      let isIPv6 = try reader.peek(UInt16.self, at: 12) == 0x86DD
      guard try reader.peek(UInt8.self, at: isIPv6 ? 20 : 23) == 6 else { return nil }
      let size = isIPv6 ? 16 : 4
      let addresses = isIPv6 ? 22 : 26
      let ports = 14 + (isIPv6 ? 40 : Int(try reader.peek(UInt8.self, at: 14) & 15) * 4)
      var ends: [[UInt8]] = [[], []]
      for (end, port) in [(0, ports), (1, ports + 2)] {
        for at in 0..<size { ends[end].append(try reader.peek(UInt8.self, at: addresses + end * size + at)) }
        for at in [port, port + 1] { ends[end].append(try reader.peek(UInt8.self, at: at)) }
      }
      return (ends[0], ends[1])
    } catch { return nil }
  }
}
