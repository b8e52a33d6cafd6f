import Bytes
import Dissect
import Foundation
import ProtoKit
import Session
import TestSupport
import Testing

@testable import Explorer

/// Holds `docs/labs.md` to the program.
@Suite struct LabDocumentTests {
  private static let page = BuiltProgram.root.appending(path: "docs/labs.md")
  private let lines: [String]

  init() throws {
    lines = try String(contentsOf: Self.page, encoding: .utf8).components(separatedBy: "\n")
  }

  /// The place of the lines between two marks.
  private func place(_ name: String) throws -> Range<Int> {
    let begin = try #require(lines.firstIndex(of: "<!-- \(name): begin -->"))
    let end = try #require(lines.firstIndex(of: "<!-- \(name): end -->"))
    return begin + 1..<end
  }

  /// The example, without its fence.
  private func example() throws -> String {
    lines[try place("example")].dropFirst().dropLast().joined(separator: "\n")
  }

  @Test func theExampleIsALesson() throws {
    let lesson = try LessonParser.parse(
      try example(), folder: "09-example/01-queue", roles: LessonCatalogue.roles)
    #expect(lesson.slug == "queue")
    #expect(lesson.path == 9)
    #expect(lesson.needs == ["knock"])
    #expect(lesson.limit == 10)
    #expect(lesson.steps.map(\.name) == ["full", "slot"])
    #expect(lesson.predictions.map(\.step) == ["full"])
    #expect(lesson.knobs.map(\.name) == ["server.backlog", "server.accept", "link.delay"])
    let plan = try lesson.plan(settings: ["server.backlog": "4"])
    #expect(plan.arp)
    #expect(plan.links.map(\.rate) == [10_000_000])
    // Every filter and every claim is understood; of an empty session the claims that apply fail.
    let judge = LessonJudge(lesson, kernel: "6.1")
    _ = try judge.take(.event(Event(.note, at: .init(nanoseconds: 0), "nothing", [])))
    #expect(try judge.result().missing.count == 2)
    for function in Expression.Function.allCases {
      #expect(lesson.checks.contains { $0.claim.contains("\(function.rawValue)(") }, "\(function)")
    }
  }

  @Test(.enabled(if: LabSupport.probe() == .namespaces)) func theExampleHolds() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "labs-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let place = folder.appending(path: "09-example/01-queue")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try example().write(to: place.appending(path: "lesson.md"), atomically: true, encoding: .utf8)
    let result = try CommandProgram.run(["run", "queue", "--plain", "--lessons", folder.path])
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.lines.last == "9 passed, 0 failed, 0 skipped")
  }

  @Test func commandsOfStepsAreCheckedWhenThePageIsRead() throws {
    let page = try example()
    for (wrong, words) in [
      ("server acept 1", "host `server` takes no command `acept`. Did you mean `accept`?"),
      ("servr accept", "`servr` is no host of this lab. Did you mean `server`?"),
      ("wire dorp", "Did you mean `drop`?"), ("wire drop nobody syn", "`nobody` is no host"),
      ("set server.baklog 3", "Did you mean `server.backlog`?"), ("set x", "`set` sets nothing"),
    ] {
      let error = #expect(throws: LessonError.self) {
        _ = try LessonParser.parse(
          page.replacing("do server accept 1", with: "do \(wrong)"), folder: "09-example/01-queue",
          roles: LessonCatalogue.roles)
      }
      #expect(error?.description.contains(words) == true, "\(error.debugDescription)")
    }
    for right in [
      "press", "wire pause", "wire drop client data 2", "set link.delay 50ms", "keys hand", "stop",
    ] {
      _ = try LessonParser.parse(
        page.replacing("do server accept 1", with: "do \(right)"), folder: "09-example/01-queue",
        roles: LessonCatalogue.roles)
    }
  }

  /// A link has one line: the one for every link, or its own.
  @Test func aLinkHasOneLine() throws {
    let page = try example()
    let third = "host third tcp-echo-server\nlink delay=25ms\n"
    for (link, words) in [
      ("link delay=1ms\nlink loss=1%", "a second `link` line"),
      ("link delay=1ms\nlink client-server loss=1%", "a second `link` line"),
      (third + "link client-server delay=1ms\nlink server-client delay=1ms", "a second `link` line"),
      (third + "link client-fourth delay=1ms", "are no two hosts"),
      (
        "host third tcp-echo-server\nknob client-third.delay 0...1s\nlink delay=25ms",
        "no host or link of this lab has `client-third.delay`"
      ),
    ] {
      let error = #expect(throws: LessonError.self) {
        _ = try LessonParser.parse(
          page.replacing("link delay=25ms", with: link), folder: "09-example/01-queue",
          roles: LessonCatalogue.roles)
      }
      #expect(error?.what.contains(words) == true, "\(error.debugDescription)")
    }
  }

  /// In a lab of three hosts a pair has a link of its own, with a knob of its own.
  @Test func aPairHasALinkOfItsOwn() throws {
    let page = try example().replacing(
      "link delay=25ms",
      with: """
        host third tcp-echo-server
        link client-third delay=5ms
        knob third-client.delay 0...1s
        link delay=25ms
        """)
    let lesson = try LessonParser.parse(page, folder: "09-example/01-queue", roles: LessonCatalogue.roles)
    let plan = try lesson.plan(settings: ["third-client.delay": "7ms", "link.delay": "50ms"])
    #expect(plan.links.map(\.hosts) == [["client", "third"], []])
    #expect(plan.links.map(\.delay) == [7_000_000, 50_000_000])
    #expect(lesson.values().number("client-third.delay") == 0.005)
    #expect(lesson.lab?.problem(with: "set client-third.loss 10%") == nil)
    #expect(lesson.lab?.problem(with: "set server-third.loss 10%") != nil)
  }

  @Test func rolesAreThoseOfTheProgram() throws {
    var made = Roles.all.flatMap(Self.section)
    made += Self.table("link", "What happens to each frame of a link, one way.", Roles.link)
    let place = try place("roles")
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      var page = lines
      page.replaceSubrange(place, with: made)
      try page.joined(separator: "\n").write(to: Self.page, atomically: true, encoding: .utf8)
      return
    }
    #expect(Array(lines[place]) == made, "RECORD=1 writes the roles anew")
  }

  private static func section(_ role: RoleDescription) -> [String] {
    var lines = table(role.name, role.summary, role.parameters)
    if !role.commands.isEmpty {
      lines += role.commands.map { "- `\($0.usage)` \($0.meaning)" } + [""]
    }
    return lines
  }

  private static func table(_ name: String, _ summary: String, _ parameters: [RoleDescription.Parameter])
    -> [String]
  {
    ["### `\(name)`", "", summary, "", "| parameter | value | what it is |", "|---|---|---|"]
      + parameters.map { parameter in
        let standard = parameter.standard.map { "=\($0)" } ?? ""
        let words = parameter.kind.words + (parameter.isLive ? "; live" : "")
        return "| `\(parameter.name)\(standard)` | \(words) | \(parameter.meaning) |"
      } + [""]
  }
}
