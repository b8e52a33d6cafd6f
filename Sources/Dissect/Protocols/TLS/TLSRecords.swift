import Bytes

/// A record: where it stands, and what its content came to. The content itself is opened again when it is looked at.
struct TLSRecord {
  /// Whether the content can be read.
  enum Protection: UInt8 {
    /// It was never sealed.
    case clear
    /// It was opened.
    case opened
    /// It stays sealed.
    case sealed
  }
  var side: Side
  /// The type in the header: 23 for every sealed record of TLS 1.3.
  var type: UInt8
  var version: UInt16
  var row: UInt32
  /// Nanoseconds since the epoch; `Int64.min` without a stamp.
  var time: Int64
  /// Offset of its header in the stream below, and octets behind the header.
  var start: Int
  var count: UInt32

  var protection = Protection.clear
  /// The true type.
  var content: UInt8
  /// Zero octets behind a TLS 1.3 record's content.
  var padding: UInt16 = 0
  /// The place of the key among the conversation's keys, or of the reason among its reasons.
  var key: UInt16 = 0
  /// The number of the record under its key.
  var sequence: UInt64 = 0
  /// Offset of the content in the application's stream, and its octets.
  var plain = 0
  var plainCount: UInt32 = 0
  /// The first application message of the direction that was not whole before this record.
  var message: UInt32 = 0
  /// Whether the content belongs to a protocol that is known here.
  var hasInner = false

  /// The five octets in front of the body, as they are authenticated.
  var header: (UInt8, UInt8, UInt8, UInt8, UInt8) {
    (
      type, UInt8(version >> 8), UInt8(version & 255), UInt8(truncatingIfNeeded: count >> 8),
      UInt8(truncatingIfNeeded: count)
    )
  }
}

/// A key that records were opened with, and how people know it.
struct TLSKey {
  var key: CryptoKey
  /// `CLIENT_TRAFFIC_SECRET_0`, with what was done to it since.
  var name: String
  var phase: TLSPhase
}

/// A piece of a handshake message: octets of one record's content.
struct TLSPiece {
  var record: Int
  var offset: Int
  var count: Int
}

/// A handshake message, or a part of one, in a record's content.
enum TLSMessagePiece {
  /// A message that lies whole in the record.
  case whole(TLSPiece)
  /// The beginning or the middle of a message that ends in a later record; its type.
  case part(TLSPiece, type: UInt8, isFirst: Bool)
  /// The end of a message; the whole of it, and where all of it came from.
  case end(TLSPiece, message: [UInt8], pieces: [TLSPiece])
}

/// A record's content, opened to be drawn.
struct TLSContent {
  enum Protection {
    case clear
    /// It was opened, with this record of this key.
    case opened(TLSKey, UInt64)
    /// It stays sealed, for the reason given.
    case sealed(String)
  }
  var protection: Protection
  /// The true type.
  var type: UInt8
  /// The content in clear; empty when it stays sealed.
  var bytes: [UInt8]
  /// Zero octets behind a TLS 1.3 record's content.
  var padding = 0
  var messages: [TLSMessagePiece] = []

  /// Whether the record was sealed as early data.
  var isEarly: Bool { if case .opened(let key, _) = protection { key.phase == .early } else { false } }
}

/// Which keys one direction uses.
enum TLSPhase: Equatable {
  case clear
  /// TLS 1.3, RFC 8446 section 7.1; the number counts key updates.
  case early, handshake, application(Int)
  /// TLS 1.2: how many ChangeCipherSpec were sent.
  case block(Int)
}

/// What one direction stands at.
struct TLSDirection {
  var phase = TLSPhase.clear
  /// The number of the next record under the key.
  var sequence: UInt64 = 0
  /// The key of `phase`, once it is known.
  var key: CryptoKey?
  /// The place of the key among the conversation's keys; nil until a record was opened with it.
  var place: UInt16?
  /// The traffic secret of `phase` in TLS 1.3.
  var secret: [UInt8]?
  /// Why there is no key in TLS 1.2.
  var reason = ""
  /// The handshake message that is not whole yet.
  var message: [UInt8] = []
  var messagePieces: [TLSPiece] = []
  var isEnded = false

  /// Goes on to other keys.
  mutating func enter(_ next: TLSPhase) {
    phase = next
    sequence = 0
    key = nil
    place = nil
    secret = nil
  }
}
