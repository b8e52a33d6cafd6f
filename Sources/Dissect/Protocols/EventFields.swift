import Session

/// A systemd journal entry as Wireshark shows it.
public enum JournalField: UInt8, Dissected {
  case journal, message, realtime, field, fieldName, fieldValue

  /// The journal.
  public static let layer = Layer.journal
  /// What the field is.
  public var info: FieldInfo {
    let page = "systemd.journal-fields(7)"
    switch self {
    case .journal:
      return FieldInfo(
        "systemd_journal", "systemd Journal Entry", .heading, "Something that happened beside the frames.",
        page)
    case .message:
      return FieldInfo("systemd_journal.message", "Message", .text, "What happened, in words.", page)
    case .realtime:
      return FieldInfo(
        "systemd_journal.realtime_timestamp", "Realtime Timestamp", .absoluteTime,
        "The wall clock then, in microseconds.", page)
    case .field: return FieldInfo("systemd_journal.field", "Unknown field", .heading, "A named value.", page)
    case .fieldName:
      return FieldInfo("systemd_journal.field.name", "Field name", .text, "The value's name.", page)
    case .fieldValue:
      return FieldInfo("systemd_journal.field.value", "Field value", .text, "The value.", page)
    }
  }
}

/// The fields of event rows, by kind: index 0 is the row, index 1 any value whose name is not in the table.
enum EventTable {
  /// Index of a value that the table doesn't name: a text `name: value`.
  static let other: UInt8 = 1

  /// The layer of a kind's rows.
  static func layer(_ kind: EventKind) -> Layer {
    switch kind {
    case .session: .session
    case .syscall: .syscall
    case .kernel: .kernel
    case .knob: .knob
    case .process: .process
    case .request: .request
    case .load: .load
    case .note: .note
    }
  }

  /// Descriptions for a kind's layer.
  static func fields(_ kind: EventKind) -> [FieldInfo] {
    let heading = FieldInfo(
      kind.rawValue, titles[kind.rawValue] ?? kind.rawValue, .heading, meaning(kind), "backlab-session(5)")
    let rest = FieldInfo(
      "backlab.\(kind.rawValue).other", "Other", .text, "A value that has no description here.",
      "backlab-session(5)")
    return [heading, rest]
      + names(kind).map { name, type, meaning in
        FieldInfo("\(kind.rawValue).\(name)", title(name), type, meaning, "backlab-session(5)")
      }
  }

