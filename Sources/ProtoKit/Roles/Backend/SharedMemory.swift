import CLinux
import Glibc

/// Numbers and locks that the threads and processes of a role share. It is never unmapped: whoever uses it may outlive its maker.
@safe struct SharedMemory {
  private let base: UnsafeMutableRawPointer
  private let size: Int

  /// As many zero octets.
  init(_ size: Int) throws(RoleError) {
    guard let base = unsafe clinux_shared(size) else {
      throw RoleError("mmap: \(ErrorName.text(errno)); there is no memory to share")
    }
    unsafe self.base = base
    self.size = size
  }

  /// The number at an offset of 8 octets each, read and written in order with what is around it.
  subscript(index: Int) -> Int {
    get {
      precondition(index >= 0 && index * 8 + 8 <= size)
      return Int(truncatingIfNeeded: unsafe clinux_load(base + index * 8))
    }
    nonmutating set {
      precondition(index >= 0 && index * 8 + 8 <= size)
      unsafe clinux_store(base + index * 8, UInt64(truncatingIfNeeded: newValue))
    }
  }

  /// Adds to a number: what it was before.
  @discardableResult
  func add(_ value: Int, at index: Int) -> Int {
    precondition(index >= 0 && index * 8 + 8 <= size)
    return Int(
      truncatingIfNeeded: unsafe clinux_add(base + index * 8, UInt64(truncatingIfNeeded: value)))
  }

  /// Where C finds an offset; the rest of the memory is big enough for `room` octets there.
  func pointer(at index: Int, room: Int) -> UnsafeMutableRawPointer {
    precondition(index >= 0 && index * 8 + room <= size)
    return unsafe base + index * 8
  }
}

/// A lock between threads and processes, which nobody keeps by dying.
struct SharedLock {
  private let memory: SharedMemory

  init() throws(RoleError) {
    memory = try SharedMemory(CLINUX_LOCK_SIZE)
    if unsafe clinux_lock_make(at) < 0 { throw RoleError("a lock can't be made") }
  }

  private var at: UnsafeMutableRawPointer { unsafe memory.pointer(at: 0, room: CLINUX_LOCK_SIZE) }
  /// Takes it if nobody has it.
  func take() -> Bool { unsafe clinux_try_lock(at) != 0 }
  func release() { unsafe clinux_unlock(at) }
  func hold<R>(_ body: () -> R) -> R {
    precondition(unsafe clinux_lock(at) == 0)
    defer { release() }
    return body()
  }
}
