/// Threads that read the file for an event loop: no wait for readiness tells of a regular file (epoll_ctl(2), EPERM).
final class FilePool {
  /// A request whose file is read, and its connection, which only the loop may touch.
  struct Job {
    let connection: ServerConnection
    var reading: FileReading?
  }
  private let waiting: TaskQueue<Job>, done: TaskQueue<Job>
  private let inbox: CInt

  /// `inbox` is the writing end of the loop's pipe.
  init(inbox: CInt) throws(RoleError) {
    waiting = try TaskQueue("the queue of reads")
    done = try TaskQueue("the queue of what was read")
    self.inbox = inbox
  }

  /// Has the file read for a connection, by the loop.
  func read(for connection: ServerConnection, _ loop: BackendWorker) {
    waiting.add(Job(connection: connection), loop.system)
  }

  /// A job that is done, by the loop: one for each note of its pipe.
  func takeDone() -> Job? { done.takeOldest() }

  /// Nothing is to be read any more.
  func close(_ system: Syscalls) { waiting.close(system) }

  /// Reads for whoever comes, by a thread of the pool, until nothing comes any more.
  func work(_ worker: BackendWorker, _ file: WorkFile) {
    while var job = waiting.take(worker.system) {
      job.reading = worker.readFile(file)
      done.add(job, worker.system)
      _ = worker.system.pass(InboxNote(.read, job.connection.fd), to: inbox)
    }
  }
}
