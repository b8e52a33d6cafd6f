import ProtoKit
import Testing

@testable import Explorer

/// Two roles, as far as these tests need them.
let testRoles = [
  RoleDescription(
    "tcp-listener", "Listens.",
    parameters: [
      .init("port", .number(1...65535), standard: "8080", "Where it listens."),
      .init("backlog", .number(0...4096), standard: "128", "Given to listen()."),
      .init("accept", .choice(["auto", "manual"]), standard: "auto", "Who accepts."),
    ], commands: [("accept [N]", "Accepts.")]),
  RoleDescription(
    "tcp-connector", "Connects.",
    parameters: [
      .init("to", .endpoint, standard: nil, "Where to."),
      .init("connections", .number(1...1000), standard: "1", "How many."),
      .init("by", .choice(["key", "clock"]), standard: "clock", "What starts the next one."),
      .init("every", .duration, standard: "0ms", isLive: true, "The pace."),
    ]),
]

let testPage = """
  ---
  title: Who says yes?
  minutes: 5
  level: first
  path: 1
  needs: a, b
  limit: 10s
  ---
  Some text.
  ```lab
  # A comment.
  host server tcp-listener port=8080 backlog=1 accept=manual
  host client tcp-connector to=server:8080 connections=3 by=key
  link delay=200ms
  sysctl server net.ipv4.tcp_syncookies=1
  net arp
  knob server.backlog 0...128
  knob link.delay 0ms...500ms
  knob server.accept auto|manual
  ```
  ```text
  not a block of ours
  ```
  ```predict
  What will client 3
  get?
  - refused
  - silence *
  ```
  ```step full
  when kernel.accept_queue == server.backlog + 1
  say The queue
  say is full.
  do server accept 1
  ```
  ```check holds
  max(kernel.accept_queue) == server.backlog + 1 if client.connections > server.backlog && kernel >= 6.13
  ```
  """

@Suite struct LessonParserTests {
  @Test func readsEveryPart() throws {
    let lesson = try LessonParser.parse(testPage, folder: "01-start/01-knock", roles: testRoles)
    #expect(lesson.slug == "knock")
    #expect(lesson.title == "Who says yes?")
    #expect(lesson.minutes == 5 && lesson.path == 1 && lesson.limit == 10 && lesson.needs == ["a", "b"])
    #expect(lesson.parts.count == 6)
    #expect(lesson.predictions.first?.question == "What will client 3 get?")
    #expect(lesson.predictions.first?.options == ["refused", "silence"])
    #expect(lesson.predictions.first?.answer == 1)
    #expect(lesson.steps.first?.say == "The queue is full.")
    #expect(lesson.steps.first?.commands == ["server accept 1"])
    #expect(lesson.checks.first?.claim == "max(kernel.accept_queue) == server.backlog + 1")
    #expect(lesson.checks.first?.conditions.count == 2)
  }

