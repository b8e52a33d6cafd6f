import Bytes
import Session
import Testing

@testable import Explorer

/// Each claim can be refuted: a recorded run is changed in one place, or what is like one of the claim's rows is missing,
/// and the claim fails.
@Suite struct LessonMutationTests {
  /// A way to change one record; nil where it doesn't apply. What it gives takes the record's place.
  private typealias Mutation = @Sendable (Record) -> [Record]?

  /// A frame that is missing, doubled, late, longer, turned round, or has some octets changed; an event that is missing,
  /// doubled, late, or has values changed; a delivery that is missing or late.
  private static let mutations: [Mutation] =
    [missing, doubled, late(10_000_000_000), late(-10_000_000_000), late(2_000_000_000), late(-300_000_000)]
    + [longer, turned, astray]
    // The flags of TCP: SYN, RST and FIN, set or cleared.
    + [0x02, 0x04, 0x01].map { octet(47, $0) }
    // Protocol, ports, the numbers Seq and Ack, the header's length, ARP's operation; time to
    // live, ICMP's type, lengths, MACs.
    + [23, 35, 37, 41, 45, 46, 21, 22, 34, 39, 17, 5, 11].map { octet($0, 0x11) }
    // IP's marks of fragments.
    + [octet(20, 0x20), octet(20, 0x40), octet(11, 0x06)]
    // The kind of a TLS record, and of the message in it; names, codes and states in what TCP carries.
    + [octet(66, 0x05), octet(71, 0x0e), octet(71, 0x12)] + (66..<160).map { octet($0, 0x01) }
    + [1, -1, 1000, 1_000_000_000].map { by in { record in changed(record) { numbers($0, by) } } }
    + (0..<12).map { place in { record in changed(record, only: place) { numbers($0, 1) } } }
    + ["another", "server", "client"].map { text in { record in changed(record) { words($0, text) } } }
    + ["server", "client"].map { text in { record in changed(record, only: 0) { words($0, text) } } }

  private static let missing: Mutation = { record in
    if case .event(let event) = record, event.kind == .session { nil } else { [] }
  }

  private static let doubled: Mutation = { record in
    if case .event(let event) = record, event.kind == .session { nil } else { [record, record] }
  }

  private static func late(_ span: Int64) -> Mutation {
    { record in
      switch record {
      case .frame(var frame):
        frame.time = frame.time.map { Timestamp(nanoseconds: $0.nanoseconds + span) }
        return [.frame(frame)]
      case .event(var event) where event.kind != .session:
        event.time = Timestamp(nanoseconds: event.time.nanoseconds + span)
        return [.event(event)]
      case .fate(var fate):
        fate.time = Timestamp(nanoseconds: fate.time.nanoseconds + span)
        return [.fate(fate)]
      default: return nil
      }
    }
  }

  private static func octet(_ place: Int, _ bits: UInt8) -> Mutation {
    { record in
      guard case .frame(var frame) = record, frame.bytes.indices.contains(place) else { return nil }
      frame.bytes[place] ^= bits
      return [.frame(frame)]
    }
  }

  /// One octet more behind the frame.
  private static let longer: Mutation = { record in
    guard case .frame(var frame) = record else { return nil }
    frame.bytes.append(0)
    frame.originalLength += 1
    return [.frame(frame)]
  }

  /// The frame of the other side: addresses and ports are exchanged.
  private static let turned: Mutation = { record in
    guard case .frame(var frame) = record, frame.bytes.count >= 38 else { return nil }
    let bytes = frame.bytes
    frame.bytes.replaceSubrange(
      26..<38, with: bytes[30..<34] + bytes[26..<30] + bytes[36..<38] + bytes[34..<36])
    return [.frame(frame)]
  }

  /// A frame to an address that no machine has.
  private static let astray: Mutation = { record in
    guard case .frame(var frame) = record, frame.bytes.count >= 34 else { return nil }
    frame.bytes[33] = 99
    return [.frame(frame)]
  }

  private static func numbers(_ value: EventValue, _ by: Int64) -> EventValue? {
    if case .number(let number) = value { .number(number + by) } else { nil }
  }

  private static func words(_ value: EventValue, _ text: String) -> EventValue? {
    if case .text = value { .text(text) } else { nil }
  }

  /// An event with its values changed, or the one at a place.
  private static func changed(
    _ record: Record, only place: Int? = nil, _ change: (EventValue) -> EventValue?
  ) -> [Record]? {
    guard case .event(var event) = record, event.kind != .session else { return nil }
    var isChanged = false
    for index in event.fields.indices where place == nil || place == index {
      guard let value = change(event.fields[index].value) else { continue }
      event.fields[index].value = value
      isChanged = true
    }
    return isChanged ? [.event(event)] : nil
  }

  /// What another lesson's run holds, put behind: frames, secrets and events.
  private static func mixed(_ records: [Record], _ other: Lesson) -> [Record] {
    records
      + other.records.filter { record in
        if case .event(let event) = record { event.kind != .session } else { true }
      }
  }

