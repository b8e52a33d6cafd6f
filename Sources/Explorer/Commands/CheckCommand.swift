import ArgumentParser
import Glibc
import ProtoKit

/// `backlab check`: fresh runs of lessons, held against their claims.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Run lessons afresh, and hold the runs against their steps and claims.",
    discussion: """
      Without names every lesson is run. A lesson without a lab is skipped, and so is one that needs what this machine \
      doesn't have. Where the variable CI is set, a skipped lesson counts as failed.
      """)

  @Argument(help: "The lessons' numbers or names.") var names: [String] = []
  @Option(help: ArgumentHelp("Labs that run side by side; by default two a processor.", valueName: "count"))
  var jobs: Int?
  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Turn a knob: server.backlog=4.", valueName: "name=value"))
  var settings: [String] = []
  @Flag(help: "Run each lesson also with each knob at each of its ends.") var ends = false
  @Option(
    name: .customLong("each"), parsing: .singleValue,
    help: ArgumentHelp(
      "Run with each of a knob's values, those of several knobs in every combination: server.backlog=0,4.",
      valueName: "name=values"))
  var each: [String] = []
  @Option(help: ArgumentHelp("How often each of these runs is made.", valueName: "count")) var runs = 1
  @Option(help: ArgumentHelp("Keep the sessions of failed runs in this directory.", valueName: "dir"))
  var keep: String?
  @OptionGroup var source: LessonSource

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs \(jobs): give a number from 1.") }
    if runs < 1 { throw ValidationError("--runs \(runs): give a number from 1.") }
  }

  func run() throws {
    let catalogue = try source.catalogue()
    let lessons = try names.isEmpty ? catalogue.lessons : names.map { try source.lesson($0) }
    var waiting: [(lesson: Lesson, settings: [String: String])] = []
    for lesson in lessons where lesson.lab != nil {
      try source.allow(lesson)
      for more in combinations {
        let own = try LessonSource.settings(settings + more, of: lesson)
        waiting.append((lesson, own))
        if ends { waiting += lesson.ends.map { (lesson, own.merging($0) { $1 }) } }
      }
    }
    waiting = (0..<runs).flatMap { _ in waiting }
    var tally = Tally(output: Output(isLive: true))
    for lesson in lessons where lesson.lab == nil { try tally.skip(lesson.slug, "a page to read") }
    let needs = try waiting.map { try $0.lesson.plan(settings: $0.settings).needs }
    let machine = waiting.isEmpty ? nil : MachineTest(needs.joined())
    if let refusal = machine?.support.refusal(recorded: true) {
      for job in waiting { try tally.skip(job.lesson.slug, "labs can't run here") }
      try tally.end()
      throw Failure.unavailable(refusal)
    }
    let lacks = needs.map { machine?.lacks(of: $0).first }
    var able: [(lesson: Lesson, settings: [String: String])] = []
    for (job, lack) in zip(waiting, lacks) {
      guard let lack else {
        able.append(job)
        continue
      }
      try tally.skip(CheckedRun.name(job.lesson, job.settings), "needs \(lack.need). \(lack.cause)")
    }
    try run(able, &tally)
    try tally.end()
    if able.isEmpty, let lesson = waiting.first?.lesson, let lack = lacks.first ?? nil {
      throw Failure.unavailable(lack.refusal(of: lesson.slug, recorded: !lesson.session.isEmpty))
    }
    if tally.failed > 0 || tally.skipped > 0 && StateDirectory.environment("CI") != nil { throw ExitCode(1) }
  }

  /// The settings of `--each` in every combination; one without any when there is no `--each`.
  private var combinations: [[String]] {
    each.reduce([[]]) { made, text in
      let name = text.prefix { $0 != "=" }
      let values = text.dropFirst(name.count + 1).split(separator: ",", omittingEmptySubsequences: false)
      return made.flatMap { start in values.map { start + ["\(name)=\($0)"] } }
    }
  }

  private func run(_ all: [(lesson: Lesson, settings: [String: String])], _ tally: inout Tally) throws {
    let most = jobs ?? max(2, 2 * sysconf(CInt(_SC_NPROCESSORS_ONLN)))
    try CheckedRun.all(all, most) { lesson, settings, attempt in
      CheckedRun(lesson, settings: settings, keep: keep, attempt: attempt)
    } judge: {
      try tally.judge($0)
    }
  }
}

