import ArgumentParser
import Dissect
import Foundation
import Testing

@testable import Explorer

/// Holds the manual page to the program.
@Suite struct ManualTests {
  private static let page = CommandProgram.root.appending(path: "docs/backlab.1")
  private let lines: [String]

  init() throws {
    lines = try String(contentsOf: Self.page, encoding: .utf8).components(separatedBy: "\n")
  }

  /// A command as the program itself describes it.
  private struct Described: Decodable {
    struct Argument: Decodable {
      struct Name: Decodable {
        var kind: String
        var name: String
      }
      var names: [Name]?
    }
    struct Page: Decodable { var command: Described }
    var commandName: String
    var aliases: [String]?
    var arguments: [Argument]?
    var subcommands: [Described]?

    /// The options as a shell takes them, without those that every command has.
    var options: Set<String> {
      let names = (arguments ?? []).flatMap { $0.names ?? [] }
      return Set(names.map { ($0.kind == "long" ? "--" : "-") + $0.name }).subtracting([
        "--help", "-h", "--version",
      ])
    }
  }

  /// The lines from `.Sh NAME` to the next section.
  private func section(_ name: String) -> ArraySlice<String> {
    guard let begin = lines.firstIndex(of: ".Sh \(name)") else { return [] }
    let rest = lines[(begin + 1)...]
    return rest[..<(rest.firstIndex { $0.hasPrefix(".Sh ") } ?? rest.endIndex)]
  }

  @Test func commandsAndOptionsAreThoseOfTheProgram() throws {
    let help = try CommandProgram.run(["--experimental-dump-help"])
    let program = try JSONDecoder().decode(Described.Page.self, from: Data(help.output.utf8)).command
    var expected: [String: Set<String>] = [:]
    for command in program.subcommands ?? [] {
      let name = ([command.commandName] + (command.aliases ?? [])).joined(separator: ", ")
      expected[name] = command.options
    }
    #expect(expected.count > 7)
    // Options stand once in the usage line, `.Op Fl`, and once explained, `.It Fl`.
    var (used, explained): ([String: Set<String>], [String: Set<String>]) = ([:], [:])
    var name = ""
    for line in section("COMMANDS") {
      if line.hasPrefix(".Ss ") {
        name = String(line.dropFirst(4))
        used[name] = []
        explained[name] = []
      }
      let words = line.split(separator: " ").map(String.init)
      let options = words.indices.dropLast().filter { words[$0] == "Fl" }.map { "-" + words[$0 + 1] }
      if line.hasPrefix(".Op ") { used[name]?.formUnion(options) }
      if line.hasPrefix(".It Fl") { explained[name]?.formUnion(options) }
    }
    expected["help"] = []
    #expect(used == expected)
    #expect(explained == expected)
    #expect(program.options.isEmpty)
  }

