import Bytes
import CLinux
import Dissect
import Glibc
import ProtoKit
import Session

/// One run of a lesson's lab without a screen: keys are pressed by the lab, steps give their commands themselves.
///
/// It never waits: a loop polls its descriptors until `deadline` and calls `turn`.
final class LabJob {
  /// The lesson and its session.
  let judge: LessonJudge
  /// What happened in this turn, for those who watch.
  enum Happening {
    /// A step fired, on a row (from 1).
    case step(Step, row: Int)
    /// A command of a step was refused, or the lab said something odd.
    case trouble(String)
  }
  /// Why the run came to nothing, if so: nothing is judged then.
  private(set) var failure: String?
  /// Commands of steps that the lab refused; the run has failed.
  private(set) var refused: [String] = []
  /// Whether everything was read.
  private(set) var isOver = false
  /// When `turn` must be called at the latest, on CLOCK_MONOTONIC.
  private(set) var deadline: Int64

  private let run: LabRun
  private let keep: ([UInt8]) throws -> Void
  private var decoder = SessionDecoder()
  private var commands: [Int: String] = [:]
  private var keys: KeyPresses
  private let quiet: Int64
  private let lastDeadline: Int64
  private var isDone = false
  private var isStopping = false
  private var lastActivity: Int64

  /// Starts the lab, of this program or another `executable`; `keep` gets the session's octets as they come. Throws when it
  /// can't be started.
  init(
    _ lesson: Lesson, settings: [String: String], executable: String = "/proc/self/exe",
    keep: @escaping ([UInt8]) throws -> Void = { _ in }
  ) throws {
    let plan = try lesson.plan(settings: settings)
    judge = LessonJudge(lesson, settings: settings, kernel: Self.kernel)
    self.keep = keep
    run = try LabRun.start(plan, executable: executable)
    // What is on the wire when the last client has finished still arrives: four one-way delays, and two readings of
    // the kernel's counters.
    let delay = plan.links.map { $0.delay + $0.jitter }.max() ?? 0
    quiet = max(100_000_000, 4 * delay)
    lastActivity = Descriptor.monotonic()
    keys = KeyPresses(
      processes: plan.processes.count { $0.parameters["by"] == "key" }, delay: delay, at: lastActivity)
    lastDeadline = lastActivity + Int64((plan.limit + 10) * 1e9)
    deadline = lastDeadline
  }

  /// What to poll for reading.
  var descriptors: [CInt] { isOver ? [run.end] : [run.session, run.control] }

  /// Whether the lab is gone too, some time after everything was read.
  var isGone: Bool { isOver && run.isGone() }

  /// Takes what there is.
  func turn() throws -> [Happening] {
    var happenings: [Happening] = []
    for report in run.reports() {
      switch report {
      case .done:
        isDone = true
        keys.finish()
      case .failed(let why): failure = why
      case .ready: keys.begin(at: Descriptor.monotonic())
      case .answer(let id, let ok, let text):
        keys.answered(id, ok, text, at: Descriptor.monotonic())
        if let command = commands.removeValue(forKey: id), !ok {
          refused.append("\(command): \(text)")
          happenings.append(.trouble("`\(command)` was refused: \(text)"))
        }
      case .ended: break
      }
    }
    try read(&happenings)
    let now = Descriptor.monotonic()
    if isOver { return happenings }
    if now >= lastDeadline {
      failure = failure ?? "the lab did not end in time; it was killed"
      end()
    } else if judge.isComplete, isDone, !isStopping {
      deadline = min(lastDeadline, lastActivity + quiet)
      if now >= deadline {
        isStopping = true
        deadline = lastDeadline
        _ = run.send("stop")
      }
    } else if !isStopping {
      if let due = keys.due, due <= now { keys.pressed(run.send("press")) }
      deadline = min(lastDeadline, keys.due ?? lastDeadline)
    }
    return happenings
  }

  /// Gives a command of a step. Who presses the keys is settled here: the lab leaves it to its reader.
  private func give(_ command: String) {
    switch command {
    case "keys auto": keys.isOn = true
    case "keys hand": keys.isOn = false
    default: commands[run.send(command, by: .step)] = command
    }
  }

  private func read(_ happenings: inout [Happening]) throws {
    while !isOver {
      switch Descriptor.read(run.session) {
      case .none: return
      case .end:
        while let record = decoder.finish() { try take(record, &happenings) }
        end()
      case .bytes(let bytes):
        try keep(bytes)
        decoder.push(bytes)
        while let record = decoder.next() { try take(record, &happenings) }
      }
    }
  }

  private func take(_ record: Record, _ happenings: inout [Happening]) throws {
    keys.take(record, at: Descriptor.monotonic())
    switch record {
    case .frame, .fate: lastActivity = Descriptor.monotonic()
    case .trouble(let trouble): happenings.append(.trouble(trouble.text))
    default: break
    }
    for (step, row) in try judge.take(record) {
      happenings.append(.step(step, row: row))
      for command in step.commands { give(command) }
    }
  }

  /// Ends the lab at once; nothing more is read of it.
  func end() {
    for case .failed(let why) in run.reports() { failure = failure ?? why }
    // Others that run beside it wait for nothing: what is left of it is the kernel's work.
    run.beginStop()
    isOver = true
    deadline = .max
  }

  /// Ends the lab; what it recorded until now is read by further turns.
  func stop() {
    if !isStopping { _ = run.send("stop") }
    isStopping = true
  }

  /// The release of the running kernel.
  static var kernel: String? {
    var name = utsname()
    guard unsafe uname(&name) == 0 else { return nil }
    return unsafe withUnsafeBytes(of: &name.release) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
