import CLinux
import Glibc

/// Reads of the file that the kernel does, for requests of a ring's connections: each read is an entry, and the next one
/// follows its completion.
@safe final class RingFiles {
  /// A request whose file is read.
  struct Job {
    let connection: ServerConnection
    var reading: FileReading
    fileprivate let buffer: PageBuffer
  }
  private let worker: BackendWorker
  private let ring: OpaquePointer
  private let file: WorkFile
  private var jobs: [UInt32: Job] = [:]
  private var last: UInt32 = 0
  /// Memory of reads that are over, for the next ones.
  private var idle: [PageBuffer]
  private let what: (UInt32) -> UInt64

  /// `what` makes of a job's number what its completions bear.
  init(_ worker: BackendWorker, _ ring: OpaquePointer, _ file: WorkFile, _ what: @escaping (UInt32) -> UInt64)
  {
    self.worker = worker
    unsafe self.ring = ring
    self.file = file
    self.what = what
    // The kernel looks for the pages when it is asked, in the loop's time.
    idle = [PageBuffer(file.size, isTouched: true)]
  }

  /// Begins to read for a connection.
  func read(for connection: ServerConnection) {
    last &+= 1
    let buffer = idle.popLast() ?? PageBuffer(file.size, isTouched: false)
    let job = Job(connection: connection, reading: FileReading(worker), buffer: buffer)
    jobs[last] = job
    submit(last, job)
  }

  private func submit(_ number: UInt32, _ job: Job) {
    file.forget(worker.system)
    _ = unsafe clinux_uring_read(ring, file.fd, job.buffer.base, CUnsignedInt(job.buffer.count), what(number))
  }

  /// Takes a completion: the job when it is over, nil while it goes on.
  func completed(_ number: UInt32, _ result: Int) -> Job? {
    guard var job = jobs[number] else { return nil }
    if result == -Int(EINTR) {
      submit(number, job)
      return nil
    }
    if job.reading.goesOn(result, worker) {
      jobs[number] = job
      submit(number, job)
      return nil
    }
    jobs[number] = nil
    idle.append(job.buffer)
    return job
  }
}