extension CheckedRun {
  /// Makes runs, at most `most` at a time, and has each judged when it is over.
  static func all(
    _ all: [(lesson: Lesson, settings: [String: String])], _ most: Int,
    make: (Lesson, [String: String], _ attempt: Int) -> CheckedRun, judge: (CheckedRun) throws -> Void
  ) throws {
    var waiting = all[...]
    var running: [CheckedRun] = []
    var late: [CheckedRun] = []
    // Those that were judged, and whose labs the kernel is still taking down.
    var ending: [CheckedRun] = []
    let loop = LabLoop()
    defer { loop.close() }
    while !waiting.isEmpty || !running.isEmpty || !late.isEmpty || !ending.isEmpty {
      while running.count < most, ending.count < most, let next = waiting.popFirst() {
        let run = make(next.lesson, next.settings, 1)
        if run.job == nil { try judge(run) } else { running.append(run) }
      }
      if running.isEmpty, waiting.isEmpty, ending.isEmpty, let run = late.popLast() {
        let again = make(run.lesson, run.settings, run.attempt + 1)
        guard again.job != nil else {
          try judge(again)
          continue
        }
        running.append(again)
      }
      let signal = loop.wait((running + ending).compactMap(\.job))
      if signal != 0 { throw ExitCode(128 + signal) }
      for run in running { run.turn() }
      for run in running where run.isOver {
        // What a busy machine kept from being judged is run again, when less runs beside it.
        if run.isUnjudged, run.attempt < 3 {
          late.append(run)
        } else {
          try judge(run)
        }
      }
      ending += running.filter(\.isOver)
      running.removeAll(where: \.isOver)
      ending.removeAll(where: \.isGone)
    }
  }
}

/// One lesson's run within `check`.
final class CheckedRun {
  let name: String
  private(set) var job: LabJob?
  private var problem: String?
  private var octets = Octets()
  private let folder: String?
  let lesson: Lesson
  let settings: [String: String]
  /// Which try this is, from 1.
  let attempt: Int

  /// The session, kept in case that it fails.
  private final class Octets { var bytes: [UInt8] = [] }

  /// `executable` is the program that becomes the lab: this one, or another.
  init(
    _ lesson: Lesson, settings: [String: String], keep folder: String?, attempt: Int = 1,
    executable: String = "/proc/self/exe"
  ) {
    self.lesson = lesson
    self.settings = settings
    self.attempt = attempt
    name = Self.name(lesson, settings)
    self.folder = folder
    do {
      job = try LabJob(lesson, settings: settings, executable: executable) { [octets] bytes in
        if folder != nil { octets.bytes += bytes }
      }
    } catch { problem = "\(error)" }
  }

  /// The lesson and its settings in words.
  static func name(_ lesson: Lesson, _ settings: [String: String]) -> String {
    lesson.slug + settings.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
  }

  /// Whether it can be judged.
  var isOver: Bool { problem != nil || job?.isOver != false }

  /// Whether its lab is gone too.
  var isGone: Bool { job?.isGone ?? true }

  /// Whether a claim waits for a machine that is less busy.
  var isUnjudged: Bool {
    guard job?.failure == nil, let result = try? job?.judge.result() else { return false }
    return result.verdicts.contains { $0.outcome == .notJudged }
  }

  /// Takes what the lab told.
  func turn() {
    guard let job, problem == nil else { return }
    do { _ = try job.turn() } catch {
      problem = "\(error)"
      job.end()
    }
  }

  /// What failed, a line each; and in words what held.
  func outcome() -> (failures: [String], words: String) {
    guard let job, problem == nil, job.failure == nil else {
      return (["the lab could not be run: \(problem ?? job?.failure ?? "it did not start")"], "")
    }
    do throws(LessonError) {
      let result = try job.judge.result()
      let skipped = result.skipped > 0 ? ", \(result.skipped) not claimed here" : ""
      let held = result.verdicts.count { $0.outcome == .held }
      let words = "\(result.reached.count) steps, \(held) claims\(skipped)"
      let unjudged = result.verdicts.filter { $0.outcome == .notJudged }.map(\.line)
      return (result.failures + unjudged + job.refused.map { "refused: \($0)" }, words)
    } catch let problem { return ([problem.description], "") }
  }

  /// Keeps the session, if asked to; where it is.
  func keep() -> String? {
    guard let folder, !octets.bytes.isEmpty, StateDirectory.make(folder) else { return nil }
    let path = folder + "/" + String(name.map { $0 == " " || $0 == "/" ? "_" : $0 }) + ".pcapng"
    return StateDirectory.replace(path, with: octets.bytes) ? path : nil
  }
}

/// The lines and the sum of `check`.
private struct Tally {
  var output: Output
  private(set) var passed = 0
  private(set) var failed = 0
  private(set) var skipped = 0

  init(output: Output) { self.output = output }

  mutating func skip(_ name: String, _ why: String) throws {
    skipped += 1
    try output.line("skipped \(name): \(why)")
  }

  mutating func judge(_ run: CheckedRun) throws {
    let (failures, words) = run.outcome()
    if failures.isEmpty {
      passed += 1
      try output.line("passed  \(run.name): \(words)")
    } else {
      failed += 1
      try output.line("FAILED  \(run.name)")
      for failure in failures { try output.line("        \(failure)") }
      if let path = run.keep() { try output.line("        its session: \(path)") }
    }
  }

  mutating func end() throws {
    try output.line("\(passed) passed, \(failed) failed, \(skipped) skipped")
    try output.flush()
  }
}

extension Lesson {
  /// Settings with one knob at one of its ends, or at one of its other choices, each.
  var ends: [[String: String]] {
    knobs.flatMap { knob in
      let values: [String] =
        switch knob.range {
        case .choice(let choices): choices
        case .span(_, let text):
          text.firstRange(of: "...").map { [String(text[..<$0.lowerBound]), String(text[$0.upperBound...])] }
            ?? []
        }
      return values.filter { $0 != knob.standard }.map { [knob.name: $0] }
    }
  }
}
