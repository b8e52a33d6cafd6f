import Bytes
import Dissect
import Session
import Testing

@testable import Explorer

@Suite struct CheckSessionTests {
  @Test func stepsAndChecksReadASession() throws {
    let analysis = Analysis()
    for (second, queue) in [(1, 0), (2, 1), (3, 2)] {
      analysis.append(
        .event(
          Event(
            .kernel, at: Timestamp(nanoseconds: Int64(second) * 1_000_000_000), "reading",
            [EventField("host", "server"), EventField("accept_queue", queue), EventField("backlog", 1)])))
    }
    let page = """
      ---
      title: T
      ---
      ```lab
      host server tcp-listener backlog=1
      ```
      ```step full
      when kernel.accept_queue == server.backlog + 1
      ```
      ```check one-more
      max(kernel.accept_queue) == server.backlog + 1
      ```
      ```check when
      time(kernel.accept_queue == server.backlog + 1) == 2s
      ```
      ```check readings
      count(kernel.accept_queue) == 4
      ```
      """
    let lesson = try LessonParser.parse(page, folder: "01-a/01-b", roles: testRoles)
    let source = SessionEvidence(analysis: analysis)
    var engine = try StepEngine(lesson, values: lesson.values(), source: source)
    #expect(engine.advance(source).map(\.row) == [3])
    let verdicts = try CheckRunner(source, values: lesson.values()).judge(lesson)
    #expect(verdicts.map(\.outcome) == [.held, .held, .failed])
    #expect(verdicts.map(\.rows) == [[3], [3], [1, 2, 3]])
    #expect(throws: ExpressionError.self) { try source.matcher("kernel.accept_queue ==") }
  }
}
