import Glibc

/// A file that closes itself.
final class Descriptor: Sendable {
  let number: CInt

  init(_ number: CInt) { self.number = number }

  deinit { close(number) }

  /// Opens a file for reading; a directory is refused.
  static func read(_ path: String) throws(SessionError) -> Descriptor {
    let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { throw failure(path, "can't be opened", errno) }
    let file = Descriptor(number)
    if file.status.st_mode & S_IFMT == S_IFDIR {
      throw SessionError(path: path, what: "is a directory", remedy: "Name a capture file in it.")
    }
    return file
  }

  /// A file without a name where large files may be: in `TMPDIR`, or /var/tmp. Nil where there can be none.
  static func unnamed() -> Descriptor? {
    let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/var/tmp"
    let number = unsafe open(folder, NewFile.unnamed | O_RDWR | O_CLOEXEC, 0o600)
    return number < 0 ? nil : Descriptor(number)
  }

  /// Writes all octets at an offset. Gives errno when that failed.
  func write(_ octets: [UInt8], at offset: Int64) -> ReadFailure? {
    var done = 0
    while done < octets.count {
      let n = unsafe octets.withUnsafeBytes {
        unsafe pwrite(number, $0.baseAddress?.advanced(by: done), $0.count - done, off_t(offset) + done)
      }
      if n > 0 {
        done += n
      } else if n == 0 || errno != EINTR {
        return ReadFailure(code: n == 0 ? ENOSPC : errno)
      }
    }
    return nil
  }

  /// Type, permissions and size.
  var status: stat {
    var status = stat()
    _ = unsafe fstat(number, &status)
    return status
  }

  /// At most `count` octets from `offset`, empty at the end; what can't be read at an offset, such as a pipe, is read
  /// in order. Gives errno when the reading failed.
  func read(_ count: Int, at offset: Int64) -> Result<[UInt8], ReadFailure> {
    var result = Result<Int, ReadFailure>.success(0)
    let octets = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      result = unsafe read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
      filled = (try? result.get()) ?? 0
    }
    return result.map { _ in octets }
  }

  /// The same, written into `room`; gives how many octets.
  func read(into room: UnsafeMutableRawBufferPointer, at offset: Int64) -> Result<Int, ReadFailure> {
    while true {
      var n = unsafe pread(number, room.baseAddress, room.count, off_t(offset))
      if n < 0, errno == ESPIPE { n = unsafe Glibc.read(number, room.baseAddress, room.count) }
      if n >= 0 { return .success(n) }
      if errno != EINTR { return .failure(ReadFailure(code: errno)) }
    }
  }
}

/// A failed read's errno.
struct ReadFailure: Error { var code: CInt }

/// The text of an errno.
func errorText(_ code: CInt) -> String {
  guard let text = unsafe strerror(code) else { return "error \(code)" }
  return unsafe String(cString: text)
}

/// An error of a system call on `path`, with what usually helps.
func failure(_ path: String, _ what: String, _ code: CInt) -> SessionError {
  let remedy =
    switch code {
    case ENOENT, ENOTDIR: "Check the name."
    case EACCES, EPERM, EROFS: "Check the permissions of the file and of its folder."
    case ENOSPC, EDQUOT: "Make room on the disk, then try again."
    default: "Try again, or with another file."
    }
  return SessionError(path: path, what: "\(what): \(errorText(code))", remedy: remedy)
}