  private static func verdicts(_ lesson: Lesson, _ records: [Record]) throws -> [Verdict] {
    let judge = LessonJudge(lesson)
    for record in records { _ = try judge.take(record) }
    return try judge.result().verdicts
  }

  /// Places of records: those whose rows the verdicts name, with what became of their frames, and all others.
  private static func places(_ records: [Record], _ verdicts: [Verdict]) -> (named: [Int], rest: [Int]) {
    let isRow = { (record: Record) in
      switch record {
      case .frame, .event, .journal, .custom: true
      case .secrets, .fate, .interface, .names, .trouble: false
      }
    }
    let rows = records.indices.filter { isRow(records[$0]) }
    var named: Set<Int> = []
    for row in verdicts.flatMap(\.rows) where rows.indices.contains(row - 1) { named.insert(rows[row - 1]) }
    // A frame's delivery goes with it.
    let frames = Set(
      named.compactMap { if case .frame(let frame) = records[$0] { frame.packetID } else { nil } })
    for (index, record) in records.enumerated() {
      if case .fate(let fate) = record, frames.contains(fate.packetID) { named.insert(index) }
    }
    return (named.sorted(), records.indices.filter { !named.contains($0) })
  }

  /// The session as if it had been recorded with other knobs, or on another kernel.
  private static func recorded(_ records: [Record], _ field: String, _ text: String) -> [Record] {
    records.map { record in
      guard case .event(var event) = record, event.kind == .session else { return record }
      event.fields = event.fields.map { $0.name == field ? EventField(field, text) : $0 }
      return .event(event)
    }
  }

