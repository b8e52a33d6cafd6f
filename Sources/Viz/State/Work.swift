public import Session

/// What one thread of a host has done by its system calls, and what it does now.
///
/// Folded from `syscall` events and, where the lab reads them, from `kernel` readings of the thread.
public struct Worker: Sendable, Equatable {
  /// A kind of work by which execution patterns differ.
  public enum Work: Int, Sendable, CaseIterable {
    case listen, accept, read, write, wait

    /// The work of a system call; nil for another kind.
    public init?(call: String) {
      switch call {
      case "listen": self = .listen
      case "accept", "accept4": self = .accept
      case "read", "pread", "readv", "recv", "recvfrom", "recvmsg", "recvmmsg": self = .read
      case "write", "writev", "send", "sendto", "sendmsg", "sendmmsg", "sendfile": self = .write
      case "select", "pselect6", "poll", "ppoll", "epoll_wait", "epoll_pwait", "io_uring_enter": self = .wait
      default: return nil
      }
    }
  }

  /// The thread.
  public struct ID: Sendable, Hashable, Comparable {
    /// Its host, process and number.
    public var host: String, pid: Int64, tid: Int64

    /// By host, process and thread.
    public static func < (a: ID, b: ID) -> Bool { (a.host, a.pid, a.tid) < (b.host, b.pid, b.tid) }
  }

  /// The name that it gave itself: `acceptor`, `worker-2`.
  public var name = ""
  /// Calls that succeeded, by the raw value of the work.
  public private(set) var calls = [Int64](repeating: 0, count: Work.allCases.count)
  /// Calls that found nothing to do: EAGAIN.
  public private(set) var inVain: Int64 = 0
  /// The call in which it waits; nil when it waits in none that is known.
  public private(set) var waiting: String?
  /// The latest reading of the thread; nil where threads are not read.
  public private(set) var reading: Event?

  /// Calls of one kind that succeeded.
  public subscript(work: Work) -> Int64 { calls[work.rawValue] }

  mutating func apply(_ event: Event) {
    if let name = event.text("process") { self.name = name }
    if event.kind == .kernel {
      reading = event
      return
    }
    let name = event.text("name") ?? ""
    guard event.text("phase") != "call" else {
      waiting = event.number("fd").map { "\(name)(\($0))" } ?? name
      return
    }
    waiting = nil
    guard let work = Work(call: name) else { return }
    if event.text("errno") == nil { calls[work.rawValue] += 1 } else { inVain += 1 }
  }
}

/// What the threads of a lab have done and what their requests went through, up to a moment.
public struct WorkState: Sendable, Equatable {
  /// Requests that are kept, the latest ones.
  public static let mostRequests = 32

  /// Threads that made a system call or were read, but for those that have ended.
  public private(set) var workers: [Worker.ID: Worker] = [:]
  /// The latest readings of epoll instances and io_uring rings, by host, process and descriptor.
  public private(set) var descriptors: [Worker.ID: Event] = [:]
  /// The latest requests that were told, in the order of their ends.
  public private(set) var requests: [Event] = []
  /// The latest report of each load, by host and process.
  public private(set) var loads: [Worker.ID: Event] = [:]

  mutating func apply(_ event: Event) {
    let host = event.text("host") ?? ""
    let pid = event.number("pid") ?? 0
    switch event.kind {
    case .syscall:
      let id = Worker.ID(host: host, pid: pid, tid: event.number("tid") ?? pid)
      workers[id, default: Worker()].apply(event)
    case .kernel:
      switch event.text("subject") {
      case "thread":
        let id = Worker.ID(host: host, pid: pid, tid: event.number("tid") ?? pid)
        if event.text("state") == "exited" {
          workers[id] = nil
        } else {
          workers[id, default: Worker()].apply(event)
        }
      case "epoll", "rings":
        descriptors[Worker.ID(host: host, pid: pid, tid: event.number("fd") ?? 0)] = event
      default: break
      }
    case .request:
      requests.append(event)
      if requests.count > Self.mostRequests { requests.removeFirst() }
    case .load: loads[Worker.ID(host: host, pid: pid, tid: 0)] = event
    default: break
    }
  }
}
