import Bytes
import Dissect
import Foundation
import ProtoKit
import Session
import TestSupport
import Testing

@testable import Explorer

private let labsRun = LabSupport.probe() == .namespaces

/// The lessons in the program: their recorded runs, and fresh ones.
@Suite(.serialized) struct LessonSessionTests {
  /// No namespaces needed: what was recorded is held against the lesson as it stands now.
  @Test func recordedRunsHoldTheirLessonsClaims() throws {
    var total = 0
    for lesson in try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lessons
    where !lesson.session.isEmpty {
      total += lesson.session.count
      #expect(lesson.session.count <= 256 << 10, "\(lesson.slug)")
      let judge = LessonJudge(lesson)
      var decoder = SessionDecoder()
      decoder.push(lesson.session)
      while let record = decoder.next() { _ = try judge.take(record) }
      while let record = decoder.finish() { _ = try judge.take(record) }
      let result = try judge.result()
      #expect(result.failures.isEmpty, "\(lesson.slug): \(result.failures)")
      #expect(result.passed > 0)
      #expect(judge.analysis.troubles.isEmpty)
    }
    #expect(total <= 10 << 20)
  }

  /// The same file opens in tshark: TLS decrypted by the file's own secrets, the system calls between the frames.
  @Test func recordedRunsReadTheSameInTshark() throws {
    let fields = [
      "frame.number", "tcp.flags", "tcp.len", "tls.record.content_type", "tls.handshake.type",
      "tls.handshake.extensions_server_name", "http.request.method", "http.request.uri", "http.response.code",
      "http.content_length", "systemd_journal.message",
    ]
    let options = ["-T", "fields"] + fields.flatMap { ["-e", $0] }
    for lesson in try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lessons
    where !lesson.session.isEmpty {
      let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).pcapng").path
      try Data(lesson.session).write(to: URL(filePath: file))
      defer { try? FileManager.default.removeItem(atPath: file) }
      let ours = try CommandProgram.run(["dissect", file] + options)
      let theirs = try Tshark.run(["-r", file] + options)
      #expect(theirs.status == 0)
      #expect(ours.output == theirs.output, "\(lesson.slug)")
      let rows = theirs.lines.map { $0.components(separatedBy: "\t") }
      // Calls of both sides, and frames, take turns.
      let kinds = rows.map { $0.last?.isEmpty == false }
      #expect(zip(kinds, kinds.dropFirst()).count { $0 != $1 } > 10, "\(lesson.slug)")
      #expect(rows.contains { $0.last?.hasPrefix("connect(") == true }, "\(lesson.slug)")
      if lesson.slug.hasPrefix("tls") {
        #expect(rows.contains { $0[6] == "GET" && $0[3].contains("23") }, "\(lesson.slug)")
        #expect(rows.contains { $0[8] == "200" && $0[3].contains("23") }, "\(lesson.slug)")
      }
    }
  }

  /// A run in which nothing happened proves nothing.
  @Test func anEmptyRunProvesNothing() throws {
    for lesson in try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lessons {
      let result = try LessonJudge(lesson).result()
      #expect(!result.failures.isEmpty, "\(lesson.slug)")
      #expect(
        !result.verdicts.contains { $0.outcome == .held },
        "\(lesson.slug): \(result.verdicts.filter { $0.outcome == .held }.map { $0.name + ": " + $0.claimed })"
      )
    }
  }

  /// Another lesson's run refutes most of a lesson's claims: each check can fail.
  @Test(arguments: try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lessons.map(\.slug))
  func aWrongSessionRefutes(slug: String) throws {
    let lessons = try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lessons.filter {
      !$0.session.isEmpty
    }
    guard let place = lessons.firstIndex(where: { $0.slug == slug }) else { return }
    let lesson = lessons[place]
    let claimed = try judge(lesson, lesson.session).verdicts.filter { $0.outcome == .held }.map(\.name)
    var refuted = Set<String>()
    func isMost() -> Bool { claimed.count { refuted.contains($0) } * 10 >= claimed.count * 7 }
    // Those of the six lessons behind it, so that each run is another's wrong one and the work grows with the lessons
    // alone; of neighbours that have much in common, those of more.
    for step in 1..<lessons.count where step <= 6 || !isMost() {
      let other = lessons[(place + step) % lessons.count]
      // Without the events that would bring the other lesson's knobs.
      let result = try judge(lesson, other.session) { record in
        if case .event(let event) = record { ![.session, .knob].contains(event.kind) } else { true }
      }
      #expect(!result.failures.isEmpty, "\(slug) holds for \(other.slug)")
      refuted.formUnion(result.verdicts.filter { $0.outcome == .failed }.map(\.name))
    }
    #expect(isMost(), "\(slug): \(refuted)")
  }

  /// A span too long is no failure of a lesson where the machine was too busy to keep time; all else still is.
  @Test func aBusyMachineKeepsNoTime() throws {
    let lesson = try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lesson("knock")
    for isBusy in [false, true] {
      let judge = LessonJudge(lesson)
      var decoder = SessionDecoder()
      decoder.push(lesson.session)
      var syns = 0
      while let record = decoder.next() {
        var record = record
        // Each retry of the third client two seconds late.
        if case .frame(var frame) = record, frame.bytes.count > 47, frame.bytes[47] == 2 {
          syns += 1
          if syns > 3, let time = frame.time {
            frame.time = Timestamp(nanoseconds: time.nanoseconds + 2_000_000_000)
          }
          record = .frame(frame)
        }
        _ = try judge.take(record)
      }
      if isBusy {
        _ = try judge.take(
          .event(Event(.note, at: Timestamp(nanoseconds: 1), "", [EventField("what", "late")])))
      }
      let found = try judge.result().verdicts.first { $0.name == "second-later" }
      #expect(found?.outcome == (isBusy ? .notJudged : .failed))
    }
  }

  @Test(arguments: [
    Event(
      .knob, at: Timestamp(nanoseconds: 1), "",
      [EventField("name", "link.delay"), EventField("by", "learner")]),
    Event(.note, at: Timestamp(nanoseconds: 1), "", [EventField("what", "hold")]),
    Event(.note, at: Timestamp(nanoseconds: 1), "", [EventField("what", "drop")]),
  ])
  func whatTheHandChangedIsNotJudged(event: Event) throws {
    let lesson = try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lesson("knock")
    let judge = LessonJudge(lesson)
    _ = try judge.take(.event(event))
    let result = try judge.result()
    #expect(result.failures.isEmpty)
    #expect(result.verdicts.allSatisfy { $0.outcome == .notJudged && $0.saw.hasPrefix("you ") })
  }

  private func judge(
    _ lesson: Lesson, _ session: [UInt8], _ takes: (Record) -> Bool = { _ in true }
  ) throws -> LessonResult {
    let judge = LessonJudge(lesson)
    var decoder = SessionDecoder()
    decoder.push(session)
    while let record = decoder.next() { if takes(record) { _ = try judge.take(record) } }
    while let record = decoder.finish() { if takes(record) { _ = try judge.take(record) } }
    return try judge.result()
  }

  @Test(.enabled(if: labsRun)) func freshRunsHoldTheirLessonsClaims() throws {
    let result = try CommandProgram.run(["check"], environment: ["CI": "true"])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.lines.last?.hasSuffix(" passed, 0 failed, 0 skipped") == true)
  }

  /// The same by a user without any right, from a copy that she may read.
  @Test(.enabled(if: labsRun && getuid() == 0)) func freshRunsNeedNoRoot() throws {
    let copy = FileManager.default.temporaryDirectory.appending(path: "backlab-\(UUID().uuidString)").path
    try FileManager.default.copyItem(atPath: CommandProgram.binary, toPath: copy)
    defer { try? FileManager.default.removeItem(atPath: copy) }
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: copy)
    let result = try CommandProgram.run(
      ["--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", copy, "check"],
      command: "/usr/bin/setpriv", environment: ["CI": "true"])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.lines.last?.hasSuffix(" passed, 0 failed, 0 skipped") == true)
  }
}
