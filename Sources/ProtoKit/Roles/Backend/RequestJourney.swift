import Session

/// Where the time of one request went, in nanoseconds; 0 for what was not measured.
struct RequestJourney {
  /// How long at least its connection had waited in the accept queue: TCP_INFO tells the time since data last came, or
  /// since the handshake when none came yet, in ticks of the kernel's clock (1 to 10 ms).
  var queued: Int64 = 0
  var accept: Int64 = 0
  /// TLS: the work on the connection's handshake, told with its first request; opening what the read gave, and sealing the
  /// answer.
  var handshake: Int64 = 0, decrypt: Int64 = 0, encrypt: Int64 = 0
  var read: Int64 = 0
  var parse: Int64 = 0
  var decode: Int64 = 0
  var process: Int64 = 0
  var write: Int64 = 0
  /// The answer's status, and how many requests waited for a worker when it came; -1 where none does.
  var status = 200, waiting = -1
  /// Reads of a file that its work took, and octets that they gave.
  var fileReads = 0, fileOctets = 0
  /// When the first call that was made for it began, on the monotonic clock.
  var started: Int64 = 0

  /// Writes the fields of a `request` event, of what was measured.
  func put(in row: inout EventWriter) {
    func field(_ name: String, _ value: Int64) { if value > 0 { row.field(name, value) } }
    field("queued", queued)
    field("accept", accept)
    field("handshake", handshake)
    field("read", read)
    field("decrypt", decrypt)
    field("parse", parse)
    field("decode", decode)
    field("processing", process)
    field("encrypt", encrypt)
    field("write", write)
    field("file_reads", Int64(fileReads))
    field("file_octets", Int64(fileOctets))
  }
}

/// A request that was read: what its answer depends on.
struct RequestMessage {
  var isHead = false
  /// Whether it has the work that the backend was given.
  var hasWork = true
  var keepsAlive = true
  /// Whether it came over HTTP/1.0.
  var isOld = false
  /// 200, or what is wrong, in words.
  var status = 200
  var trouble = ""
  /// Whether the peer may still be sending what nobody will read.
  var isCut = false
  /// Octets of the body, as far as they were read in parts.
  var size = 0
  /// The body, where it is to be parsed.
  var content: [UInt8] = []
  var journey = RequestJourney()

  /// Whether it is refused because too many wait already.
  var isShed: Bool { status == 503 }

  /// Refuses it for that, unless something is wrong with it anyway: the cheaper the less was done for it.
  mutating func shed() {
    refuse(503, "Too many requests wait here already. Come again later.")
    content = []
  }
}