  /// The session as it is, and under what else the lesson claims something of: each end of each knob, each pair of two
  /// knobs' ends, an old and a new kernel.
  private static func variants(_ lesson: Lesson, _ records: [Record]) -> [[Record]] {
    var variants = [records] + ["5.10", "7.0"].map { recorded(records, "kernel", $0) }
    let ends = lesson.ends
    for (index, first) in ends.enumerated() {
      for second in ends[index...] {
        let settings = Dictionary(uniqueKeysWithValues: lesson.knobs.map { ($0.name, $0.standard) })
          .merging(second) { $1 }.merging(first) { $1 }
        variants.append(
          recorded(
            records, "knobs", settings.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " ")
          ))
      }
    }
    return variants
  }

  /// What a record is like: its kind, host and subject, or its sender's link.
  private static func likeness(_ record: Record) -> [String] {
    switch record {
    case .frame(let frame): ["frame", "\(frame.interface)", frame.bytes.count > 60 ? "long" : "short"]
    case .event(let event) where event.kind != .session:
      [event.kind.rawValue]
        + ["host", "subject", "name", "what", "state", "errno"].map { event.text($0) ?? "" }
    default: []
    }
  }

  /// Sessions that a claim is tried on: without all that is like one of its rows; with one of its rows changed; with
  /// what another lesson holds; at last with other records changed, one of each kind.
  private static func attempts(
    _ records: [Record], _ verdict: Verdict, hosts: [String], _ others: [Lesson],
    _ refutes: ([Record]) throws -> Bool
  ) throws -> Bool {
    let (named, rest) = places(records, [verdict])
    for like in Set(named.map { likeness(records[$0]) }) where !like.isEmpty {
      if try refutes(records.filter { likeness($0) != like }) { return true }
    }
    for place in named {
      for mutation in mutations {
        guard let changed = mutation(records[place]) else { continue }
        if try refutes(replaced(records, place, changed)) { return true }
      }
    }
    // Of records that are alike the first stands for all, and what a claim doesn't ask for can't refute it.
    var seen: Set<[String]> = []
    let asked = rest.filter { concerns(records[$0], verdict.claimed) }
    let first = asked.filter { seen.insert(likeness(records[$0])).inserted }
    let wanted = comparisons(in: verdict.claimed)
    for place in first {
      guard let made = forged(records[place], wanted) else { continue }
      // Some claims allow a few.
      if try refutes(replaced(records, place, [records[place]] + Array(repeating: made, count: 50))) {
        return true
      }
    }
    for field in wanted where try refutes(records.map { emptied($0, field) }) { return true }
    for host in hosts where verdict.claimed.contains("\"\(host)\"") {
      for place in first {
        guard let changed = moved(records[place], to: host) else { continue }
        if try refutes(replaced(records, place, changed)) { return true }
      }
    }
    for other in others.prefix(4) where try refutes(mixed(records, other)) { return true }
    for place in first {
      for mutation in mutations {
        guard let changed = mutation(records[place]) else { continue }
        if try refutes(replaced(records, place, changed)) { return true }
      }
    }
    return false
  }

  /// Whether a claim asks for what a record tells: frames, or a kind of event.
  private static func concerns(_ record: Record, _ claim: String) -> Bool {
    switch record {
    case .frame:
      ["tcp", "ip.", "udp", "icmp", "arp", "eth", "frame", "tls", "http", "wire", "cost"].contains {
        claim.contains($0)
      }
    case .event(let event): claim.contains("\(event.kind.rawValue).")
    default: false
    }
  }

  /// A field of events that a claim names, and what it compares it with: `syscall.name == "recv"`.
  private struct Asked {
    var kind: String
    var field: String
    var value: EventValue?
  }

  private static func comparisons(in claim: String) -> [Asked] {
    let pattern = #/([a-z]+)\.([a-z_0-9]+)(?:\s*(?:==|contains|in)\s*\{?\s*(?:"([^"]*)"|(-?\d+)))?/#
    return claim.matches(of: pattern).compactMap { match in
      guard EventKind(rawValue: String(match.1)) != nil else { return nil }
      let value =
        match.3.map { EventValue.text(String($0)) } ?? match.4.flatMap { Int64($0) }.map { .number($0) }
      return Asked(kind: String(match.1), field: String(match.2), value: value)
    }
  }

  /// An event with all that a claim asks for: what a claim says never happens.
  private static func forged(_ record: Record, _ asked: [Asked]) -> Record? {
    guard case .event(var event) = record else { return nil }
    var isChanged = false
    for one in asked where one.kind == event.kind.rawValue {
      guard let value = one.value, event[one.field] != value else { continue }
      event.fields.removeAll { $0.name == one.field }
      switch value {
      case .text(let text): event.fields.append(EventField(one.field, text))
      case .number(let number): event.fields.append(EventField(one.field, number))
      case .truth(let truth): event.fields.append(EventField(one.field, is: truth))
      }
      isChanged = true
    }
    return isChanged ? .event(event) : nil
  }

  /// An event whose number in a field is 0.
  private static func emptied(_ record: Record, _ asked: Asked) -> Record {
    guard case .event(var event) = record, event.kind.rawValue == asked.kind,
      let index = event.fields.firstIndex(where: { $0.name == asked.field }),
      case .number = event.fields[index].value
    else { return record }
    event.fields[index].value = .number(0)
    return .event(event)
  }

  /// An event as if it were another host's.
  private static func moved(_ record: Record, to host: String) -> [Record]? {
    guard case .event(var event) = record, event.text("host") != host,
      let index = event.fields.firstIndex(where: { $0.name == "host" })
    else { return nil }
    event.fields[index].value = .text(host)
    return [.event(event)]
  }

  private static func replaced(_ records: [Record], _ place: Int, _ changed: [Record]) -> [Record] {
    var session = records
    session.replaceSubrange(place...place, with: changed)
    return session
  }

  @Test(arguments: try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lessons.map(\.slug))
  func eachClaimIsRefutedBySomeChange(slug: String) throws {
    var lesson = try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lesson(slug)
    let records = lesson.records
    let all = try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lessons
    let own = all.firstIndex { $0.slug == slug } ?? 0
    // The nearest are those most like it.
    let others = all.indices.filter { $0 != own }.sorted { abs($0 - own) < abs($1 - own) }.map { all[$0] }
    for variant in Self.variants(lesson, records) where !lesson.checks.isEmpty {
      for verdict in try Self.verdicts(lesson, variant) {
        switch verdict.outcome {
        case .failed: lesson.leave([verdict])
        case .held:
          let alone = lesson.alone(verdict.name)
          let isRefuted = try Self.attempts(variant, verdict, hosts: lesson.lab?.hosts ?? [], others) {
            session in
            try Self.verdicts(alone, session).contains { $0.outcome == .failed }
          }
          // What holds as recorded must be refuted as recorded.
          #expect(isRefuted, "no change refutes \(verdict.name)")
          lesson.leave([verdict])
        case .notClaimed, .notJudged: break
        }
      }
    }
    // A claim that no variant comes to may do so by a record more, or less.
    for variant in Self.variants(lesson, records) {
      for mutation in Self.mutations.prefix(2) {
        for place in variant.indices where !lesson.checks.isEmpty {
          guard let changed = mutation(variant[place]) else { continue }
          let verdicts = try Self.verdicts(lesson, Self.replaced(variant, place, changed))
          lesson.leave(verdicts.filter { $0.outcome == .failed })
        }
      }
    }
    #expect(lesson.checks.isEmpty, "claimed nowhere: \(lesson.checks.map(\.name))")
  }
}

extension Lesson {
  /// The recorded run.
  fileprivate var records: [Record] {
    var decoder = SessionDecoder()
    decoder.push(session)
    var records: [Record] = []
    while let record = decoder.next() ?? decoder.finish() { records.append(record) }
    return records
  }

  /// The lesson with one of its claims.
  fileprivate func alone(_ name: String) -> Lesson {
    var lesson = self
    lesson.parts = parts.filter { if case .check(let check) = $0 { check.name == name } else { true } }
    return lesson
  }

  /// Leaves checks out that are settled.
  fileprivate mutating func leave(_ verdicts: [Verdict]) {
    let names = Set(verdicts.map(\.name))
    parts = parts.filter { if case .check(let check) = $0 { !names.contains(check.name) } else { true } }
  }
}