  @Test func variablesAreThoseThatTheProgramReads() throws {
    // The locale's three are read by setlocale(3).
    var read: Set<String> = ["LC_ALL", "LC_CTYPE", "LANG"]
    let sources = CommandProgram.root.appending(path: "Sources")
    let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    for case let file as URL in files where ["swift", "c", "h"].contains(file.pathExtension) {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /(?:getenv|environment)\("([A-Z_]+)"\)/) { read.insert(String(match.1)) }
    }
    // The lab's own, from the lab to its roles.
    read.remove("BACKLAB_SHARED")
    let told = section("ENVIRONMENT").filter { $0.hasPrefix(".It Ev ") }.flatMap {
      $0.dropFirst(7).split(separator: " ").map(String.init).filter { $0 != "," }
    }
    #expect(Set(told) == read)
    #expect(told.sorted() == told || told.contains("LC_ALL"))
  }

  @Test func exitCodesAreThoseOfTheHelp() throws {
    let told = section("EXIT STATUS").filter { $0.hasPrefix(".It ") }.compactMap { Int($0.dropFirst(4)) }
    let help = try CommandProgram.run(["--help"]).output.split(separator: "\n").joined(separator: " ")
    let listed = try #require(help.firstMatch(of: /Exit codes: ([^.]*)\./)).1
    #expect(told == listed.split(separator: ", ").compactMap { Int($0.prefix { $0.isNumber }) })
  }

  @Test func fieldsExist() throws {
    let named = lines.filter { $0.hasPrefix(".Va ") || $0.hasPrefix(".It Va ") }.flatMap {
      $0.split(separator: " ").map(String.init).filter { !$0.hasPrefix(".") && $0.contains(".") }
    }
    #expect(named.count > 30)
    for name in named { #expect(Catalogue.shared.byName[name] != nil, "\(name)") }
  }

  @Test func examplesAreUnderstood() throws {
    for line in section("EXAMPLES").joined(separator: "\n").replacing("\\e\n.Dl \\ \\ \\ \\ ", with: "")
      .split(
        separator: "\n")
    where line.hasPrefix(".Dl $ backlab ") {
      // A name that is no lesson, a file that isn't there: all else is parsed before these are looked for.
      let words = Self.words(String(line.dropFirst(14).prefix { $0 != "|" }))
      let command = try Backlab.parseAsRoot(words)
      if let dissect = command as? DissectCommand { _ = try Filter(dissect.filter) }
      if let run = command as? RunCommand {
        let lesson = try run.source.lesson(run.lesson)
        _ = try LessonSource.settings(run.settings, of: lesson)
      }
    }
  }

  /// The words of a shell's line with single quotes.
  private static func words(_ line: String) -> [String] {
    line.split(separator: "'", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
      index % 2 == 1 ? [String(part)] : part.split(separator: " ").map(String.init)
    }
  }

  @Test(arguments: ["backlab.1", "backlab-session.5"])
  func keysAndEventsAreThoseOfTheTables(name: String) throws {
    let file = CommandProgram.root.appending(path: "docs/\(name)")
    let lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
    var page = lines
    for (name, made) in [("keys", Self.keys), ("events", Self.events), ("derived", Self.derived)] {
      guard let begin = page.firstIndex(of: ".\\\" \(name): begin"),
        let end = page.firstIndex(of: ".\\\" \(name): end")
      else { continue }
      page.replaceSubrange((begin + 1)..<end, with: made)
    }
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      try page.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
      return
    }
    #expect(page.count > 60)
    let difference = zip(page, lines).first { $0 != $1 }
    #expect(
      page == lines, "RECORD=1 writes the page anew; the first difference: \(difference.debugDescription)")
  }

  /// The keys of each place, from the registry.
  private static var keys: [String] {
    let places: [(String, Context)] = [
      ("In the list of lessons", .browser), ("On a lesson's page", .lesson), ("In a running lab", .lab),
      ("In a replay", .replay), ("At the end of a run", .end), ("In the list of sessions", .sessions),
      ("Where a lab can't run", .failure),
    ]
    let everywhere = CommandRegistry.all.filter { $0.contexts.count == Context.allCases.count }
    var lines = [".Ss Everywhere"] + list(everywhere)
    for (title, context) in places {
      let own = CommandRegistry.commands(in: context).filter { $0.contexts.count < Context.allCases.count }
      // The escape: In and At are macros, too.
      if !own.isEmpty { lines += [".Ss \\&\(title)"] + list(own) }
    }
    return lines
  }

  private static func list(_ commands: [Command]) -> [String] {
    [".Bl -tag -width \"PgDn, C-f\" -compact"]
      + commands.flatMap { command in
        let keys = command.keys.count > 4 ? [command.keyText] : command.keys
        return [".It Ic " + keys.map(escaped).joined(separator: " , ")] + filled(command.help)
      } + [".El"]
  }

  /// The events' fields, from the catalogue.
  private static var events: [String] {
    let layers: [Layer] = [.session, .syscall, .kernel, .knob, .process, .request, .load, .note]
    var lines = [".Pp", ".Bl -tag -width \"kernel.listen_overflows\" -compact"]
    for layer in layers {
      // The first is the row itself, the second any value without a description.
      for field in layer.fields.dropFirst(2) { lines += [".It Va \(field.name)"] + filled(field.meaning) }
    }
    return lines + [".El"]
  }

  /// The fields of frames that Wireshark does not have, from the catalogue.
  private static var derived: [String] {
    let layers: [Layer] = [.backlab, .data, .tcp, .http, .http2, .grpc, .webSocket]
    var lines = [".Pp", ".Bl -tag -width \"backlab.tcp.round_trips\" -compact"]
    for field in layers.flatMap(\.fields) where field.name.hasPrefix("backlab.") && field.type != .heading {
      lines += [".It Va \(field.name)"] + filled(field.meaning)
    }
    return lines + [".El", ".Pp"]
  }

  /// A key as mdoc(7) takes it: punctuation is no delimiter then.
  private static func escaped(_ key: String) -> String {
    (key.first.map { ".,:;()[]?!|".contains($0) } ?? false ? "\\&" : "") + key.replacing("-", with: "\\-")
  }

  /// A sentence in lines of 78 at most.
  private static func filled(_ text: String) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + word.count < 78 {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  @Test(arguments: ["backlab.1", "backlab-session.5"])
  func theFormatterHasNothingToSay(name: String) throws {
    let file = CommandProgram.root.appending(path: "docs/\(name)").path
    let result = try CommandProgram.run(["-ww", "-mandoc", "-Tutf8", "-z", file], command: "/usr/bin/groff")
    #expect(result.status == 0)
    #expect(result.errors.isEmpty, "\(result.errors)")
  }

  @Test func bothPagesHaveTheirMarks() throws {
    #expect(lines.contains(".\\\" keys: begin") && lines.contains(".\\\" keys: end"))
    for name in ["backlab.1", "backlab-session.5"] {
      let file = CommandProgram.root.appending(path: "docs/\(name)")
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(text.contains(".\\\" events: begin") && text.contains(".It Va kernel.accept_queue\n"))
    }
  }
}
