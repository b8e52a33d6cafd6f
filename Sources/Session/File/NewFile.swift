import Glibc

/// A file that replaces another one when it is whole, and leaves nothing behind when it never is.
struct NewFile {
  /// open(2): a file without a name, which vanishes with its last descriptor.
  static let unnamed = 0o20000000 | O_DIRECTORY
  private static let followLink: CInt = 0x400

  private let path: String
  private let temporary: Temporary
  private let file: Descriptor
  private var buffer: [UInt8] = []
  /// Octets written.
  private(set) var size: Int64 = 0

  /// The name that the file bears at last before it replaces the other, which is taken away if it does not come
  /// to that.
  private final class Temporary {
    let path: String
    var exists: Bool

    init(_ path: String, exists: Bool) {
      self.path = path
      self.exists = exists
    }

    deinit { if exists { _ = unsafe unlink(path) } }
  }

  /// Begins a file in the folder of the one at `path`; a link to that file is followed, so the link stays.
  init(replacing path: String, mode: mode_t) throws(SessionError) {
    let target = Self.target(path)
    self.path = target
    let slash = target.lastIndex(of: "/")
    let folder = slash.map { String(target[...$0]) } ?? "./"
    let name = slash.map { String(target[target.index(after: $0)...]) } ?? target
    let temporary = "\(folder).\(name).finished"
    var number = unsafe open(folder, Self.unnamed | O_RDWR | O_CLOEXEC, mode)
    var isNamed = false
    if number < 0, [EOPNOTSUPP, EISDIR, ENOENT, EINVAL].contains(errno) {
      // Some file systems know no unnamed files.
      _ = unsafe unlink(temporary)
      number = unsafe open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
      isNamed = true
    }
    guard number >= 0 else { throw failure(path, "no file can be made in its folder", errno) }
    file = Descriptor(number)
    self.temporary = Temporary(temporary, exists: isNamed)
    _ = fchmod(number, mode)
  }

  /// Appends octets, which reach the disk in large pieces.
  mutating func write(_ octets: [UInt8]) throws(SessionError) {
    buffer.append(contentsOf: octets)
    if buffer.count >= 1 << 20 { try flush() }
  }

  /// Writes what waits.
  mutating func flush() throws(SessionError) {
    try put(buffer, at: size)
    size += Int64(buffer.count)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Overwrites eight octets with a little-endian number.
  func patch(_ value: UInt64, at offset: Int64) throws(SessionError) {
    try put((0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }, at: offset)
  }

  /// Gives the file its name in place of the other one.
  func replace() throws(SessionError) {
    guard fsync(file.number) == 0 else { throw failure(path, "can't be written", errno) }
    if !temporary.exists {
      // A run that was killed between the two calls below may have left it.
      _ = unsafe unlink(temporary.path)
      guard
        unsafe linkat(AT_FDCWD, "/proc/self/fd/\(file.number)", AT_FDCWD, temporary.path, Self.followLink)
          == 0
      else { throw failure(path, "the finished file can't get a name", errno) }
      temporary.exists = true
    }
    guard unsafe rename(temporary.path, path) == 0 else { throw failure(path, "can't be replaced", errno) }
    temporary.exists = false
  }

  private func put(_ octets: [UInt8], at offset: Int64) throws(SessionError) {
    var done = 0
    while done < octets.count {
      let n = unsafe octets.withUnsafeBytes { bytes in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
        return unsafe pwrite(file.number, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
      }
      if n < 0, errno == EINTR { continue }
      guard n > 0 else { throw failure(path, "can't be written", n < 0 ? errno : ENOSPC) }
      done += n
    }
  }

  private static func target(_ path: String) -> String {
    guard let real = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }
}
