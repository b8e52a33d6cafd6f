import Glibc

/// How a backend of one process goes: what its threads have to see, and how many are still there.
///
/// Who accepts learns it from the listener, which is shut down; who reads what others accept, by a note; and who waits in
/// recv() for a connection that owes nothing, because that connection's reading side is shut down under it.
final class Leaving {
  /// Whether it can go in this way: processes of a backend don't see each other's connections.
  let isPossible: Bool
  /// Becomes readable when the last thread has ended.
  let hearing: CInt
  private let saying: CInt
  private let lock: SharedLock
  private let memory: SharedMemory
  private var threads = 0
  /// Connections that owe no answer and whose threads wait for octets.
  private var idle: Set<CInt> = []

  init(isPossible: Bool) throws(RoleError) {
    self.isPossible = isPossible
    lock = try SharedLock()
    memory = try SharedMemory(8)
    guard let (hearing, saying) = Descriptor.pipe() else { throw RoleError("pipe: \(ErrorName.text(errno))") }
    self.hearing = hearing
    self.saying = saying
  }

  /// Whether the backend goes.
  var hasBegun: Bool { memory[0] != 0 }

  /// Begins: threads that wait for octets of idle connections find the end of them.
  func begin(_ system: Syscalls) {
    lock.hold {
      memory[0] = 1
      for fd in idle { _ = system.shutdownReading(fd) }
    }
  }

  /// A thread is about to wait in recv() for octets of a connection that owes no answer. Once the backend goes it finds there
  /// only what has come already.
  func willWait(_ fd: CInt, _ system: Syscalls) {
    guard isPossible else { return }
    lock.hold {
      idle.insert(fd)
      if hasBegun { _ = system.shutdownReading(fd) }
    }
  }

  /// It waits no more.
  func hasWaited(_ fd: CInt) {
    guard isPossible else { return }
    _ = lock.hold { idle.remove(fd) }
  }

  /// A thread is about to be started.
  func threadBegins() { lock.hold { threads += 1 } }

  /// A thread has done its last, or could not be started.
  func threadEnds() {
    let isLast = lock.hold {
      threads -= 1
      return threads == 0 && hasBegun
    }
    if isLast { _ = Descriptor.write(saying, [10]) }
  }
}
