import CLinux
import Glibc

/// Polls running labs, and signals that end them.
struct LabLoop {
  private let signals: CInt

  /// Takes over INT, TERM and the like until `close`.
  init() { signals = clinux_signals_open() }

  /// Gives the signals back.
  func close() { clinux_signals_close(signals) }

  /// Waits until a job has something to read or to do; the number of a signal that asks to end, 0 for none.
  func wait(_ jobs: [LabJob]) -> CInt {
    var waits = [pollfd(fd: signals, events: Int16(POLLIN), revents: 0)]
    for job in jobs {
      waits += job.descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    }
    let left = (jobs.map(\.deadline).min() ?? 0) - Descriptor.monotonic()
    _ = unsafe poll(&waits, nfds_t(waits.count), CInt(clamping: max(0, (left + 999_999) / 1_000_000)))
    while case let number = clinux_signals_read(signals), number != 0 {
      switch number {
      case SIGTSTP: clinux_stop_self()
      case SIGWINCH, SIGCONT: break
      default: return number
      }
    }
    return 0
  }
}
