import Glibc

extension LabRefusal {
  /// Why there is no io_uring: what making a ring with buffers failed with. `switchedOff` is kernel.io_uring_disabled.
  static func ring(_ code: CInt, switchedOff: Int? = number("/proc/sys/kernel/io_uring_disabled")) -> LabLack
  {
    let (cause, remedy) =
      switch (code, switchedOff) {
      case (EPERM, .some(1...)):
        (
          "This machine has it switched off (kernel.io_uring_disabled=\(switchedOff ?? 0)).",
          "sysctl -w kernel.io_uring_disabled=0"
        )
      case (EPERM, _), (EACCES, _):
        ("A seccomp filter forbids it, as in a Docker container.", unconfined)
      case (ENOSYS, _): ("This kernel has none.", "boot a kernel with CONFIG_IO_URING=y")
      case (EINVAL, _):
        ("This kernel's has no rings of buffers, which came with Linux 5.19.", "boot Linux 5.19 or later")
      case (ENOMEM, _):
        (
          "A process may lock too little memory for its rings (RLIMIT_MEMLOCK, ulimit -l).",
          "prlimit --pid $$ --memlock=67108864:67108864"
        )
      default: ("A ring can't be made (\(Descriptor.errorText(code))).", "boot a newer kernel")
      }
    return LabLack(need: "io_uring", cause: cause, remedy: remedy)
  }

  /// Why a kernel setting can't have a value: whether its file can't be opened (`isMissing`) or takes the value not.
  static func setting(_ key: String, _ value: String, isMissing: Bool, _ code: CInt) -> LabLack {
    let error = Descriptor.errorText(code)
    switch (isMissing, code) {
    case (true, ENOENT):
      return LabLack(
        need: key,
        cause: "This kernel (Linux \(Machine.kernel)) has no such setting for a network of one's own.",
        remedy: "boot a newer kernel")
    case (true, _), (false, EPERM), (false, EACCES):
      return LabLack(
        need: key, cause: "Kernel settings can't be written here (\(error)), as in a Docker container.",
        remedy: "docker run --security-opt systempaths=unconfined IMAGE")
    case (false, ENOENT) where key.hasSuffix(".tcp_congestion_control"):
      return LabLack(
        need: "\(key)=\(value)", cause: "The kernel has not loaded this congestion control.",
        remedy: "modprobe tcp_\(value)")
    case (false, _):
      return LabLack(
        need: "\(key)=\(value)",
        cause: "This kernel (Linux \(Machine.kernel)) refuses the value (\(error)).",
        remedy: "boot a newer kernel")
    }
  }
}
