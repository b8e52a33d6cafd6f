import Glibc

/// Why a machine forbids labs, and the one command that allows them, by the step that failed and what /proc tells.
enum LabRefusal {
  /// What frees a container of its filter.
  static let unconfined = "docker run --security-opt seccomp=unconfined IMAGE"

  /// The cause in words, and the command.
  static func explain(step: String, _ code: CInt) -> (cause: String, remedy: String) {
    switch (step, code) {
    case ("unshare", ENOSPC), ("unshare", EUSERS): limit
    case ("unshare", EINVAL), ("unshare", ENOSYS):
      ("This kernel has no user namespaces.", "boot a kernel with CONFIG_USER_NS=y")
    case ("unshare", _): refused
    default: stripped
    }
  }

  /// ENOSPC: no more namespaces of some kind (namespaces(7)).
  private static var limit: (cause: String, remedy: String) {
    let kinds = ["user", "net", "pid", "mnt"].filter { number("/proc/sys/user/max_\($0)_namespaces") == 0 }
    let settings = (kinds.isEmpty ? ["user", "net"] : kinds).map { "user.max_\($0)_namespaces=1000" }
    let names =
      kinds.isEmpty
      ? "user or network"
      : kinds.map { ["net": "network", "mnt": "mount"][$0] ?? $0 }
        .joined(separator: " and ")
    return (
      "This machine allows no more \(names) namespaces.", "sysctl -w \(settings.joined(separator: " "))"
    )
  }

  /// EPERM: a setting of Debian's kernels, or a filter, as containers have.
  private static var refused: (cause: String, remedy: String) {
    if number("/proc/sys/kernel/unprivileged_userns_clone") == 0 {
      return (
        "This kernel lets nobody but root make user namespaces.",
        "sysctl -w kernel.unprivileged_userns_clone=1"
      )
    }
    return (
      "A seccomp filter or a chroot forbids user namespaces, as in a Docker container.", unconfined
    )
  }

  /// The namespace was made, and nothing may be done in it.
  private static var stripped: (cause: String, remedy: String) {
    number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1
      ? (
        "This machine lets programs make user namespaces, but AppArmor takes their rights.",
        "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
      )
      : (
        "This machine lets programs make user namespaces, but a sandbox takes their rights, as Ubuntu's AppArmor does.",
        unconfined
      )
  }

  /// The number that a file begins with; nil when it can't be read.
  static func number(_ path: String) -> Int? {
    let fd = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard fd >= 0 else { return nil }
    defer { close(fd) }
    return Descriptor.read(fd, atMost: 32).flatMap {
      Int(String(decoding: $0.prefix { $0 > 32 }, as: UTF8.self))
    }
  }
}
