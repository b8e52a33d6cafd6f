import Bytes

/// The nine octets before each payload: RFC 9113 section 4.1.
struct HTTP2FrameHeader {
  static let size = 9
  /// What an HTTP/2 client sends first: RFC 9113 section 3.4.
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  var length: Int
  var type: UInt8
  var flags: UInt8
  var stream: UInt32

  /// Reads a header; nil if there are fewer than nine octets.
  init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Self.size else { return nil }
    length = Int(bytes[octet: 0]) << 16 | Int(bytes[octet: 1]) << 8 | Int(bytes[octet: 2])
    type = bytes[octet: 3]
    flags = bytes[octet: 4]
    stream = word(bytes, 5) & 0x7FFF_FFFF
  }

  func has(_ flag: UInt8) -> Bool { flags & flag != 0 }
  var endsStream: Bool { (type == 0 || type == 1) && has(1) }
  var endsHeaders: Bool { has(4) }
  var isPadded: Bool { (type == 0 || type == 1 || type == 5) && has(8) }

  /// Where in the frame the body or the fragment of a header block stands, and how many octets of padding follow; nil
  /// when the frame is too short for what its flags promise.
  func content(_ frame: RawSpan) -> (range: Range<Int>, padding: Int)? {
    var start = Self.size
    var padding = 0
    if isPadded {
      guard start < frame.byteCount else { return nil }
      padding = Int(frame[octet: start])
      start += 1
    }
    if type == 1, has(0x20) { start += 5 }
    if type == 5 { start += 4 }
    guard start + padding <= frame.byteCount else { return nil }
    return (start..<frame.byteCount - padding, padding)
  }
}

/// Four octets in network order.
func word(_ bytes: RawSpan, _ at: Int) -> UInt32 {
  UInt32(bytes[octet: at]) << 24 | UInt32(bytes[octet: at + 1]) << 16 | UInt32(bytes[octet: at + 2]) << 8
    | UInt32(bytes[octet: at + 3])
}

/// What is kept of each frame: 32 octets.
struct HTTP2Record {
  static let none = UInt32.max
  /// Where the frame begins in its direction's stream (48 bits), the stream's state after it, and marks.
  private var place: UInt64
  var row: UInt32
  /// Place in the streams.
  var stream = HTTP2Record.none
  /// DATA: the DATA frame before it in the body. A header block's: the place of what is kept of its fragment.
  /// SETTINGS and PING: the frame that answers, or that is answered.
  var link = HTTP2Record.none
  /// What may still be sent in the direction that the frame changed.
  var connectionWindow: Int32 = 0
  var streamWindow: Int32 = 0
  /// Octets of a gRPC message under way that stand in DATA frames before this one.
  var pending: UInt32 = 0

  init(offset: Int, row: Int) {
    place = UInt64(truncatingIfNeeded: offset) << 16
    self.row = UInt32(clamping: row)
  }

  var offset: Int { Int(place >> 16) }
  var state: HTTP2StreamState {
    get { HTTP2StreamState(rawValue: UInt8(truncatingIfNeeded: place & 15)) ?? .idle }
    set { place = place & ~15 | UInt64(newValue.rawValue) }
  }
  /// DATA of gRPC: whether the message under way at the frame's end begins in the frame.
  var beginsMessage: Bool {
    get { place & 16 != 0 }
    set { place = place & ~16 | (newValue ? 16 : 0) }
  }
  /// DATA of gRPC: whether a message that earlier frames began ends in the frame.
  var endsMessage: Bool {
    get { place & 32 != 0 }
    set { place = place & ~32 | (newValue ? 32 : 0) }
  }
  /// Whether the frame is DATA without padding, and ends a body that is not empty.
  var isPlainData: Bool {
    get { place & 64 != 0 }
    set { place = place & ~64 | (newValue ? 64 : 0) }
  }
  var endsBody: Bool {
    get { place & 128 != 0 }
    set { place = place & ~128 | (newValue ? 128 : 0) }
  }
  /// SETTINGS: whether they set what may be sent on each stream.
  var setsWindows: Bool {
    get { place & 0x8000 != 0 }
    set { place = place & ~0x8000 | (newValue ? 0x8000 : 0) }
  }
  /// The first rule of RFC 9113 that the frame breaks by its place among others.
  var fault: HTTP2Fault {
    get { HTTP2Fault(rawValue: UInt8(truncatingIfNeeded: place >> 8) & 0x7F) ?? .none }
    set { place = place & ~0x7F00 | UInt64(newValue.rawValue) << 8 }
  }
}

/// What a sender must not do, as far as other frames tell.
enum HTTP2Fault: UInt8 {
  case none, connectionWindow, streamWindow, zeroIncrement, windowOverflow, afterEnd, idle, interrupted,
    stray, oddEven, pushByClient, pushDisabled

