import Bytes

/// A record as it came.
struct TLSRecord {
  var side: Side
  var row: Int
  var time: Timestamp?
  /// The type in the header: 23 for every sealed record of TLS 1.3.
  var type: UInt8
  var version: UInt16
  /// What stands behind the header; given up once the record was opened.
  var body: [UInt8]
}

/// A piece of an application message or of a handshake message: octets of one record's content.
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
  case part(TLSPiece, type: UInt8)
  /// The end of a message; the whole of it, and where all of it came from.
  case end(TLSPiece, message: [UInt8], pieces: [TLSPiece])
}

/// A message of the application that ends in a record.
struct TLSApplicationMessage {
  var pieces: [TLSPiece]
  /// The message, when it came in several pieces.
  var bytes: [UInt8]
  /// What the inner protocol gave for it.
  var token: UInt32
}

/// What became of a record.
struct TLSContent {
  enum Protection {
    /// It was never sealed.
    case clear
    /// It was opened, with the key that the text names.
    case opened(String)
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
  /// Where keys and numbers stood when the record was opened.
  var phase = TLSPhase.clear
  var sequence: UInt64 = 0
  var messages: [TLSMessagePiece] = []
  var applications: [TLSApplicationMessage] = []
  /// Whether the content belongs to a protocol that is known here.
  var hasInner = false

  /// Whether it could not be opened.
  var isSealed: Bool { if case .sealed = protection { true } else { false } }
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
  /// The traffic secret of `phase` in TLS 1.3.
  var secret: [UInt8]?
  /// Why there is no key in TLS 1.2.
  var reason = ""
  /// The handshake message that is not whole yet.
  var message: [UInt8] = []
  var messagePieces: [TLSPiece] = []
  /// Octets of the application that are no whole message yet.
  var waiting: [UInt8] = []
  var waitingPieces: [TLSPiece] = []
  var needed = 0
  var isForeign = false
  var isUntilEnd = false
  var isEnded = false

  /// Goes on to other keys.
  mutating func enter(_ next: TLSPhase) {
    phase = next
    sequence = 0
    key = nil
    secret = nil
  }
}
