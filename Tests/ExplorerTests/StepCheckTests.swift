import Testing

@testable import Explorer

/// Rows of a field's value, a sender and a moment; a filter is `name == value`.
private struct Table: Evidence {
  var rows: [(values: [String: Double], sender: String, time: Double)]

  var rowCount: Int { rows.count }
  func matcher(_ filter: String) throws(ExpressionError) -> (String, Double) {
    let parts = filter.split(separator: " ").map(String.init)
    guard parts.count == 3, parts[1] == "==", let number = Double(parts[2]) else {
      throw ExpressionError(what: "`\(filter)` is no filter", fix: "Write `name == value`.")
    }
    return (parts[0], number)
  }
  func matches(_ matcher: (String, Double), row: Int) -> Bool { rows[row - 1].values[matcher.0] == matcher.1 }
  func numbers(_ field: String, row: Int) -> [Double] { rows[row - 1].values[field].map { [$0] } ?? [] }
  func isDuration(_ field: String) -> Bool { field == "span" }
  func sent(row: Int) -> Double? { rows[row - 1].time }
  func arrived(row: Int) -> Double? { rows[row - 1].time + 0.2 }
  func sender(row: Int) -> String { rows[row - 1].sender }
}

@Suite struct StepCheckTests {
  private let table = Table(rows: [
    (["queue": 1, "syn": 1], "c", 0), (["queue": 2], "s", 0.2), (["queue": 2, "syn": 1], "c", 1),
    (["queue": 0], "", 2), (["syn": 1], "c", 2.03),
  ])

  private func lesson(_ blocks: String) throws -> Lesson {
    let lab = """
      ---
      title: T
      ---
      ```lab
      host server tcp-listener backlog=1
      host client tcp-connector to=server:8080 every=200ms by=key
      link delay=100ms
      knob server.backlog 0...128
      ```

      """
    return try LessonParser.parse(lab + blocks, folder: "01-a/01-b", roles: testRoles)
  }

  @Test func foldsKnobs() throws {
    let values = try lesson("").values(settings: ["server.backlog": "4"])
    #expect(values.fold("kernel.accept_queue == server.backlog + 1") == "kernel.accept_queue == 5")
    #expect(values.fold("a == server.backlog * 2 - 1 && b == 0x10") == "a == 7 && b == 0x10")
    #expect(values.fold("frame.time_delta > link.delay * 2") == "frame.time_delta > 0.2")
    #expect(values.fold("a in {1 2} && ip.src == 192.0.2.1") == "a in {1 2} && ip.src == 192.0.2.1")
    #expect(values.fold("a == \"server.backlog + 1\"") == "a == \"server.backlog + 1\"")
    #expect(values.fold("tcp.flags & 0x02 && tcp[0:4] == 1") == "tcp.flags & 0x02 && tcp[0:4] == 1")
    #expect(values.fold("kernel.rtt > 150ms") == "kernel.rtt > 0.15")
    #expect(values.fold("note.by == client.by") == "note.by == key")
  }

  @Test func stepsFireInOrderOnceEach() throws {
    let lesson = try lesson(
      """
      ```step full
      when queue == server.backlog + 1
      ```
      ```step retry
      when syn == 1
      ```
      ```step never
      when syn == 2
      ```
      """)
    var engine = try StepEngine(lesson, values: lesson.values(), source: table)
    var live = table
    live.rows.removeLast(3)
    #expect(engine.advance(live).map(\.row) == [2])
    #expect(engine.advance(table).map(\.step.name) == ["retry"])
    #expect(engine.rows == [2, 3])
    #expect(!engine.isComplete && engine.advance(table).isEmpty)
  }

