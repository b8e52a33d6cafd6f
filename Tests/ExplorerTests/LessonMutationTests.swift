import Bytes
import Session
import Testing

@testable import Explorer

/// Each claim can be refuted: a recorded run is changed in one place, and the claim fails.
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
    // Protocol, ports, the numbers Seq and Ack, the header's length, ARP's operation.
    + [23, 35, 37, 41, 45, 46, 21].map { octet($0, 0x11) }
    // The kind of a TLS record, and of the message in it; names, codes and states in what TCP carries.
    + [octet(66, 0x05), octet(71, 0x0e), octet(71, 0x12)] + (66..<160).map { octet($0, 0x01) }
    + [1, -1, 1000].map { by in { record in changed(record) { numbers($0, by) } } }
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

  /// Places of records, those first whose rows the verdicts name: there a claim is most easily refuted.
  private static func places(_ records: [Record], _ verdicts: [Verdict]) -> [Int] {
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
    return named.sorted() + records.indices.filter { !named.contains($0) }
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

  @Test(arguments: try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lessons.map(\.slug))
  func eachClaimIsRefutedBySomeChange(slug: String) throws {
    var lesson = try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lesson(slug)
    let records = lesson.records
    let others = try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lessons.filter { $0.slug != slug }
    for variant in Self.variants(lesson, records) {
      let verdicts = try Self.verdicts(lesson, variant)
      let places = Self.places(variant, verdicts)
      let held = Set(verdicts.filter { $0.outcome == .held }.map(\.name))
      for (number, mutation) in Self.mutations.enumerated() {
        for place in places {
          guard !lesson.checks.isEmpty else { return }
          // A claim that the session does not come to at all may do so by a record more, or less.
          guard number < 2 || lesson.checks.contains(where: { held.contains($0.name) }) else { break }
          guard let changed = mutation(variant[place]) else { continue }
          var session = variant
          session.replaceSubrange(place...place, with: changed)
          lesson.leave(try Self.verdicts(lesson, session).filter { $0.outcome == .failed })
        }
      }
      for other in others {
        let session = Self.mixed(variant, other)
        lesson.leave(try Self.verdicts(lesson, session).filter { $0.outcome == .failed })
      }
      // What holds as recorded must be refuted as recorded.
      let standing = try Self.verdicts(lesson, variant).filter { $0.outcome == .held }
      #expect(standing.isEmpty, "no change refutes \(standing.map(\.name))")
      lesson.leave(standing)
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

  /// Leaves checks out that are settled.
  fileprivate mutating func leave(_ verdicts: [Verdict]) {
    let names = Set(verdicts.map(\.name))
    parts = parts.filter { if case .check(let check) = $0 { !names.contains(check.name) } else { true } }
  }
}
