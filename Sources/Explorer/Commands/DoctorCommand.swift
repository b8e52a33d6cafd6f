import ArgumentParser
import CLinux
import Glibc
import ProtoKit

/// `backlab doctor`: what works on this machine, and what to do about the rest.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Tell what works on this machine, and what to do about the rest.",
    discussion: """
      Also which lessons need what this machine doesn't have. Exits with 69 when labs can't run here.
      """)

  func run() throws {
    var output = Output()
    let lessons = Self.lessons
    let machine = MachineTest(lessons.labs.flatMap(\.needs))
    let support = machine.support
    let words = support.refusal(recorded: true) ?? ["ready: private networks can be made here, without root"]
    for (number, line) in words.enumerated() {
      try output.line((number == 0 ? "Labs" : "").padded(10) + line)
    }
    for (name, text) in [("Kernel", Self.kernel), ("Terminal", Self.terminal), ("Lessons", lessons.words)] {
      try output.line(name.padded(10) + text)
    }
    for (number, line) in Self.lacks(lessons.labs, machine).enumerated() {
      try output.line((number == 0 ? "Needs" : "").padded(10) + line)
    }
    try output.line("State     \(Self.state)")
    try output.flush()
    let areLacking = lessons.labs.allSatisfy { !machine.lacks(of: $0.needs).isEmpty }
    if support != .namespaces || areLacking && !lessons.labs.isEmpty { throw ExitCode(69) }
  }

  /// What lessons need and this machine doesn't have: for each reason the needs and the lessons that can't run for it.
  private static func lacks(_ labs: [LabPlan], _ machine: MachineTest) -> [String] {
    var found: [(lack: LabLack, needs: [String], lessons: [String])] = []
    for lab in labs {
      for lack in machine.lacks(of: lab.needs) {
        let place =
          found.firstIndex { ($0.lack.cause, $0.lack.remedy) == (lack.cause, lack.remedy) } ?? found.count
        if place == found.count { found.append((lack, [], [])) }
        if !found[place].needs.contains(lack.need) { found[place].needs.append(lack.need) }
        if found[place].lessons.last != lab.lesson { found[place].lessons.append(lab.lesson) }
      }
    }
    return found.flatMap { lack, needs, lessons in
      let who = lessons.count == labs.count ? "Every lab" : lessons.joined(separator: ", ")
      let verb = lessons.count > 1 && lessons.count < labs.count ? "need" : "needs"
      return [
        "\(who) \(verb) \(needs.joined(separator: ", ")).",
        "\(lack.cause) To allow it, an administrator runs: \(lack.remedy)",
      ]
    }
  }

  /// The kernel's release and what lessons have to know of it.
  private static var kernel: String {
    guard let release = LabJob.kernel else { return "unknown" }
    // Since Linux 6.5: so many first retries come at one second's distance, ip-sysctl(7).
    let linear = StateDirectory.contents("/proc/sys/net/ipv4/tcp_syn_linear_timeouts", limit: 16)
      .flatMap { Int(String(decoding: $0.prefix { $0 > 32 }, as: UTF8.self)) }
    let retries =
      linear.map { "the first \($0) retries of a SYN come a second apart" }
      ?? "retries of a SYN come after 1, 3, 7 and 15 s"
    return "Linux \(release): \(retries)"
  }

  private static var terminal: String {
    guard isatty(1) == 1 else { return "standard output is none: lessons are listed, runs are told in lines" }
    var (columns, lines): (CInt, CInt) = (0, 0)
    let size = unsafe clinux_tty_size(1, &columns, &lines) == 0 ? "\(columns)x\(lines)" : "of unknown size"
    let kind = StateDirectory.environment("TERM") ?? ""
    if kind.isEmpty || kind == "dumb" { return "TERM is not set: write `export TERM=xterm-256color`" }
    let small =
      columns > 0 && (columns < 80 || lines < 24) ? "; 80x24 is the least that shows everything" : ""
    return "\(kind), \(size)\(small)"
  }

  /// The lessons in words, and their labs.
  private static var lessons: (words: String, labs: [LabPlan]) {
    do throws(LessonError) {
      let lessons = try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lessons
      let words =
        "\(lessons.count) in the program, \(lessons.count { !$0.session.isEmpty }) with a recorded run"
      return (words, lessons.compactMap { try? $0.plan() })
    } catch let problem { return (problem.description, []) }
  }

  private static var state: String {
    guard let path = StateDirectory.path else {
      return "nowhere to keep progress and sessions: set HOME or XDG_STATE_HOME"
    }
    StateDirectory.make(path)
    let isWritable = unsafe access(path, W_OK) == 0
    return isWritable
      ? "progress and sessions are kept in \(path)"
      : "\(path) can't be written (\(Failure.errorText(errno))): progress is not kept; set XDG_STATE_HOME"
  }
}

extension LabLack {
  /// What is told of a lesson that needs it: what happened, what still works, and the one command that allows it.
  /// `recorded` says whether there is a recorded run to see instead.
  func refusal(of slug: String, recorded: Bool) -> [String] {
    let replay = recorded ? "; on a terminal Enter plays its recorded run" : ""
    return [
      "\(slug) can't run here: it needs \(need). \(cause)",
      "The other lessons run\(replay).", "To allow it, an administrator runs: \(remedy)",
    ]
  }
}

extension LabSupport {
  /// What is told where labs can't run: what happened, what still works, and the one command that allows it; nil where
  /// they can. `recorded` says whether there is a recorded run to see instead.
  func refusal(recorded: Bool) -> [String]? {
    guard case .forbidden(let step, let error, let cause, let remedy) = self else { return nil }
    let replay = recorded ? "; on a terminal Enter plays the recorded run" : ""
    return [
      "Labs can't run here: \(step) failed (\(error)). \(cause)",
      "Lessons can be read, and sessions replayed and dissected\(replay), and `l` runs live on loopback, without frames.",
      "To allow labs, an administrator runs: \(remedy)",
    ]
  }
}
