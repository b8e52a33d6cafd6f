internal import CLinux
internal import Glibc
internal import Session
internal import Synchronization

/// A session's file that is being finished by a thread of its own: all of it is copied, and the disk may be slow.
final class SessionFinishing: Sendable {
  private struct State {
    var isOver = false
    var problem: String?
  }
  private let path: String
  private let state = Mutex(State())
  /// Becomes readable when it is over; stays so.
  let bell: CInt

  /// Begins with the file at `path`, which nobody else writes.
  init(path: String) {
    self.path = path
    bell = clinux_bell()
    let own = unsafe Unmanaged.passRetained(self)
    let code = unsafe clinux_thread(
      { argument in
        if let argument = unsafe argument {
          unsafe Unmanaged<SessionFinishing>.fromOpaque(argument).takeRetainedValue().work()
        }
        return nil
      }, own.toOpaque())
    if code != 0 { unsafe own.takeRetainedValue().work() }
  }

  deinit { if bell >= 0 { close(bell) } }

  /// Whether the file is finished, or stays as it was.
  var isOver: Bool { state.withLock { $0.isOver } }
  /// Why it stays as it was.
  var problem: String? { state.withLock { $0.problem } }

  private func work() {
    var problem: String?
    do throws(SessionError) { try SessionFinisher.finish(path: path) } catch { problem = error.description }
    state.withLock { $0 = State(isOver: true, problem: problem) }
    Descriptor.write([1, 0, 0, 0, 0, 0, 0, 0], to: bell)
  }
}