  var words: String {
    switch self {
    case .none: ""
    case .connectionWindow: "more DATA than the connection's window allows: FLOW_CONTROL_ERROR"
    case .streamWindow: "more DATA than the stream's window allows: FLOW_CONTROL_ERROR"
    case .zeroIncrement: "an increment of 0: PROTOCOL_ERROR"
    case .windowOverflow: "a window of more than 2147483647: FLOW_CONTROL_ERROR"
    case .afterEnd: "the sender had ended this stream: STREAM_CLOSED"
    case .idle: "nobody had begun this stream: PROTOCOL_ERROR"
    case .interrupted: "a header block was under way, and only its CONTINUATION may follow: PROTOCOL_ERROR"
    case .stray: "no header block of this stream was under way: PROTOCOL_ERROR"
    case .oddEven: "clients begin streams of odd numbers, each higher than the one before: PROTOCOL_ERROR"
    case .pushByClient: "only servers push: PROTOCOL_ERROR"
    case .pushDisabled: "the client had switched push off: PROTOCOL_ERROR"
    }
  }
}

/// What is kept of each fragment of a header block.
struct HTTP2Block {
  /// The table before the fragment's first field.
  var table: HPACKTable.State
  /// The frame with the fragment before it.
  var previous = HTTP2Record.none
  /// Octets of a field under way that stand in fragments before this one.
  var carried: UInt32 = 0
  /// Whether no field ends in the fragment.
  var isInside = false
  /// Whether the table was lost before.
  var isLost = false
}

/// What the octets of a body are.
enum HTTP2BodyKind: UInt8 {
  case plain, grpc, tunnel
}

/// One direction of a stream.
struct HTTP2HalfStream {
  /// The last DATA frame.
  var lastData = HTTP2Record.none
  /// The row in which the half ended; 0 while it did not.
  var endRow: UInt32 = 0
  /// What may be sent, apart from the initial window.
  var credit: Int32 = 0
  /// Octets of the gRPC message under way that have come, and how many it is in all, its five of prefix too (as far as
  /// they are known).
  var pending: UInt32 = 0
  var wanted: UInt64 = 5
  /// Places in the conversation's texts: content-type, content-encoding or grpc-encoding.
  var contentType: UInt16 = 0
  var encoding: UInt16 = 0
  var kind = HTTP2BodyKind.plain
  /// Whether answers of 1xx came before the answer.
  var hasInterim = false
  /// Whether the body is a part of one: 206.
  var isPart = false
}

/// A stream: RFC 9113 section 5.
struct HTTP2Stream {
  var id: UInt32
  var state: HTTP2StreamState
  /// Whether the request is CONNECT, and whether it asks for WebSocket (RFC 8441).
  var isConnect = false
  var asksWebSocket = false
  /// Place of the path in the conversation's texts; of gRPC calls alone.
  var path: UInt16 = 0
  var client = HTTP2HalfStream()
  var server = HTTP2HalfStream()

  subscript(_ side: Side) -> HTTP2HalfStream {
    get { side == .client ? client : server }
    set { if side == .client { client = newValue } else { server = newValue } }
  }
}

/// Texts that many streams share, each kept once, up to a bound.
struct HTTP2Texts {
  private(set) var all: [[UInt8]] = [[]]
  private var places: [[UInt8]: UInt16] = [:]
  private var octets = 0

  /// The place of a text; 0 for an empty one, or when there is no room for another.
  mutating func place(_ text: [UInt8]) -> UInt16 {
    if text.isEmpty { return 0 }
    if let known = places[text] { return known }
    guard all.count < 1 << 14, octets + text.count < 1 << 22 else { return 0 }
    octets += text.count
    places[text] = UInt16(all.count)
    all.append(text)
    return UInt16(all.count - 1)
  }
}

/// One direction of a connection.
struct HTTP2Half {
  /// Whether the preface or a frame was seen.
  var isBegun = false
  /// What may be sent on the connection, and on a new stream.
  var window: Int64 = 65_535
  var initialWindow: Int64 = 65_535
  /// The frames of the other side that changed how much this one may send.
  var grants: [UInt32] = []
  var table = HPACKTable()
  var tableState = HPACKTable.State()
  /// How large the other side lets the table be.
  var tableAllowed: UInt32 = 4096
  /// The header block under way: its stream, and the frame with its last fragment.
  var block: (stream: UInt32, promised: UInt32, frame: UInt32, hasField: Bool)?
  /// The beginning of a field that goes on in the next fragment.
  var carried: [UInt8] = []
  /// How many octets the field takes at least.
  var carriedNeeds = 0
  /// Why the table is lost, and since which row, frame, and octet of its fields.
  var loss: (error: HPACKError, row: Int, frame: UInt32, place: Int)?
  /// Settings and pings not yet acknowledged.
  var settings: [(frame: UInt32, tableSize: UInt32?)] = []
  var pings: [(frame: UInt32, octets: UInt64)] = []
  /// The highest stream that the side began.
  var highest: UInt32 = 0
  var allowsPush = true

  /// Lets the table's entries count for no more than `limit`.
  mutating func resizeTable(to limit: UInt32) { table.resize(&tableState, to: limit) }

  /// Goes past a field of a block.
  mutating func take(_ field: HPACKField, _ block: RawSpan, _ learner: inout HTTP2Learner) -> HPACKError {
    learner.take(field, block, &table, &tableState)
  }
}
