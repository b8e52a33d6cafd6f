import Bytes
import Dissect
import Foundation
import ProtoKit
import Session
import Testing
import Viz

@testable import Explorer

/// Types keys as `KeyPress(name:)` writes them and keeps what was asked of the loop.
struct Typist {
  var model: Model
  var effects: [Effect] = []

  init(_ model: Model) { self.model = model }

  mutating func send(_ message: Message) {
    let (next, asked) = update(model, message)
    model = next
    effects += asked
  }

  mutating func type(_ keys: String) {
    for name in keys.split(separator: " ") {
      guard let press = KeyPress(name: String(name)) else {
        Issue.record("\(name) is no key")
        continue
      }
      send(.input(.key(press)))
    }
  }

  func lines() -> [String] { view(model, model.size).lines }
  var text: String { lines().joined(separator: "\n") }
}

enum Sample {
  static func lesson(_ number: Int, _ slug: String, _ section: String = "Start here") -> LessonItem {
    LessonItem(
      number: number, slug: slug, title: "Who says yes to \(slug)?", section: section, minutes: 5,
      text: "The server called listen and fell asleep. It never calls accept.",
      question: .init(
        text: "What happens to client 3?", options: ["it gets in", "refused", "silence"], answer: 2),
      steps: [.init(name: "full", say: "The queue is full.", commands: [])],
      knobs: [
        Knob(
          name: "server.backlog", range: .span(0...128, text: "0...128"), standard: "1", isLive: true, line: 1
        )
      ],
      hasRecording: true, pressesKeys: true, acceptor: "server", hosts: ["server", "client"])
  }

  static func model(_ width: Int = 80, _ height: Int = 24) -> Model {
    var progress = Progress(text: "knock done\nfour-failures started\n", exists: true)
    progress.words["gone"] = .done
    return Model(
      size: Size(width: width, height: height),
      lessons: [
        lesson(1, "knock"), lesson(2, "four-failures"), lesson(3, "push", "Patterns"),
        lesson(40, "accepting", "Execution"),
      ], progress: progress)
  }

  static func kernel(_ waiting: Int, _ seconds: Int64) -> Record {
    .event(
      Event(
        .kernel, at: .init(nanoseconds: seconds * 1_000_000_000), "\(waiting) wait at 192.0.2.1:8080",
        [
          EventField("host", "server"), EventField("subject", "listener"),
          EventField("listener", "192.0.2.1:8080"),
          EventField("accept_queue", waiting), EventField("backlog", 1),
        ]))
  }
}

@Suite struct ScreenTests {
  /// Compares with `Golden/NAME.txt`; the run that finds no file writes it and fails, and so does one with RECORD set.
  static func expectGolden(_ lines: [String], _ name: String, at location: SourceLocation = #_sourceLocation)
    throws
  {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name).txt")
    let text = lines.joined(separator: "\n") + "\n"
    let isKept = ProcessInfo.processInfo.environment["RECORD"] == nil
    guard isKept, let wanted = try? String(contentsOf: url, encoding: .utf8) else {
      try text.write(to: url, atomically: true, encoding: .utf8)
      Issue.record("\(name) was new and has been written", sourceLocation: location)
      return
    }
    #expect(text == wanted, sourceLocation: location)
  }

  @Test(arguments: [(80, 24), (120, 36)]) func screensLookAsKept(_ width: Int, _ height: Int) throws {
    var typist = Typist(Sample.model(width, height))
    try Self.expectGolden(typist.lines(), "browser-\(width)x\(height)")
    typist.type("j Enter")
    try Self.expectGolden(typist.lines(), "lesson-\(width)x\(height)")
    typist.type("j j Enter")
    typist.send(.labStarted(path: "/s/1.pcapng", warning: nil))
    typist.send(.records([Sample.kernel(1, 1), Sample.kernel(2, 2)]))
    try Self.expectGolden(typist.lines(), "lab-\(width)x\(height)")
    typist.type("?")
    try Self.expectGolden(typist.lines(), "help-\(width)x\(height)")
    typist.type("q w e")
    typist.send(.sessionEnded(path: "/s/1.pcapng"))
    try Self.expectGolden(typist.lines(), "end-\(width)x\(height)")
  }

  @Test func anySizeIsDrawn() {
    for width in 0...90 {
      for height in [0, 1, 5, 6, 7, 10, 24] {
        var typist = Typist(Sample.model(width, height))
        #expect(typist.lines().count == height)
        typist.type("Enter")
        #expect(typist.lines().count == height)
        typist.send(.labStarted(path: nil, warning: nil))
        typist.send(.records([Sample.kernel(1, 1)]))
        typist.type("Enter ?")
        #expect(typist.lines().count == height)
      }
    }
  }

