import CLinux
import Glibc

/// What this machine gives to labs: tried in a child process, not guessed.
public struct MachineTest: Sendable {
  /// Whether labs can be built at all.
  public let support: LabSupport
  private var lacks: [LabNeed: LabLack] = [:]

  /// Tries whether labs can be built, and each of `needs`. Where no namespace can be made, settings are not tried.
  public init(_ needs: some Sequence<LabNeed>) {
    let needs = Set(needs)
    let settings = needs.compactMap { need -> (key: String, value: String)? in
      if case .setting(let key, let value) = need { (key, value) } else { nil }
    }
    var (support, ring, refused) = MachineTest.attempt(
      triesRing: needs.contains(.ring), settings[..<min(settings.count, Int(CLINUX_PROBE_MOST))])
    var rest = settings.dropFirst(Int(CLINUX_PROBE_MOST))
    while support == .namespaces, !rest.isEmpty {
      refused += MachineTest.attempt(triesRing: false, rest.prefix(Int(CLINUX_PROBE_MOST))).refused
      rest = rest.dropFirst(Int(CLINUX_PROBE_MOST))
    }
    self.support = support
    if ring != 0 { lacks[.ring] = LabRefusal.ring(ring) }
    for (setting, refusal) in zip(settings, refused) where refusal.stage != 0 {
      lacks[.setting(key: setting.key, value: setting.value)] = LabRefusal.setting(
        setting.key, setting.value, isMissing: refusal.stage == 1, refusal.error)
    }
    let most = clinux_file_limit()
    for case .files(let count) in needs where most >= 0 && count > most {
      lacks[.files(count)] = LabLack(
        need: "\(count) open files",
        cause: "A process may have \(most) open at most (RLIMIT_NOFILE, ulimit -Hn).",
        remedy: "prlimit --pid $$ --nofile=\(count):\(count)")
    }
  }

  /// What is lacking of these needs, in their order. A need that was not tried lacks nothing.
  public func lacks(of needs: some Sequence<LabNeed>) -> [LabLack] { needs.compactMap { lacks[$0] } }

  /// One child: whether it could make a lab, the errno of a ring, and each setting's failed stage and errno.
  private static func attempt(triesRing: Bool, _ settings: ArraySlice<(key: String, value: String)>)
    -> (support: LabSupport, ring: CInt, refused: [(stage: UInt8, error: CInt)])
  {
    guard let (reading, writing) = Descriptor.pipe() else {
      return (
        .forbidden(
          step: "pipe", error: Descriptor.errorText(), cause: "No descriptor is left.",
          remedy: "ulimit -n 1024"), 0, []
      )
    }
    defer { close(reading) }
    let child = unsafe Descriptor.withArguments(settings.map { Sysctl.path($0.key) }) { paths in
      unsafe Descriptor.withArguments(settings.map(\.value)) { values in
        unsafe clinux_probe(writing, triesRing ? 1 : 0, paths, values, CInt(settings.count))
      }
    }
    close(writing)
    guard child > 0 else {
      return (
        .forbidden(
          step: "fork", error: Descriptor.errorText(), cause: "No process can be started.",
          remedy: "ulimit -u"), 0, []
      )
    }
    let size = 3 + 2 * Int(CLINUX_PROBE_MOST)
    let answer = Descriptor.read(reading, atMost: size) ?? []
    while waitpid(child, nil, 0) < 0 && errno == EINTR {}
    guard answer.count == size else {
      return (
        .forbidden(
          step: "unshare", error: "killed", cause: "A seccomp filter killed the process that tried.",
          remedy: LabRefusal.unconfined), 0, []
      )
    }
    let refused = settings.indices.map { index in
      let at = 3 + 2 * (index - settings.startIndex)
      return (answer[at], CInt(answer[at + 1]))
    }
    return (support(answer[0], CInt(answer[1])), CInt(answer[2]), refused)
  }

  private static func support(_ failed: UInt8, _ code: CInt) -> LabSupport {
    if failed == 0 { return .namespaces }
    let steps = ["unshare", "setgroups", "uid_map", "netlink"]
    let step = steps[min(Int(failed) - 1, steps.count - 1)]
    let (cause, remedy) = LabRefusal.explain(step: step, code)
    return .forbidden(step: step, error: Descriptor.errorText(code), cause: cause, remedy: remedy)
  }
}
