import Bytes
import CLinux
import Glibc
import Session

/// Where a role writes what it does: the ring, and who it is.
final class Recorder {
  let host: String
  let process: String
  /// The fields that every event of this thread has.
  let who: PreparedFields
  private let thread = clinux_gettid()
  private let producer: EventRing.Producer?
  private var row = EventWriter()
  /// Nanoseconds to add to the monotonic clock for the time of day, fixed at the start so that stamps never jump.
  private let offset: Int64

  /// Made by the thread that writes. Without a ring everything is done and nothing is recorded.
  init(host: String, process: String, ring: EventRing.Producer?) {
    self.host = host
    self.process = process
    who = Recorder.who(host, process)
    producer = ring
    let before = Recorder.read(CLOCK_MONOTONIC)
    let wall = Recorder.read(CLOCK_REALTIME)
    let after = Recorder.read(CLOCK_MONOTONIC)
    offset = wall - (before + (after - before) / 2)
  }

  /// Another thread's or process's, made by itself.
  init(of other: Recorder, process: String) {
    host = other.host
    self.process = process
    who = Recorder.who(host, process)
    producer = other.producer?.sibling()
    offset = other.offset
  }

  private static func who(_ host: String, _ process: String) -> PreparedFields {
    PreparedFields([
      EventField("host", host), EventField("pid", getpid()), EventField("tid", clinux_gettid()),
      EventField("process", process),
    ])
  }

  private static func read(_ clock: clockid_t) -> Int64 {
    var t = timespec()
    unsafe clock_gettime(clock, &t)
    return Int64(t.tv_sec) * 1_000_000_000 + Int64(t.tv_nsec)
  }

  /// CLOCK_MONOTONIC in nanoseconds.
  var now: Int64 { Recorder.read(CLOCK_MONOTONIC) }
  func wall(_ monotonic: Int64) -> Timestamp { Timestamp(nanoseconds: monotonic + offset) }

  /// Whether anything is recorded.
  var isOn: Bool { producer != nil }
  /// Whether a call of now is to be told; it is counted anyway.
  func admits(at now: Int64) -> Bool { producer?.admits(at: now) ?? false }

  func write(_ event: Event) { producer?.write(event) }

  /// Writes an event of this thread: its words in `text`, then the fields that `body` writes behind those of the thread.
  /// `name` and `phase` are a call's.
  func write(
    _ kind: EventKind, at time: Timestamp, _ text: borrowing TextBuffer, name: String = "",
    phase: EventRing.Label.Phase = .none, _ body: (inout EventWriter) -> Void
  ) {
    guard let producer else { return }
    row.removeAll()
    row.beginEntry(kind, at: time, text.raw)
    row.fields(who)
    body(&row)
    row.endEntry()
    let label = EventRing.Label(time: time, thread: thread, name: name, phase: phase)
    // The beginning of a call stands for its row until that comes.
    if phase == .call { producer.begin(label, row) } else { producer.write(label, row) }
  }

  /// Writes an event of this thread; `fields` stand behind those of the thread.
  func write(_ kind: EventKind, at time: Timestamp, _ text: String, _ fields: [EventField]) {
    var line = TextBuffer()
    line.append(text)
    write(kind, at: time, line) { row in for field in fields { row.field(field) } }
  }

  func write(secrets: String) { producer?.write(secrets: secrets) }

  func note(_ what: String, _ text: String, _ more: [EventField] = []) {
    write(
      Event(
        .note, at: wall(now), text,
        [EventField("what", what), EventField("host", host), EventField("process", process)] + more))
  }
}

extension Recorder {
  /// Tells what a TLS handshake settled.
  func secured(_ summary: TLSSummary, _ fd: CInt, _ system: Syscalls) {
    var fields = [EventField("version", summary.version), EventField("cipher", summary.cipher)]
    if let alpn = summary.alpn { fields.append(EventField("alpn", alpn)) }
    let alpn = summary.alpn.map { ", for \($0)" } ?? ""
    note("secured", "\(summary.version) is established: \(summary.cipher)\(alpn)", fields + system.ends(fd))
  }
}

/// Why a role can't run: what is wrong and what would be right.
struct RoleError: Error, CustomStringConvertible {
  var description: String
  init(_ text: String) { description = text }
}

/// Names of error numbers, as errno(3) has them.
enum ErrorName {
  private static let names: [CInt: String] = [
    EPERM: "EPERM", ENOENT: "ENOENT", EINTR: "EINTR", EIO: "EIO", EBADF: "EBADF", EAGAIN: "EAGAIN",
    ENOMEM: "ENOMEM", EACCES: "EACCES", EEXIST: "EEXIST", ENOTDIR: "ENOTDIR", EISDIR: "EISDIR",
    EINVAL: "EINVAL", ENFILE: "ENFILE", EMFILE: "EMFILE", ENOSPC: "ENOSPC", EPIPE: "EPIPE",
    EMSGSIZE: "EMSGSIZE", ENOTCONN: "ENOTCONN", EISCONN: "EISCONN", EADDRINUSE: "EADDRINUSE",
    EADDRNOTAVAIL: "EADDRNOTAVAIL", ENETDOWN: "ENETDOWN", ENETUNREACH: "ENETUNREACH",
    EHOSTUNREACH: "EHOSTUNREACH", ECONNABORTED: "ECONNABORTED", ECONNRESET: "ECONNRESET",
    ECONNREFUSED: "ECONNREFUSED", ETIMEDOUT: "ETIMEDOUT", ENOBUFS: "ENOBUFS", EALREADY: "EALREADY",
    EINPROGRESS: "EINPROGRESS", EDESTADDRREQ: "EDESTADDRREQ", ENOTSOCK: "ENOTSOCK",
    EOPNOTSUPP: "EOPNOTSUPP", ECANCELED: "ECANCELED",
  ]

  static func text(_ code: CInt) -> String { names[code] ?? "errno \(code)" }
}