  @Test func answerIsKeptAndTheLabStarted() {
    var typist = Typist(Sample.model())
    typist.type("Enter j Enter")
    #expect(typist.effects == [.saveProgress, .startLab(slug: "knock", settings: [:], loopback: false)])
    typist.send(.labStarted(path: nil, warning: nil))
    #expect(typist.model.run?.answer == 1)
    #expect(typist.text.contains("You said: refused"))
  }

  @Test func keysReachTheLab() {
    var typist = Typist(Sample.model())
    typist.type("Enter Tab")
    typist.send(.labStarted(path: nil, warning: nil))
    typist.effects = []
    // The lab is being built: the key counts when it is ready.
    typist.type("c")
    #expect(typist.effects.isEmpty)
    typist.send(.told(.ready))
    typist.type("a w n d w")
    #expect(
      typist.effects == [
        .control("press"), .control("server accept 1"), .control("wire pause"), .control("wire next"),
        .control("wire drop"), .control("wire resume"),
      ])
    #expect(typist.model.run?.answer == nil)
    #expect(typist.model.run?.touched != nil)
    typist.type("e")
    #expect(typist.effects.last == .stopLab)
    typist.send(.sessionEnded(path: nil))
    #expect(typist.text.contains("NOT JUDGED"))
    #expect(typist.text.contains("you held the wire"))
  }

  @Test func frozenScreenStaysWhileTheLabGoesOn() {
    var typist = Typist(Sample.model())
    typist.type("Enter Enter")
    typist.send(.labStarted(path: nil, warning: nil))
    typist.send(.records([Sample.kernel(1, 1)]))
    typist.effects = []
    typist.type("Space")
    let before = typist.lines()
    typist.send(.records([Sample.kernel(2, 2)]))
    #expect(typist.lines() == before)
    #expect(typist.effects.isEmpty)
    typist.type("Space")
    #expect(typist.text.contains("Recv-Q 2 Send-Q 1"))
    #expect(typist.model.run?.touched == nil)
  }

  @Test func replayPlaysStepsAndSeeks() {
    var typist = Typist(Sample.model())
    var run = RunState(kind: .replay, lesson: Sample.lesson(1, "knock"), title: "knock")
    run.take([Sample.kernel(0, 10), Sample.kernel(1, 11), Sample.kernel(2, 20)])
    typist.send(.opened(run))
    typist.type(".")
    #expect(typist.model.run?.selection == 1)
    typist.type(". . ,")
    #expect(typist.model.run?.selection == 2)
    typist.type("5")
    #expect(typist.model.run?.reached == 2)
    typist.type("0 Space")
    typist.send(.tick(1_000))
    typist.send(.tick(1_000_001_000))
    #expect(typist.model.run?.clock == 1_000_000_000)
    #expect(typist.model.run?.reached == 2)
    typist.send(.tick(60_000_001_000))
    #expect(typist.model.run?.isPlaying == false)
    #expect(typist.model.run?.reached == 3)
  }

  @Test func filterShowsRowsOrSaysWhatIsWrong() {
    var typist = Typist(Sample.model())
    typist.type("Enter Enter")
    typist.send(.labStarted(path: nil, warning: nil))
    typist.send(.records([Sample.kernel(1, 1), Sample.kernel(2, 2)]))
    typist.type("f")
    typist.send(.input(.paste("kernel.accept_queue == 2")))
    typist.type("Enter")
    #expect(typist.model.run?.filtered == [2])
    typist.type("f C-u = = Enter")
    #expect(typist.text.contains("not valid: column 1"))
    #expect(typist.model.overlay == .filter(text: "=="))
    #expect(typist.model.run?.filtered == [2])
    // Written on, it is told at each key what it is.
    typist.type("C-u k e r")
    #expect(typist.text.contains("kernel.accept_queue"))
    typist.type("C-u")
    typist.send(.input(.paste("kernel.ba")))
    typist.type("Tab")
    #expect(typist.model.overlay == .filter(text: "kernel.backlog"))
    #expect(typist.text.contains(" valid: Enter shows"))
    typist.type("C-u Enter")
    #expect(typist.model.run?.filtered == nil)
  }

  @Test func searchFindsRowsBothWaysAndGoesAround() {
    var run = RunState(kind: .replay, lesson: nil, title: "x.pcapng")
    run.take([1, 7, 1, 7, 1].enumerated().map { Sample.kernel($1, Int64($0)) })
    var typist = Typist(Sample.model())
    typist.send(.opened(run))
    let words = (1...5).map { RowText.words(typist.model.run!, $0) }
    let found = words.indices.filter { words[$0].contains("7") }.map { $0 + 1 }
    #expect(found == [2, 4])
    typist.type("g / 7 Enter")
    #expect(typist.model.run?.selection == 2)
    typist.type("n")
    #expect(typist.model.run?.selection == 4)
    typist.type("/ Enter")
    #expect(typist.model.run?.selection == 2)
    #expect(typist.model.status?.contains("from the top") == true)
    typist.type("N")
    #expect(typist.model.run?.selection == 4)
    #expect(typist.model.status?.contains("from the end") == true)
    typist.type("/ w h o Enter")
    #expect(typist.model.status == "No row that is shown has \"who\".")
    #expect(typist.model.run?.selection == 4)
  }

  @Test func whatIsSelectedIsCopied() {
    var run = RunState(kind: .replay, lesson: nil, title: "x.pcapng")
    run.take([Sample.kernel(1, 1), Sample.kernel(2, 2)])
    var typist = Typist(Sample.model())
    typist.send(.opened(run))
    typist.type("g j Y")
    #expect(typist.effects == [.copy(RowText.words(typist.model.run!, 2))])
    typist.type("Enter Y")
    let tree = typist.model.run!.analysis.tree(2)
    let label = tree.label(tree.nodes[typist.model.run!.inside.node])
    #expect(typist.effects.last == .copy(label))
    #expect(Clipboard.base64([]) == "" && Clipboard.base64(Array("f".utf8)) == "Zg==")
    #expect(Clipboard.base64(Array("foobar".utf8)) == "Zm9vYmFy")
    #expect(Clipboard.base64(Array("fooba".utf8)) == "Zm9vYmE=")
  }

  @Test func aKeyThatDoesNothingSaysSo() {
    var typist = Typist(Sample.model())
    typist.type("Z")
    #expect(typist.text.contains("Z does nothing here. ? lists all keys."))
    typist.type("Enter Enter")
    typist.send(.labStarted(path: nil, warning: nil))
    typist.type("n")
    #expect(typist.text.contains("n: deliver next frame: not now."))
    typist.type("j")
    #expect(!typist.text.contains("not now"))
  }

  /// Each key is told once, and each sentence whole, however narrow the screen.
  @Test(arguments: [80, 120]) func helpIsWholeAndTellsAKeyOnce(_ width: Int) {
    var typist = Typist(Sample.model())
    typist.send(.resized(Size(width: width, height: 24)))
    typist.type("Enter Enter")
    typist.send(.labStarted(path: nil, warning: nil))
    typist.type("?")
    let helped = CommandRegistry.helped(typist.model)
    #expect(helped.count { $0.keys == ["Enter"] } == 1)
    var seen: Set<String> = []
    for _ in 0..<helped.count {
      let screen = typist.lines().map { $0.split(separator: " ").filter { $0 != "|" && $0 != ">" } }.joined()
      let text = screen.joined(separator: " ")
      for command in helped where text.contains(command.help) { seen.insert(command.help) }
      typist.type("j")
    }
    #expect(seen == Set(helped.map(\.help)))
  }

  /// A heading whose text went with a lesson's blocks is left out.
  @Test func headingsOfNothingAreLeftOut() {
    let text = "## What happens\n\n\n## What it shows\n\nWords.\n\n# Part\n\n## Within\n\nMore.\n\n## Last\n"
    #expect(
      Prose.lines(text, width: 60).map(\.0) == [
        "What it shows", "", "Words.", "", "Part", "", "Within", "", "More.",
      ])
  }

  /// On the smallest screen the answer that Enter would give is seen, and so is Enter.
  @Test func answersAreSeenOnALowScreen() throws {
    for lesson in try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lessons {
      let item = LessonItem(lesson, roles: LessonCatalogue.roles)
      var typist = Typist(
        Model(
          size: Size(width: Layout.minimum.width, height: Layout.minimum.height), lessons: [item],
          progress: Progress(text: "", exists: true)))
      typist.type("Enter")
      for option in try #require(item.question).options {
        let words = typist.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("> \(option)"), "\(lesson.slug): \(option)")
        typist.type("j")
      }
      #expect(typist.text.contains("Enter answer") && typist.text.contains("q leave"))
    }
  }

  @Test func aFileWithoutRowsIsAFailureAndACutOneSaysSo() {
    let trouble = Record.trouble(Trouble(offset: 264, text: "the file is cut off"))
    for (records, word) in [
      ([trouble], "holds nothing that can be read"), ([Sample.kernel(1, 1), trouble], "INCOMPLETE"),
    ] {
      var run = RunState(kind: .replay, lesson: nil, title: "x.pcapng")
      run.take(records)
      var typist = Typist(Sample.model())
      typist.send(.opened(run))
      typist.send(.loaded)
      typist.type("j")
      let text = typist.text
      #expect(text.contains(word) && text.contains("264: the file is cut off"), "\(text)")
    }
  }

  @Test func leavingGoesBackALevelAndEndsAtTheTop() {
    var typist = Typist(Sample.model())
    typist.type("Enter q")
    #expect(typist.model.context == .browser)
    #expect(typist.effects == [.saveProgress])
    typist.type("q")
    #expect(typist.effects.last == .quit)
  }

  @Test func quittingALiveLabAsksOnce() {
    var typist = Typist(Sample.model())
    typist.type("Enter Enter")
    typist.send(.labStarted(path: nil, warning: nil))
    typist.effects = []
    typist.type("Q n")
    #expect(typist.effects.isEmpty)
    typist.type("Q y")
    #expect(typist.effects == [.quit])
  }

  @Test func failureIsToldInThreeParts() {
    var typist = Typist(Sample.model())
    typist.type("Enter Enter")
    typist.effects = []
    typist.send(
      .failed(
        FailureState(
          what: "No namespaces.", works: "The recorded run: Enter plays it.", command: "backlab doctor",
          lesson: Sample.lesson(1, "knock"), offersReplay: true)))
    for part in ["WHAT HAPPENED", "No namespaces.", "WHAT STILL WORKS", "TO DO", "backlab doctor"] {
      #expect(typist.text.contains(part))
    }
    typist.type("Enter")
    #expect(typist.effects == [.playRecording(slug: "knock")])
  }

  @Test func paletteFindsAndRuns() {
    var typist = Typist(Sample.model())
    typist.type(": r e c o r d Enter")
    #expect(typist.effects == [.listSessions])
    #expect(typist.model.context == .sessions)
  }

  @Test func progressSurvivesItsFile() {
    let progress = Progress(text: "# x\nknock done\nbad line here\npush started\nodd wrong\n", exists: true)
    #expect(progress.words == ["knock": .done, "push": .started])
    #expect(Progress(text: progress.text, exists: true) == progress)
  }
}

