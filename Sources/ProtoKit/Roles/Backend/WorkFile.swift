import CLinux
import Glibc
import Session

/// The regular file that requests of a backend have read: without a name, and gone with its last descriptor.
struct WorkFile {
  /// What its octets are read past, so that a read waits for the disk.
  enum Way: String {
    /// O_DIRECT: the page cache is not asked.
    case direct = "O_DIRECT"
    /// The page cache is told to forget them before each read.
    case forgotten = "POSIX_FADV_DONTNEED"
    /// There is no disk: they lie in memory, and a read copies them.
    case memory = "tmpfs"
  }

  let fd: CInt
  let size: Int
  private let way: Way

  /// Makes it where large files may be, and tells how it will be read.
  init(_ system: Syscalls, mebibytes: Int) throws(RoleError) {
    let size = mebibytes << 20
    let own = unsafe getenv("TMPDIR").map { unsafe [String(cString: $0)] } ?? []
    var troubles: [String] = []
    for folder in own + ["/var/tmp", "/tmp"] {
      // Some file systems know O_DIRECT when a file is opened, and refuse it when it is written.
      for isDirect in [true, false] {
        switch WorkFile.make(system, folder, size, isDirect: isDirect) {
        case .success(let made):
          self = made
          tell(system)
          return
        case .failure(let failure): troubles.append("\(folder): \(failure.text)")
        }
      }
    }
    throw RoleError(
      "work=file needs a file of \(mebibytes) MiB, and none can be made: \(troubles.joined(separator: ", "))")
  }

  private init(_ fd: CInt, _ size: Int, _ way: Way) {
    self.fd = fd
    self.size = size
    self.way = way
  }

  private struct Failure: Error {
    let text: String
    init(_ step: String, _ outcome: Outcome) { text = "\(step) failed with \(outcome.errorName)" }
  }

  private static func make(
    _ system: Syscalls, _ folder: String, _ size: Int, isDirect: Bool
  ) -> Result<WorkFile, Failure> {
    let flags = "O_TMPFILE|O_RDWR" + (isDirect ? "|O_DIRECT" : "")
    let opened = system.call("open", nil, "\"\(folder)\", \(flags), 0600") {
      Int(unsafe clinux_unnamed_file(folder, isDirect ? 1 : 0))
    }
    guard opened.value >= 0 else { return .failure(Failure("open", opened)) }
    let buffer = PageBuffer(size, isTouched: true)
    var done = 0
    while done < size {
      let wrote = buffer.write(system, opened.fd, from: done)
      guard wrote.value > 0 else {
        system.close(opened.fd)
        return .failure(Failure("pwrite", wrote))
      }
      done += wrote.value
    }
    let isInMemory = clinux_is_in_memory(opened.fd) == 1
    if !isDirect, !isInMemory {
      // What is not on the disk yet can't be forgotten.
      _ = system.call("fdatasync", opened.fd, "\(opened.fd)") { Int(fdatasync(opened.fd)) }
    }
    return .success(WorkFile(opened.fd, size, isInMemory ? .memory : isDirect ? .direct : .forgotten))
  }

  private func tell(_ system: Syscalls) {
    let words =
      switch way {
      case .direct: "is read past the page cache, from the disk each time"
      case .forgotten: "is dropped from the page cache before each read, so that it comes from the disk"
      case .memory: "lies in memory: a read of it copies, and waits for no disk"
      }
    system.recorder.note(
      "file", "A file of \(size >> 20) MiB, descriptor \(fd), \(words) (\(way.rawValue))",
      [EventField("cause", way.rawValue), EventField("octets", size)])
  }

  /// Whatever keeps its octets in memory is told to forget them, where that is needed and can be.
  func forget(_ system: Syscalls) {
    guard way == .forgotten else { return }
    _ = system.call("posix_fadvise", fd, "\(fd), 0, 0, POSIX_FADV_DONTNEED") { Int(clinux_forget_pages(fd)) }
  }

  /// pread(2) of the whole file, from the disk where it has one.
  func read(_ system: Syscalls, into buffer: PageBuffer) -> Outcome {
    forget(system)
    return buffer.read(system, fd)
  }
}

/// Memory that begins at a page, as O_DIRECT wants it (open(2), notes).
@safe final class PageBuffer {
  let base: UnsafeMutableRawPointer
  let count: Int

  /// So many octets; `isTouched` fills them with `a`, so that their pages are there before they are needed.
  init(_ count: Int, isTouched: Bool) {
    unsafe base = .allocate(byteCount: count, alignment: 4096)
    if isTouched { unsafe base.initializeMemory(as: UInt8.self, repeating: 97, count: count) }
    self.count = count
  }

  deinit { unsafe base.deallocate() }

  /// pread(2) of the first octets of a file.
  func read(_ system: Syscalls, _ fd: CInt) -> Outcome {
    system.call("pread", fd, "\(fd), \(count), 0", mayBlock: true) { unsafe pread(fd, base, count, 0) }
  }

  /// pwrite(2) of what begins at `from`, to the same place of a file.
  func write(_ system: Syscalls, _ fd: CInt, from: Int) -> Outcome {
    system.call("pwrite", fd, "\(fd), \(count - from), \(from)", mayBlock: true) {
      unsafe pwrite(fd, base + from, count - from, off_t(from))
    }
  }
}

/// What reading the file for one request came to.
struct FileReading {
  var reads = 0
  var octets = 0
  /// The error that ended it, 0 for none.
  var error: CInt = 0
  /// When it is over, on the monotonic clock.
  let end: Int64

  /// One that begins now, and takes the time of a request's work.
  init(_ worker: BackendWorker) { end = worker.system.recorder.now + worker.knobs.cost }

  /// Takes a read's result, below 0 an error's number: whether another one follows.
  mutating func goesOn(_ result: Int, _ worker: BackendWorker) -> Bool {
    reads += 1
    if result < 0 { error = CInt(-result) } else { octets += result }
    return result > 0 && worker.system.recorder.now < end
  }
}

extension BackendWorker {
  /// Whether a request's work is to be left to others: reads that would hold up this thread's other connections.
  func leaves(_ message: RequestMessage) -> Bool {
    message.hasWork && plan.reads != .blocking && knobs.work == .file && plan.file != nil
  }

  /// Reads the file, whole each time, for as long as a request's work takes, and once at least.
  func readFile(_ file: WorkFile) -> FileReading {
    let buffer = pages ?? PageBuffer(file.size, isTouched: false)
    pages = buffer
    var reading = FileReading(self)
    while true {
      let outcome = file.read(system, into: buffer)
      if outcome.value < 0, outcome.error == EINTR { continue }
      if !reading.goesOn(outcome.value < 0 ? -Int(outcome.error) : outcome.value, self) { return reading }
    }
  }
}
