import CLinux
import Glibc

/// Whether labs can be built here.
public enum LabSupport: Sendable, Equatable {
  /// Namespaces can be made: everything works.
  case namespaces
  /// They can't: the step that failed, the error, its cause in words, and the one command that an administrator may run.
  case forbidden(step: String, error: String, cause: String, remedy: String)

  /// Tries it in a child process.
  public static func probe() -> LabSupport {
    guard let (reading, writing) = Descriptor.pipe() else {
      return .forbidden(
        step: "pipe", error: Descriptor.errorText(), cause: "No descriptor is left.", remedy: "ulimit -n 1024"
      )
    }
    defer { close(reading) }
    let child = clinux_probe(writing)
    close(writing)
    guard child > 0 else {
      return .forbidden(
        step: "fork", error: Descriptor.errorText(), cause: "No process can be started.", remedy: "ulimit -u")
    }
    let answer = Descriptor.read(reading, atMost: 2) ?? []
    while waitpid(child, nil, 0) < 0 && errno == EINTR {}
    guard answer.count == 2 else {
      return .forbidden(
        step: "unshare", error: "killed", cause: "A seccomp filter killed the process that tried.",
        remedy: LabRefusal.unconfined)
    }
    if answer[0] == 0 { return .namespaces }
    let code = CInt(answer[1])
    let steps = ["unshare", "setgroups", "uid_map", "netlink"]
    let step = steps[min(Int(answer[0]) - 1, steps.count - 1)]
    let (cause, remedy) = LabRefusal.explain(step: step, code)
    return .forbidden(step: step, error: Descriptor.errorText(code), cause: cause, remedy: remedy)
  }
}
