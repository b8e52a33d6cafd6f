public import Bytes

/// Something that people should see between the frames: a system call, a kernel reading, a knob, a note.
///
/// An event is a kind, a moment, a sentence, and named values in order. On disk it is a journal block whose
/// `BACKLAB_EVENT=` holds one flat JSON object `{"kind":...,"time":ns,"name":value,...}`. A value's field name in
/// filters is `kind.name`: `kernel.accept_queue`, `syscall.errno`. The names of each kind are listed beside its
/// `EventKind` case; a name that the reader does not know is kept.
public struct Event: Sendable, Equatable {
  /// What it is about.
  public var kind: EventKind
  /// When it happened; a system call's entry.
  public var time: Timestamp
  /// The event in words: the row's text here and in Wireshark (`MESSAGE=`).
  public var message: String
  /// Named values in the order of writing.
  public var fields: [EventField]

  /// Makes an event.
  public init(_ kind: EventKind, at time: Timestamp, _ message: String, _ fields: [EventField] = []) {
    self.kind = kind
    self.time = time
    self.message = message
    self.fields = fields
  }

  /// The value called `name`, nil when there is none.
  public subscript(name: String) -> EventValue? { fields.first { $0.name == name }?.value }
  /// The text called `name`, nil when there is none or it is no text.
  public func text(_ name: String) -> String? { if case .text(let t)? = self[name] { t } else { nil } }
  /// The number called `name`, nil when there is none or it is no number.
  public func number(_ name: String) -> Int64? { if case .number(let n)? = self[name] { n } else { nil } }
}

/// What an event is about. Raw values are the names on disk and in filters.
public enum EventKind: String, Sendable, CaseIterable {
  /// First event of a session: `version` (format, 1), `lesson`, `lab` (the lab block's text), `knobs`
  /// (`host.param=value` joined by spaces), `hosts` (`name=address` joined by spaces), `kernel` (uname -r),
  /// `backlab`, `openssl`, `tier` (`namespaces` or `loopback`), `started` (ns since the epoch).
  case session
  /// A system call of a role: `host pid tid process name fd arguments result errno duration phase`, and where it
  /// concerns a connection `local remote` (`192.0.2.2:40000`). `errno` is a name (`ECONNREFUSED`), absent on success;
  /// `duration` ns; `submitted completed` are io_uring_enter's entries; `phase` is `call` when the call blocked for 8 ms or longer and this is its entry, `return` for
  /// that call's return, absent for a call told in one row.
  case syscall
  /// One full reading of one subject, only when it changed. `host`, `subject` (`listener`, `socket`, `udp`, `counters`,
  /// `thread`, `epoll`, `rings`), and for a listener `listener` (`192.0.2.1:8080`), `accept_queue backlog half_open cookie`, or
  /// `listener state cookie` once it is gone (`CLOSE`); for a socket
  /// `local remote state recv_queue send_queue cwnd ssthresh rtt rto retransmits total_retrans recv_limit send_limit send_window`, and
  /// `timer timer_left` while one runs (rtt, rto, timer_left in ns); for a socket of UDP `local recv_queue recv_limit send_queue send_limit drops`, and `remote` when it
  /// is connected; for counters `listen_overflows listen_drops` and those others that moved, since the lab began; for a `thread`
  /// `pid tid process state call fd cpu cpu_delay voluntary_switches involuntary_switches` (cpu in ns); for an `epoll`
  /// descriptor `pid process fd interest list is_cut`; for the `rings` of io_uring `pid process fd sq_entries sq_head
  /// sq_tail cq_entries cq_head cq_tail`.
  case kernel
  /// A setting changed during the run: `name` (`link.delay`), `value`, `previous`, `by` (`learner`).
  case knob
  /// A lab process: `host pid process what` (`started ready printed exited`), `status`, `output` (a line it printed).
  case process
  /// A backend answered a request: `host pid tid process fd local remote`, `number` (of its connection, from 1), `batch` (how
  /// many requests shared its read and its write, when more than one), `waiting` (requests in the queue of messages when it
  /// came), `status` (of the answer, when another than 200), and in ns what was measured of `queued` (in the
  /// accept queue, at least and in ticks of the kernel's clock: TCP_INFO's time since data last came, or since the handshake
  /// when none came yet; only of a connection's first request), `accept read decrypt parse decode processing write`, and
  /// `total`, from the first call that was made for it to the end of the write; `file_reads` and `file_octets` of work=file.
  /// Of a record that was parsed: `form` (`json`, `protobuf` or `http`), `octets`, `each` (ns of one parsing, the mean of the
  /// quickest of ten rounds), `repeats`, `allocations` and `allocated` (calls of the allocator in one parsing, and the octets
  /// they asked for), `digest`.
  case request
  /// What a `load` has seen so far, once a second and at its end: `host pid tid process`, `phase` (`now` or `end`), `requests`
  /// (answered), `errors sent`, `rate` (answers a second since the last one, at the end since the beginning), in ns `p50 p90 p99 p999 max mean`,
  /// `connections` (open), `cpu` (of the load itself, ns), `least most` (answers of one connection), `buckets` (`ns:count`
  /// joined by spaces). In an open loop latency counts from the moment at which a request was due, and `service_p50
  /// service_p99` from its sending; in a closed one it counts from the sending, and `corrected_p90 corrected_p99
  /// corrected_p999` add what would have been asked meanwhile each `interval` ns.
  case load
  /// Anything else worth a row: `what` (`key`, `hold`, `release`, `drop`, `trouble`, `limit`, ...) and its details.
  case note
}

/// One named value of an event.
public struct EventField: Sendable, Equatable {
  /// The name, without its kind.
  public var name: String
  /// The value.
  public var value: EventValue

  /// Text.
  public init(_ name: String, _ text: String) {
    self.name = name
    value = .text(text)
  }

  /// A number.
  @inlinable
  public init(_ name: String, _ number: some BinaryInteger) {
    self.name = name
    value = .number(Int64(clamping: number))
  }

  /// A truth value.
  public init(_ name: String, is truth: Bool) {
    self.name = name
    value = .truth(truth)
  }
}

/// A value of an event: what flat JSON can hold.
public enum EventValue: Sendable, Equatable {
  /// A JSON string.
  case text(String)
  /// A JSON number without fraction; durations are nanoseconds.
  case number(Int64)
  /// A JSON true or false.
  case truth(Bool)
}
