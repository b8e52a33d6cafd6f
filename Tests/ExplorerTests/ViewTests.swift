import Dissect
import Foundation
import ProtoKit
import Session
import Testing
import Viz

@testable import Explorer

/// Every view of a committed session, compared letter by letter.
@Suite struct ViewTests {
  static let sizes = [(80, 24), (120, 36)]
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "Fixtures/golden")

  static func lesson() throws -> Lesson {
    try #require(
      try LessonCatalogue.load(directory: folder.path, roles: LessonCatalogue.roles).lessons.first)
  }

  static func records() throws -> [Record] {
    var decoder = SessionDecoder()
    decoder.push(try lesson().session)
    var records: [Record] = []
    while let record = decoder.next() { records.append(record) }
    while let record = decoder.finish() { records.append(record) }
    return records
  }

  private static func model(_ width: Int, _ height: Int) throws -> (Typist, Lesson) {
    let lesson = try lesson()
    let item = LessonItem(lesson, roles: LessonCatalogue.roles)
    let typist = Typist(
      Model(
        size: Size(width: width, height: height),
        lessons: [item, Sample.lesson(2, "four-failures"), Sample.lesson(3, "push", "Patterns")],
        progress: Progress(text: "knock started\n", exists: true)))
    return (typist, lesson)
  }

  /// A run as it happens, fed up to a row (from 1; nil for all).
  static func live(_ width: Int, _ height: Int, to row: Int? = nil) throws -> Typist {
    var (typist, lesson) = try model(width, height)
    typist.type("Enter Enter")
    typist.send(
      .labStarted(path: "/s/knock-20260101-120000.pcapng", warning: nil, guide: LessonGuide(lesson)))
    typist.send(.told(.ready))
    for record in try records() where (typist.model.run?.analysis.rows.count ?? 0) < row ?? .max {
      typist.send(.records([record]))
    }
    return typist
  }

  /// The same run, played again.
  static func replay(_ width: Int, _ height: Int) throws -> Typist {
    var (typist, lesson) = try model(width, height)
    var run = RunState(
      kind: .replay, lesson: LessonItem(lesson, roles: LessonCatalogue.roles), title: lesson.title,
      guide: LessonGuide(lesson))
    run.take(try records())
    run.answer = 0
    typist.send(.opened(run))
    return typist
  }

  private func expect(_ typist: Typist, _ name: String, at location: SourceLocation = #_sourceLocation) throws
  {
    let size = typist.model.size
    try ScreenTests.expectGolden(typist.lines(), "view-\(name)-\(size.width)x\(size.height)", at: location)
  }

  @Test(arguments: sizes) func beforeTheRun(_ width: Int, _ height: Int) throws {
    var (typist, _) = try Self.model(width, height)
    try expect(typist, "browser")
    typist.type("Enter")
    try expect(typist, "page")
    typist.type("x")
    try expect(typist, "page-knobs")
  }

  /// The kernel's pane with a socket's queues, window and timer, and a half-open connection.
  @Test(arguments: sizes) func sockets(_ width: Int, _ height: Int) throws {
    var typist = try Self.live(width, height, to: 40)
    let at = try #require(typist.model.run?.analysis.rows.last?.time)
    func event(_ fields: [EventField]) -> Record {
      .event(
        Event(
          .kernel, at: at, "A socket",
          [EventField("host", "server"), EventField("subject", "socket")] + fields))
    }
    typist.send(
      .records([
        event([
          EventField("local", "192.0.2.1:8080"), EventField("remote", "192.0.2.2:40900"),
          EventField("state", "ESTAB"), EventField("recv_queue", 4344), EventField("recv_limit", 131_072),
          EventField("send_queue", 1448), EventField("send_limit", 87_040), EventField("cwnd", 8),
          EventField("ssthresh", 16), EventField("rtt", 400_000_000), EventField("rto", 800_000_000),
          EventField("timer", "retransmission"), EventField("timer_left", 620_000_000),
        ])
      ]))
    typist.type("K")
    try expect(typist, "sockets")
  }

  @Test(arguments: sizes) func whatTheMachineLacks(_ width: Int, _ height: Int) throws {
    var (typist, _) = try Self.model(width, height)
    typist.model.lessons[0].lacks = [
      LabLack(
        need: "io_uring", cause: "This machine has it switched off (kernel.io_uring_disabled=2).",
        remedy: "sysctl -w kernel.io_uring_disabled=0")
    ]
    try expect(typist, "browser-lack")
    typist.type("Enter")
    try expect(typist, "page-lack")
  }

  @Test(arguments: sizes) func liveRun(_ width: Int, _ height: Int) throws {
    // Nothing was sent yet, and the lanes are those that the frames will use.
    try expect(Self.live(width, height, to: 12), "live-before")
    let early = try Self.live(width, height, to: 12).lines()
    let later = try Self.live(width, height, to: 30)
    let heading = try #require(early.first { $0.contains("sent s") })
    #expect(
      heading.contains("CLIENT") && heading.contains("wire 200 ms") && heading.contains("KERNEL of server"))
    #expect(later.lines().contains { $0.prefix(78) == heading.prefix(78) })
    try expect(later, "live")
    var typist = later
    typist.type("K")
    try expect(typist, "kernel")
    typist.type("K s")
    try expect(typist, "syscalls")
    typist.type("s x")
    try expect(typist, "knobs")
    typist.type("x t")
    try expect(typist, "live-timeline")
    typist.type("t ?")
    try expect(typist, "help")
    typist.type("q")
    #expect(typist.lines() == later.lines())
  }

  @Test(arguments: sizes) func insideOfARow(_ width: Int, _ height: Int) throws {
    var typist = try Self.live(width, height, to: 30)
    let before = typist.lines()
    typist.type("k Enter")
    try expect(typist, "inside")
    typist.type("j j")
    try expect(typist, "field")
    typist.type("Tab j l l")
    try expect(typist, "octet")
    typist.type("q G")
    // On a large screen the frame stays, at the field that was looked at.
    if width < 100 { #expect(typist.lines() == before) }
  }

  @Test(arguments: sizes) func replayed(_ width: Int, _ height: Int) throws {
    var typist = try Self.replay(width, height)
    typist.type("] ]")
    try expect(typist, "replay")
    typist.type("t")
    try expect(typist, "replay-timeline")
    typist.type("t K")
    try expect(typist, "replay-kernel")
    typist.type("K s 5")
    try expect(typist, "replay-syscalls")
    typist.type("s e")
    try expect(typist, "end")
  }

  @Test(arguments: sizes) func otherScreens(_ width: Int, _ height: Int) throws {
    var (typist, lesson) = try Self.model(width, height)
    typist.type("v")
    typist.send(
      .listed([
        .init(
          path: "/s/2.pcapng", name: "1 Who says yes to your client?", bytes: 19_036, age: " 2 Jan 10:03"),
        .init(path: "/s/1.pcapng", name: "1 Who says yes to your client?", bytes: 4_100, age: " 1 Jan 09:12"),
      ]))
    try expect(typist, "sessions")
    (typist, lesson) = try Self.model(width, height)
    typist.type("Enter Enter")
    typist.send(
      .failed(
        FailureState(
          what:
            "The lab can't build its private network: this system lets programs create user namespaces but "
            + "strips their rights (unshare: EPERM)", works: "The lesson's recorded run.",
          command: "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
          lesson: LessonItem(lesson, roles: LessonCatalogue.roles), offersReplay: true)))
    typist.model.offersLoopback = true
    try expect(typist, "failure")
  }

  /// Live and replay show the same of queues, sockets and calls at the same row.
  @Test(arguments: sizes) func replayShowsTheLiveState(_ width: Int, _ height: Int) throws {
    var replay = try Self.replay(width, height)
    for row in [18, 24, 30, 40] {
      let live = try Self.live(width, height, to: row)
      replay.model.run?.seek(toRow: row)
      let run = try #require(replay.model.run)
      let other = try #require(live.model.run)
      #expect(
        run.store.ladder.history.at(row: run.visible) == other.store.ladder.history.at(row: other.visible))
      #expect(
        run.store.ladder.queues(atRow: run.visible) == other.store.ladder.queues(atRow: other.visible))
      #expect(
        RunPanes.kernelLines(run, width: 60).map(\.text) == RunPanes.kernelLines(other, width: 60).map(\.text)
      )
      #expect(run.store.calls.count(atRow: run.visible) == other.store.calls.count(atRow: other.visible))
    }
  }

  /// Every frame of the session says why it is there, and where that is written.
  @Test func everyFrameHasItsWhyAndItsSource() throws {
    let run = try #require(try Self.replay(80, 24).model.run)
    for row in run.analysis.rows where run.isFrame(row.number) {
      let text = Why.meaning(ofRow: row.number, run.analysis).joined()
      #expect(text.contains("RFC "), "row \(row.number): \(text)")
    }
  }

  /// Keys of a replay: tenths, rows, frames.
  @Test func replayIsSoughtThrough() throws {
    var typist = try Self.replay(80, 24)
    func run() throws -> RunState { try #require(typist.model.run) }
    for digit in 0...9 {
      typist.type("\(digit)")
      #expect(try run().clock == run().length * Int64(digit) / 10)
    }
    typist.type("0 >")
    #expect(try run().isFrame(run().selection))
    let first = try run().selection
    typist.type("> <")
    #expect(try run().selection == first)
    typist.type(". ,")
    #expect(try run().reached >= first)
    typist.type("t Right Right")
    let clock = try run().clock
    typist.type("Left")
    #expect(try run().clock < clock)
  }
}
