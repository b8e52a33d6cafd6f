import CLinux
import Glibc

extension BackendWorker {
  /// What accept4() came to.
  enum Accepted {
    case connection(CInt, RequestJourney)
    /// None waits, or another one took it.
    case nothing
    /// The connection is gone already; others may wait (accept(2), error handling).
    case failed
    /// There is no descriptor or memory for it: it stays in the queue.
    case exhausted
    /// The listener accepts nothing any more.
    case broken(String)
  }

  /// Accepts one connection, and learns how long it waited.
  func accept(_ listener: CInt) -> Accepted {
    begin()
    let outcome = system.accept(listener, blocks: plan.blocks)
    guard outcome.value >= 0 else {
      switch outcome.error {
      case EMFILE, ENFILE, ENOMEM, ENOBUFS:
        system.recorder.note(
          "trouble", "accept4() failed with \(outcome.errorName): connections stay in the queue")
        return .exhausted
      case EBADF, EINVAL, ENOTSOCK: return .broken(outcome.errorName)
      case EAGAIN: return .nothing
      default: return .failed
      }
    }
    return .connection(outcome.fd, arrival(outcome.fd))
  }

  /// How a connection that was accepted since `begin()` came about.
  func arrival(_ fd: CInt) -> RequestJourney {
    guard isRecording else { return RequestJourney() }
    let accept = max(1, system.recorder.now - moment)
    let waited = max(0, Int64(clinux_last_data(fd))) * 1_000_000
    return RequestJourney(queued: waited, accept: accept, started: moment)
  }
}