/// The registry: no clash, no command without help, movement keys only ever move.
@Suite struct RegistryTests {
  @Test(arguments: Context.allCases) func noKeyMeansTwoThings(_ context: Context) {
    var taken: [String: CommandID] = [:]
    for command in CommandRegistry.commands(in: context) {
      for key in command.keys {
        #expect(
          taken[key] == nil || taken[key] == command.id,
          "\(key) in \(context) is \(command.id) and \(String(describing: taken[key]))")
        taken[key] = command.id
      }
    }
    #expect(taken["?"] == .help)
    #expect(taken["q"] == .back)
  }

  @Test func everyCommandIsDescribedAndReachable() {
    for command in CommandRegistry.all {
      #expect(!command.title.isEmpty && command.help.hasSuffix("."), "\(command.id)")
      #expect(!command.keys.isEmpty && !command.contexts.isEmpty, "\(command.id)")
      for key in command.keys { #expect(KeyPress(name: key)?.name == key, "\(command.id): \(key)") }
    }
    #expect(Set(CommandRegistry.all.map(\.id)) == Set(CommandID.allCases))
  }

  @Test func movingKeysOnlyMove() {
    let moves: [String: CommandID] = [
      "h": .moveLeft, "j": .moveDown, "k": .moveUp, "l": .moveRight, "g": .first, "G": .last, "Up": .moveUp,
      "Down": .moveDown, "Left": .moveLeft, "Right": .moveRight,
    ]
    for command in CommandRegistry.all {
      for key in command.keys where moves[key] != nil {
        // `l` and `h` move in a run; elsewhere nothing lies beside what is seen.
        #expect(command.id == moves[key] || command.contexts.isDisjoint(with: [.lab, .replay]))
      }
    }
    for (key, id) in moves {
      let wanted: Set<Context> =
        id == .moveLeft || id == .moveRight ? [.lab, .replay] : Set(Context.allCases)
      #expect(CommandRegistry.all.first { $0.id == id }?.contexts == wanted, "\(key) \(id)")
    }
  }
}
