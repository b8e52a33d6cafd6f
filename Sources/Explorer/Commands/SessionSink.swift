import Glibc
import Session

/// Where `-w` puts a session: a file, which is finished at the end, or a pipe or standard output, as it comes.
final class SessionSink {
  private let path: String
  private var descriptor: CInt = -1
  private var isRegular = false

  /// A sink for `-w path`; `-` is standard output. Nothing is opened before the first octets.
  init(path: String) { self.path = path }

  /// Whether the session takes standard output, so that words must go elsewhere.
  var takesOutput: Bool { path == "-" }

  /// Writes octets of the session. Throws when the file can't be made or written.
  func write(_ bytes: [UInt8]) throws {
    if descriptor < 0 { try open() }
    guard Descriptor.write(bytes, to: descriptor) else {
      throw Failure.file(
        "-w \(path): it can't be written (\(Failure.errorText(errno))). Free space there, or choose another file."
      )
    }
  }

  private func open() throws {
    if takesOutput {
      descriptor = 1
      return
    }
    descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw Failure.file(
        "-w \(path): it can't be written (\(Failure.errorText(errno))). Choose another file.")
    }
    var status = stat()
    isRegular = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Finishes the file, so that Wireshark finds secrets and comments in it. Throws when it can't be.
  func finish() throws {
    guard descriptor > 2 else { return }
    close(descriptor)
    descriptor = -1
    guard isRegular else { return }
    do throws(SessionError) { try SessionFinisher.finish(path: path) } catch let problem {
      throw Failure.file("-w \(problem.description)")
    }
  }
}
