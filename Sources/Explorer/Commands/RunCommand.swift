import ArgumentParser
import Bytes
import Glibc
import ProtoKit
import Viz

/// `backlab run`: a lesson's lab, on the screen or told in lines.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a lesson: on the screen, or told in lines with --plain.",
    discussion: """
      LESSON is a number, a name, or the beginning of a name. Told in lines, the lab presses its own keys, and the steps \
      give their own commands; it ends when the last step was reached and every client is done.
      """)

  @Argument(help: "The lesson's number or name.") var lesson: String
  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Turn a knob: server.backlog=4.", valueName: "name=value"))
  var settings: [String] = []
  @Option(
    name: .short,
    help: ArgumentHelp("Write the session to this file; - is standard output.", valueName: "file"))
  var write: String?
  @Flag(help: "Tell the run in lines, without a screen.") var plain = false
  @OptionGroup var source: LessonSource

  func run() throws {
    let lesson = try source.lesson(self.lesson)
    let settings = try LessonSource.settings(self.settings, of: lesson)
    if plain || write != nil || !Screen.isThere {
      try source.allow(lesson)
      try PlainRun(lesson, settings: settings, write: write).run()
    } else {
      let laboratory = StandardLaboratory(try source.catalogue())
      let code = ExplorerApp.run(
        opening: .lesson(slug: lesson.slug, settings: settings), laboratory: laboratory)
      if code != 0 { throw ExitCode(code) }
    }
  }
}

/// Where lessons come from, and what they may do.
struct LessonSource: ParsableArguments {
  @Option(
    name: .customLong("lessons"), help: ArgumentHelp("Read the lessons of this directory.", valueName: "dir"))
  var directory: String?
  @Flag(help: "Let labs of --lessons run the commands that stand in them.") var allowCommands = false

  /// The lessons; ends the command with 64 when they can't be read.
  func catalogue() throws -> LessonCatalogue {
    do throws(LessonError) { return try LessonCatalogue.chosen(directory) } catch let problem {
      throw Failure.usage(problem.description)
    }
  }

  /// The lesson that `name` means; ends the command with 64 when there is none.
  func lesson(_ name: String) throws -> Lesson {
    do { return try catalogue().lesson(name) } catch let problem as LessonError {
      throw Failure.usage(problem.description)
    }
  }

  /// Refuses a lab that would run commands of a page that is not the program's own.
  func allow(_ lesson: Lesson) throws {
    guard directory != nil, !allowCommands else { return }
    guard let command = lesson.lab?.processes.compactMap(\.plan.command).first else { return }
    throw Failure.usage(
      "\(lesson.file): its lab runs `\(command)` on this machine's files, as you. Read it, then add --allow-commands."
    )
  }

  /// Reads `name=value` texts and holds them against the lesson's knobs; ends the command with 64 for a wrong one.
  static func settings(_ texts: [String], of lesson: Lesson) throws -> [String: String] {
    var settings: [String: String] = [:]
    for text in texts {
      guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
        throw Failure.usage("--set \(text): it is no `name=value`. Write --set server.backlog=4.")
      }
      settings[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    do throws(LessonError) { _ = try lesson.plan(settings: settings) } catch let problem {
      throw Failure.usage(problem.description)
    }
    return settings
  }
}

/// A lesson's run told in lines.
struct PlainRun {
  private let lesson: Lesson
  private let settings: [String: String]
  private let sink: SessionSink?
  private var output: Output

  /// A run of `lesson`; `write` is where its session goes, nil for nowhere.
  init(_ lesson: Lesson, settings: [String: String], write: String?) {
    self.lesson = lesson
    self.settings = settings
    sink = write.map { SessionSink(path: $0) }
    output = Output(isLive: true, to: sink?.takesOutput == true ? 2 : 1)
  }

  /// Runs it to its end and judges it. Ends the command with 1 when a claim failed, with 69 when the lab can't run.
  func run() throws {
    var told = self
    try told.tell()
  }

  private mutating func tell() throws {
    let needs = try? lesson.plan(settings: settings).needs
    let machine = MachineTest(needs ?? [])
    let isRecorded = !lesson.session.isEmpty
    if let refusal = machine.support.refusal(recorded: isRecorded) { throw Failure.unavailable(refusal) }
    if let lack = machine.lacks(of: needs ?? []).first {
      throw Failure.unavailable(lack.refusal(of: lesson.slug, recorded: isRecorded))
    }
    try output.line("\(lesson.number) \(lesson.title)")
    let knobs = lesson.knobs.map { "\($0.name)=\(settings[$0.name] ?? $0.standard)" }
    if !knobs.isEmpty { try output.line("  " + knobs.joined(separator: " ")) }
    let loop = LabLoop()
    defer { loop.close() }
    let job = try start()
    var signal: CInt = 0
    while !job.isOver {
      signal = max(signal, loop.wait([job]))
      if signal != 0 { job.stop() }
      for happening in try turn(job) { try tell(happening, job) }
    }
    try sink?.finish()
    if signal != 0 { throw ExitCode(128 + signal) }
    if let failure = job.failure { throw Failure.unavailable("The lab could not be run: \(failure).") }
    try end(job)
  }

  private func start() throws -> LabJob {
    do {
      return try LabJob(lesson, settings: settings) { [sink] in try sink?.write($0) }
    } catch let problem as LabError {
      throw Failure.unavailable("The lab could not be started: \(problem.description).")
    } catch let problem as LessonError { throw Failure.usage(problem.description) }
  }

  private func turn(_ job: LabJob) throws -> [LabJob.Happening] {
    do { return try job.turn() } catch let problem as LessonError { throw Failure.usage(problem.description) }
  }

  private mutating func tell(_ happening: LabJob.Happening, _ job: LabJob) throws {
    switch happening {
    case .trouble(let text): try output.line("  ! \(text)")
    case .step(let step, let row):
      let time = SessionEvidence(analysis: job.judge.analysis).sent(row: row) ?? 0
      let count =
        "\(job.judge.reached.firstIndex { $0.row == row }.map { $0 + 1 } ?? 0) of \(job.judge.steps?.count ?? 0)"
      try output.line(
        "  step \(count), \(step.name), at \(Seconds.text(Int64(time * 1e9), decimals: 3)) s (row \(row)): \(step.say)"
      )
      for command in step.commands { try output.line("  > \(command)") }
    }
  }

  private mutating func end(_ job: LabJob) throws {
    var ladder = Ladder()
    ladder.update(from: job.judge.analysis)
    for line in LadderText.lines(ladder, width: LadderCommand.columns) { try output.line(line) }
    let result: LessonResult
    do throws(LessonError) { result = try job.judge.result() } catch let problem {
      throw Failure.usage(problem.description)
    }
    for step in result.missing { try output.line("FAILED  step \(step.name): not reached: \(step.when)") }
    for verdict in result.verdicts { try output.line(verdict.line) }
    for refusal in job.refused { try output.line("FAILED  \(refusal)") }
    let failed = result.failed + job.refused.count
    try output.line("\(result.passed) passed, \(failed) failed, \(result.skipped) skipped")
    if failed > 0 { throw ExitCode(1) }
  }
}