  /// `accept_queue` as `Accept queue`.
  private static func title(_ name: String) -> String {
    let words = name.split(separator: "_").joined(separator: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  private static let titles = [
    "session": "Session", "syscall": "System call", "kernel": "Kernel", "knob": "Knob", "process": "Process",
    "request": "Request", "load": "Load", "note": "Note",
  ]

  private static func meaning(_ kind: EventKind) -> String {
    switch kind {
    case .session: "What was recorded, with which programs."
    case .syscall: "A system call of a role, with what the kernel answered."
    case .kernel: "A reading of a queue, a socket or counters, when it changed."
    case .knob: "A setting that was changed during the run."
    case .process: "A process of the lab started, spoke or ended."
    case .request: "A request that a backend answered, and where its time went."
    case .load: "What a load of requests has measured so far."
    case .note: "Anything else worth a row."
    }
  }

  private static let caller: [(String, FieldType, String)] = [
    ("host", .text, "The host that it runs on."), ("pid", .signed(bits: 64), "The process."),
    ("tid", .signed(bits: 64), "The thread."), ("process", .text, "The name of the process or thread."),
  ]

  /// Counters of a host since the lab began, under our names, and what each counts with the kernel's name.
  private static let counters = [
    ("listen_overflows", "Handshakes that ended at a full accept queue."),
    ("listen_drops", "SYNs and handshakes that listeners dropped."),
    ("syn_retransmits", "SYNs and SYN,ACKs sent again (TCPSynRetrans)."),
    ("timeouts", "Retransmission timers that expired (TCPTimeouts)."),
    ("loss_probes", "Last segments sent again early, to ask whether they arrived (TCPLossProbes)."),
    ("fast_retransmits", "Segments sent again because of later ACKs, before any timer (TCPFastRetrans)."),
    ("sack_recoveries", "Times that selective ACKs began a recovery (TCPSackRecovery)."),
    ("cookies_wanted", "SYNs that found the half-open table full and got a cookie (TCPReqQFullDoCookies)."),
    ("half_open_drops", "SYNs that found the half-open table full and were dropped (TCPReqQFullDrop)."),
    ("cookies_sent", "SYN cookies sent (SyncookiesSent)."),
    ("cookies_received", "Connections that a valid cookie opened (SyncookiesRecv)."),
    ("cookies_failed", "ACKs whose cookie was none (SyncookiesFailed)."),
    (
      "aborts_on_data",
      "Connections reset because data came that nobody could take any more (TCPAbortOnData)."
    ),
    ("aborts_on_close", "Connections reset because they were closed with data unread (TCPAbortOnClose)."),
    ("delayed_acks", "ACKs that the timer of delayed ACKs sent (DelayedACKs)."),
    ("zero_windows", "Times that a window went to zero (TCPToZeroWindowAdv)."),
    ("time_waits_over", "Sockets that left TIME-WAIT by its timer (TW)."),
    ("time_waits_reused", "Ports in TIME-WAIT that a new connection took over (TWRecycled)."),
    ("retransmitted_segments", "Segments sent again (RetransSegs)."),
    ("resets_sent", "RSTs sent (OutRsts)."),
    ("checksum_errors", "Segments whose checksum was wrong (InCsumErrors)."),
    ("udp_received", "Datagrams given to programs (Udp InDatagrams)."),
    ("udp_sent", "Datagrams sent (Udp OutDatagrams)."),
    ("udp_no_port", "Datagrams for a port without a socket (Udp NoPorts)."),
    ("udp_no_room", "Datagrams that found a receive buffer full (Udp RcvbufErrors)."),
    ("ip_forwarded", "Packets sent on for others (Ip ForwDatagrams)."),
    ("ip_header_errors", "Packets whose header was wrong, or whose time to live was over (Ip InHdrErrors)."),
    ("fragments_made", "Fragments that packets were cut into (Ip FragCreates)."),
    ("fragments_refused", "Packets too large that may not be cut (Ip FragFails)."),
    ("packets_reassembled", "Packets put together from fragments (Ip ReasmOKs)."),
    ("reassemblies_failed", "Packets whose fragments did not all come (Ip ReasmFails)."),
  ]

  private static func names(_ kind: EventKind) -> [(String, FieldType, String)] {
    let number = FieldType.signed(bits: 64)
    switch kind {
    case .session:
      return [
        ("version", number, "Version of the session format."), ("lesson", .text, "The lesson that was run."),
        ("lab", .text, "The lab block that was run."), ("knobs", .text, "Settings at the start."),
        ("hosts", .text, "Hosts and their addresses."), ("kernel", .text, "Release of the kernel."),
        ("backlab", .text, "Version of the program."), ("openssl", .text, "Version of the TLS library."),
        ("tier", .text, "Private network namespaces, or the loopback."),
        ("started", .absoluteTime, "When the run began."),
      ]
    case .syscall:
      return [
        ("host", .text, "The host of the caller."), ("pid", number, "The calling process."),
        ("tid", number, "The calling thread."),
        ("process", .text, "The name of the calling process."), ("name", .text, "The system call."),
        ("fd", number, "The file descriptor that it works on."),
        ("arguments", .text, "Its arguments, as a program would write them."),
        ("result", number, "What it returned."), ("errno", .text, "Why it failed; absent on success."),
        ("duration", .relativeTime, "How long the caller waited."),
        ("phase", .text, "`call` on entry and `return` on return, for a call that blocked."),
        ("local", .text, "The socket's own address."), ("remote", .text, "The other side's address."),
        ("submitted", number, "Entries that io_uring_enter() handed over."),
        ("completed", number, "Completions that stood in the ring when it returned."),
      ]
    case .kernel:
      return [
        ("host", .text, "The host that was read."),
        ("subject", .text, "What was read: a listener, a socket, one of UDP, or counters."),
        ("listener", .text, "Address of the listening socket."),
        ("accept_queue", number, "Connections that are established and wait for accept()."),
        ("backlog", number, "Limit of that queue: listen()'s argument, capped by net.core.somaxconn."),
        ("half_open", number, "Connections whose handshake is under way."),
        ("local", .text, "The socket's own address."),
        ("remote", .text, "The other side's address."),
        ("state", .text, "State of the connection in RFC 9293's words."),
        ("recv_queue", number, "Octets that the application has not read."),
        ("send_queue", number, "Octets that the other side has not acknowledged."),
        ("cwnd", number, "Congestion window in segments."),
        ("ssthresh", number, "Window where slow start ends."),
        ("rtt", .relativeTime, "Smoothed round-trip time."),
        ("rto", .relativeTime, "Retransmission timeout."),
        (
          "retransmits", number,
          "Timeouts in a row without an answer; in sessions without total_retrans, what that would be."
        ),
        ("total_retrans", number, "Segments that were sent again, since the connection began."),
        ("pid", number, "The process."), ("tid", number, "The thread."),
        ("process", .text, "The thread's name."),
        ("call", .text, "The system call in which the thread waits."),
        ("fd", number, "The descriptor that it waits for, or that was read."),
        ("cpu", .relativeTime, "Time that the thread was on a processor."),
        ("cpu_delay", .relativeTime, "Time that it was ready to run and had no processor."),
        ("voluntary_switches", number, "Times that it gave the processor away, by waiting."),
        ("involuntary_switches", number, "Times that the processor was taken from it."),
        ("interest", number, "Descriptors that an epoll instance watches."),
        ("list", .text, "Those descriptors, each with the events waited for."),
        ("is_cut", .flag, "Whether the list was too long to be read whole."),
        ("sq_entries", number, "Room of the submission ring."),
        ("sq_head", number, "Submissions that the kernel has taken."),
        ("sq_tail", number, "Submissions that the program has put in."),
        ("cq_entries", number, "Room of the completion ring."),
        ("cq_head", number, "Completions that the program has taken."),
        ("cq_tail", number, "Completions that the kernel has put in."),
        (
          "recv_limit", number,
          "Octets that the receive buffer may hold, the kernel's own beside each packet included."
        ),
        ("send_limit", number, "Octets that the send buffer may hold, the kernel's own included."),
        ("send_window", number, "Octets that the other side's window allows beyond what it acknowledged."),
        ("drops", number, "Datagrams that found no room in the receive buffer."),
        (
          "cookie", number,
          "What the kernel tells a listener from all others by; ss -e shows it as sk:, in hexadecimal."
        ),
        (
          "timer", .text,
          "The timer that runs: retransmission (of a loss probe too), keepalive, time-wait or persist; absent without one."
        ),
        ("timer_left", .relativeTime, "How long until that timer ends."),
      ] + counters.map { ($0, number, $1) }
    case .knob:
      return [
        ("name", .text, "The setting."), ("value", .text, "Its new value."),
        ("previous", .text, "Its value before."),
        ("by", .text, "Who changed it."),
      ]
    case .process:
      return [
        ("host", .text, "The host it runs on."), ("pid", number, "The process."),
        ("process", .text, "Its name."),
        ("what", .text, "Started, ready or exited."), ("status", number, "Exit status."),
        ("output", .text, "A line that it printed."),
      ]
    case .request:
      return caller + [
        ("fd", number, "The connection's descriptor."),
        ("local", .text, "The connection's own address."), ("remote", .text, "The other side's address."),
        ("number", number, "Which request of its connection it is, from 1."),
        ("batch", number, "How many requests shared its read and its write."),
        ("waiting", number, "How many requests waited for a worker when it came, with message-balancing."),
        ("status", number, "Status of its answer, when it is another than 200."),
        ("queued", .relativeTime, "How long at least its connection had waited in the accept queue."),
        ("accept", .relativeTime, "In accept4()."),
        (
          "handshake", .relativeTime,
          "In the work on its connection's TLS handshake, without the waits; with the first request."
        ), ("read", .relativeTime, "In the call that read it."),
        ("decrypt", .relativeTime, "In opening the TLS records that the read gave."),
        ("parse", .relativeTime, "In parsing its head, or a record whole."),
        ("decode", .relativeTime, "In parsing its body."), ("processing", .relativeTime, "In its work."),
        ("encrypt", .relativeTime, "In sealing its answer into TLS records."),
        ("write", .relativeTime, "In the call that wrote its answer."),
        ("file_reads", number, "Reads of a file that its work took."),
        ("file_octets", number, "Octets that these gave."),
        ("form", .text, "How the record was written: json, protobuf or http."),
        ("octets", number, "Octets of the record as it came over the wire."),
        ("each", .relativeTime, "Of one parsing: the mean of the quickest of ten rounds."),
        ("repeats", number, "How often it was parsed for that."),
        ("allocations", number, "How often one parsing asked the allocator for memory."),
        ("allocated", number, "Octets that it asked for."),
        ("digest", number, "A digest of what was read: equal records have equal ones."),
        ("total", .relativeTime, "From the first call that was made for it to the end of the write."),
      ]
    case .load:
      return caller + [
        ("phase", .text, "`now` while it runs and `end` at its end."),
        ("requests", number, "Requests that were answered."),
        ("errors", number, "Requests that failed, and answers other than 200."),
        ("sent", number, "Requests that were sent."),
        ("rate", number, "Answers a second since the last row; in the last one since the beginning."),
        ("p50", .relativeTime, "Latency that half of the answers did not exceed."),
        ("p90", .relativeTime, "Latency that 90% did not exceed."),
        ("p99", .relativeTime, "Latency that 99% did not exceed."),
        ("p999", .relativeTime, "Latency that 99.9% did not exceed."),
        ("max", .relativeTime, "The longest latency."), ("mean", .relativeTime, "The mean latency."),
        ("service_p50", .relativeTime, "The same from the sending on, in an open loop."),
        ("service_p99", .relativeTime, "The same from the sending on, in an open loop."),
        ("corrected_p90", .relativeTime, "With what a closed loop left out."),
        ("corrected_p99", .relativeTime, "With what a closed loop left out."),
        ("corrected_p999", .relativeTime, "With what a closed loop left out."),
        ("interval", .relativeTime, "How often a request was expected, for the correction."),
        ("connections", number, "Open connections."),
        ("cpu", .relativeTime, "Processor time that the load itself used."),
        ("handshakes", number, "TLS handshakes that ended well."),
        ("handshake", .relativeTime, "Mean time of one, from the TCP connection on."),
        ("handshake_cpu", .relativeTime, "Mean processor time of one, at the load's end."),
        ("least", number, "Answers of the connection that got the fewest."),
        ("most", number, "Answers of the connection that got the most."),
        ("buckets", .text, "How many answers took so many ns or more, up to the next."),
      ]
    case .note:
      return [
        ("what", .text, "What kind of note."), ("host", .text, "The host concerned."),
        ("key", .text, "The key pressed."),
        ("cause", .text, "Why."),
        ("errno", .text, "The error that a program was told."),
        ("duration", .relativeTime, "How long it took."),
        ("octets", number, "Octets that came."), ("taken", number, "Octets of them that the program took."),
        ("status", number, "The status of an answer."),
        ("number", number, "The request concerned."), ("attempt", number, "Which try of it this is."),
        ("payments", number, "Payments made so far."), ("balance", number, "What is left in the account."),
        ("type", number, "The type of an ICMP message."), ("code", number, "Its code."),
        ("mtu", number, "The largest packet that the path carries."),
      ]
    }
  }
}

/// What the wire did with a frame.
public enum WireField: UInt8, Dissected {
  case wire, fate, cause, delivered, time

  /// The wire.
  public static let layer = Layer.wire
  /// What the field is.
  public var info: FieldInfo {
    let page = "backlab-session(5)"
    switch self {
    case .wire:
      return FieldInfo("wire", "Wire", .heading, "What the laboratory's wire did with the frame.", page)
    case .fate:
      return FieldInfo("wire.fate", "Fate", .text, "Delivered, dropped, held, duplicated or reordered.", page)
    case .cause:
      return FieldInfo(
        "wire.cause", "Cause", .text, "Who decided: loss, the lab's plan, a hand, a queue.", page)
    case .delivered:
      return FieldInfo(
        "wire.delivered", "Delivered", .relativeTime,
        "When the receiver got the frame, in seconds since the first row.", page)
    case .time:
      return FieldInfo("wire.delay", "Delay", .relativeTime, "How long the wire kept the frame.", page)
    }
  }
}