  @Test(arguments: [
    ("count(syn == 1) == 3", "held", "3"), ("count(syn == 1) == 2", "failed", "3"),
    ("max(queue) == server.backlog + 1", "held", "2"), ("min(queue) == 0", "held", "0"),
    ("last(queue) == 0", "held", "0"), ("max(queue, syn == 1) <= 2", "held", "2"),
    ("time(syn == 1, 2) - time(syn == 1) in 0.9s...1.6s", "held", "1"),
    ("time(syn == 1, 3) - time(syn == 1, 2) in 0.9s...1s", "failed", "1.03"),
    ("arrived(queue == 2) == 400ms", "held", "0.4"), ("flights(queue == 2) == 2", "held", "2"),
    ("time(syn == 9) > 0", "failed", "no such row"), ("max(nothing) == 1", "failed", "no such row"),
    ("count(syn == 1) == 9 if client.connections > server.backlog", "not claimed here", "only if"),
    ("count(syn == 1) == 3 if client.by == key", "held", "3"),
    ("count(syn == 1) == 9 if kernel >= 6.13", "not claimed here", "only if"),
    ("count(syn == 1) == 3 if kernel >= 6.2", "held", "3"), ("count(syn == 1) != 3", "failed", "3"),
    ("2 * (1 + 2) - 1 == 5", "held", "5"), ("0.1 + 0.2 == 0.3", "held", "0.3"),
  ])
  func judges(claim: String, outcome: String, saw: String) throws {
    let lesson = try lesson("```check one\n\(claim)\n```")
    var values = lesson.values()
    values.kernel = "6.12.8-amd64"
    let verdict = try #require(CheckRunner(table, values: values).judge(lesson).first)
    #expect(verdict.outcome.rawValue == outcome)
    #expect(verdict.saw.hasPrefix(saw), "\(verdict.saw)")
  }

  @Test(arguments: ["kernel >= 6.13", "kernel < 6.13"])
  func claimsNothingOfAnUnknownKernel(condition: String) throws {
    let lesson = try lesson("```check one\ncount(syn == 1) == 9 if \(condition)\n```")
    let verdict = try CheckRunner(table, values: lesson.values()).judge(lesson).first
    #expect(verdict?.outcome == .notClaimed && verdict?.saw == "only if \(condition)")
  }

  @Test func aSpanThatABusyMachineStretchedIsNotJudged() throws {
    var busy = table
    for index in busy.rows.indices { busy.rows[index].values["span"] = 3 }
    let lesson = try lesson(
      "```check span\nmax(span, syn == 1) in 1...2\n```\n```check count\ncount(syn == 1) in 1...2\n```")
    let verdicts = try CheckRunner(busy, values: lesson.values(), late: "busy").judge(lesson)
    #expect(verdicts.map(\.outcome) == [.notJudged, .failed])
  }

  @Test func namesTheRowsThatShowIt() throws {
    let lesson = try lesson("```check one\ncount(syn == 1) == 2\n```")
    #expect(try CheckRunner(table, values: lesson.values()).judge(lesson).first?.rows == [1, 3, 5])
  }

  @Test func judgesNothingThatTheLearnerTouched() throws {
    let lesson = try lesson("```check one\ncount(syn == 1) == 2\n```")
    let verdict = try CheckRunner(table, values: lesson.values(), touched: "you dropped a frame").judge(
      lesson
    ).first
    #expect(verdict?.outcome == .notJudged && verdict?.saw == "you dropped a frame")
  }

  @Test(arguments: ["count(syn) == 1", "nobody.knows == 1", "time(syn == 1, 0) == 0", "kernel == 6.1"])
  func refusesNonsense(claim: String) throws {
    let lesson = try lesson("```check one\n\(claim)\n```")
    var values = lesson.values()
    values.kernel = "6.12"
    #expect(throws: LessonError.self) { try CheckRunner(table, values: values).judge(lesson) }
  }

  @Test(arguments: [
    "(1 == 1", "1 == ", "count( == 1", "max() == 1", "1 + == 2", "a(b) == 1", "1 == 1 1", "in 1...2",
  ])
  func refusesBrokenClaims(claim: String) {
    #expect(throws: ExpressionError.self) { try Comparison(claim) }
  }

  @Test func deepBracketsAreRefused() {
    let deep = String(repeating: "(", count: 100_000) + "1" + String(repeating: ")", count: 100_000)
    #expect(throws: ExpressionError.self) { try Expression(deep) }
  }
}
