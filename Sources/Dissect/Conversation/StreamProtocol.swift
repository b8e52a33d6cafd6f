import Bytes

/// Which side of a connection sent something. The client is the side that sent the first SYN, or, when none was
/// seen, the sender of the first segment or datagram.
public enum Side: UInt8, Sendable {
  case client, server
}

/// How many octets the next PDU of a byte stream takes.
enum Framing: Equatable {
  /// The PDU is the next `n` octets, all of them there.
  case complete(Int)
  /// The PDU is the next `n` octets, of which `receive` needs only the first `first`: the others are not waited with.
  case counted(Int, first: Int)
  /// At least `n` octets in all are needed to say more. The frame shows as a segment of a reassembled PDU.
  case needs(Int)
  /// The PDU ends where the stream does (an HTTP/1.1 response without length).
  case untilEnd
  /// These octets are not this protocol: the rest of the segment is shown as data.
  case foreign
}

/// A protocol on a TCP byte stream (TLS, HTTP/1.1) or on the plaintext of another one (HTTP in TLS).
///
/// One object serves both directions of one connection and holds its state. The stream calls `framing`, then once a
/// PDU is whole `receive` exactly once, in stream order, in the first pass; `draw` may be called at any time later, any
/// number of times and in any order, with the token that `receive` gave, and must not change state. So what `draw`
/// needs of the state is kept by `receive` under the token, as few octets as possible: captures have millions of PDUs.
/// Octets are not kept: `draw` gets the PDU's again, and those of other PDUs come from `OctetSource`.
protocol StreamProtocol: AnyObject {
  /// Says where the PDU that starts `bytes` ends. `bytes` are the octets of that direction not yet consumed.
  func framing(_ bytes: RawSpan, from side: Side) -> Framing
  /// First pass: takes in a PDU, changes state, and returns a token from which `draw` can draw it again. Of a PDU that
  /// `framing` says is only counted `pdu` may be the beginning.
  func receive(_ pdu: RawSpan, from side: Side, context: RowContext) -> UInt32
  /// Draws what a list shows of a PDU from what was kept of it, without its octets; false when they are needed.
  func list(token: UInt32, from side: Side, into tree: inout Dissection) -> Bool
  /// Draws a PDU. The current source of `tree` is where the PDU's bytes are, from offset `base`.
  func draw(_ pdu: RawSpan, base: Int, token: UInt32, from side: Side, into tree: inout Dissection)
  /// The stream of one direction ended (FIN); an `untilEnd` PDU is then given to `receive` by the caller.
  func finish(_ side: Side)
  /// The first row (from 1) of those with PDUs whose lines in a list may depend on PDUs that come; nil when there is none.
  var firstOpenRow: Int? { get }
  /// Says what some octets of a message are for: `part`, counted from its first. `source` has the stream's octets.
  func account(
    _ message: StreamMessage, _ part: Range<Int>, of side: Side, _ source: any OctetSource,
    into cost: inout RowCost)
}

extension StreamProtocol {
  var firstOpenRow: Int? { nil }
  func list(token: UInt32, from side: Side, into tree: inout Dissection) -> Bool { false }
}

/// A protocol of single datagrams on UDP (DNS): the same contract, where each datagram's payload is a PDU.
protocol DatagramProtocol: AnyObject {
  /// First pass: takes in a payload, changes state, and returns a token from which `draw` can draw it again.
  func receive(_ payload: RawSpan, from side: Side, context: RowContext) -> UInt32
  /// Draws a payload. The current source of `tree` is where its bytes are, from offset `base`.
  func draw(_ payload: RawSpan, base: Int, token: UInt32, from side: Side, into tree: inout Dissection)
}

/// Where octets of a stream can be read again.
protocol OctetSource: AnyObject {
  /// `count` octets of a direction from stream offset `start`; fewer when they can't be had.
  func octets(_ side: Side, from start: Int, count: Int) -> [UInt8]
  /// The row (from 1) that brought the octet at `offset`; 0 when it is unknown.
  func row(_ side: Side, of offset: Int) -> Int
}

/// What a protocol may know of the row it is in.
struct RowContext {
  /// Row number, from 1.
  var row: Int
  /// The row's time; nil when the capture has none.
  var time: Timestamp?
  /// `tcp.stream`, `udp.stream`.
  var stream: Int
  /// Ports of the client and of the server.
  var clientPort: UInt16, serverPort: UInt16
  /// The secrets met so far in the session (or all of them, when a file was read first for its secrets).
  var secrets: Secrets
  /// Where the PDU begins in its direction's stream, 0 for the first octet; 0 for a datagram.
  var offset = 0
  /// Reads octets of the stream again; outlives the protocol, which may keep it `unowned`. Nil for a datagram.
  var octets: (any OctetSource)?
}