  /// Each of a host's processes that has the setting, whichever line gave it.
  @Test func aKnobReachesEachProcessOfItsHost() throws {
    func page(_ knob: String) -> String {
      """
      ---
      title: A test
      ---
      ```lab
      host server tcp-listener port=8080
      host client tcp-connector to=server:8080
      host client tcp-connector to=server:8080 connections=3
      host client tcp-listener port=8443
      host client tcp-connector to=server:8080
      knob \(knob)
      ```
      """
    }
    let lesson = try LessonParser.parse(page("client.connections 1...9"), folder: "01-a/b", roles: testRoles)
    #expect(lesson.knobs.map(\.standard) == ["3"])
    let plan = try lesson.plan(settings: ["client.connections": "7"])
    #expect(plan.processes.map { $0.parameters["connections"] } == [nil, "7", "7", nil, "7"])
    let error = #expect(throws: LessonError.self) {
      _ = try LessonParser.parse(page("client.colour red|blue"), folder: "01-a/b", roles: testRoles)
    }
    #expect(error?.description.contains("no host or link of this lab has `client.colour`") == true)
  }

  @Test func plansTheLab() throws {
    let lesson = try LessonParser.parse(testPage, folder: "01-start/01-knock", roles: testRoles)
    let plan = try lesson.plan(settings: ["server.backlog": "4", "link.delay": "5ms"])
    #expect(plan.hosts == ["server", "client"])
    #expect(plan.processes[0].parameters["backlog"] == "4")
    #expect(plan.links.first?.delay == 5_000_000)
    #expect(plan.arp && !plan.ipv6 && plan.limit == 10)
    #expect(plan.sysctls.first?.key == "net.ipv4.tcp_syncookies")
    #expect(plan.knobs == ["server.backlog": "4", "link.delay": "5ms", "server.accept": "manual"])
  }

  @Test(arguments: [
    ("server.backlog", "129", "outside 0...128"), ("server.backlog", "x", "outside 0...128"),
    ("link.delay", "1s", "outside 0ms...500ms"), ("server.accept", "never", "outside auto|manual"),
    ("client.connections", "9", "no knob `client.connections`"),
  ])
  func refusesSettings(name: String, value: String, says: String) throws {
    let lesson = try LessonParser.parse(testPage, folder: "01-start/01-knock", roles: testRoles)
    do throws(LessonError) {
      _ = try lesson.plan(settings: [name: value])
      Issue.record("\(name)=\(value) was taken")
    } catch {
      #expect(error.description.contains(says) && error.file == "--set \(name)=\(value)")
    }
  }

  @Test(arguments: [
    ("title: Who", "tittle: Who", 2, "tittle"), ("minutes: 5", "minutes: x", 3, "minutes: x"),
    ("limit: 10s", "limit: 10", 7, "no duration"), ("tcp-listener", "tcp-lister", 12, "no role `tcp-lister`"),
    ("backlog=1 ", "backlock=1 ", 12, "no parameter `backlock`"),
    ("backlog=1 ", "backlog=-1 ", 12, "whole number"),
    ("to=server:8080 ", "", 13, "needs `to`"), ("delay=200ms", "delay=200", 14, "Write a duration"),
    ("sysctl server net", "sysctl nobody net", 15, "sets nothing"), ("net arp", "net arq", 16, "`arq`"),
    ("0...128", "0..128", 17, "no range"), ("0...128", "2...128", 17, "outside 2...128"),
    ("knob link.delay", "knob link.delays", 18, "no host or link"),
    ("silence *", "silence", 24, "one true one"),
    ("```predict", "```predict nowhere", 24, "step `nowhere`"),
    ("when kernel", "whem kernel", 31, "no `whem`"), ("step full", "step", 30, "no name"),
    ("max(kernel", "most(kernel", 37, "no `most(...)`"),
    ("== server.backlog + 1 if", "if", 37, "compares nothing"),
  ])
  func saysWhereAPageIsWrong(part: String, wrong: String, line: Int, says: String) throws {
    var page = testPage
    page.replaceSubrange(try #require(page.firstRange(of: part)), with: wrong)
    do throws(LessonError) {
      _ = try LessonParser.parse(page, folder: "01-start/01-knock", roles: testRoles)
      Issue.record("`\(wrong)` was taken")
    } catch {
      #expect(error.description.contains(says), "\(error)")
      #expect(error.file == "01-start/01-knock/lesson.md" && error.line == line, "\(error)")
      #expect(!error.fix.isEmpty)
    }
  }

  @Test func survivesEveryCut() {
    for end in 0..<testPage.count {
      _ = try? LessonParser.parse(String(testPage.prefix(end)), folder: "x", roles: testRoles)
    }
  }

  @Test func findsLessons() throws {
    let page = "---\ntitle: T\n---\nText."
    let catalogue = try LessonCatalogue(
      ["02-b/01-tls-1.3", "01-a/01-knock", "02-b/02-tls-1.2"].map {
        try LessonParser.parse(page, folder: $0, roles: [])
      })
    #expect(try catalogue.lesson("1").slug == "knock")
    #expect(try catalogue.lesson("kno").slug == "knock")
    #expect(try catalogue.lesson("tls-1.2").number == 3)
    #expect(throws: LessonError.self) { try catalogue.lesson("tls") }
    #expect(throws: LessonError.self) { try catalogue.lesson("4") }
    #expect(throws: LessonError.self) { try catalogue.lesson("") }
    #expect(throws: LessonError.self) { try LessonCatalogue(catalogue.lessons + [catalogue.lessons[0]]) }
  }

  @Test func embeddedLessonsParse() throws {
    #expect(throws: Never.self) { try LessonCatalogue.embedded(roles: LessonCatalogue.roles) }
  }
}
