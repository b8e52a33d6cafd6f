/// One node of a dissection: a field, a layer or a group. Children follow their parent at `depth + 1`.
///
/// 24 octets, trivial: no reference, no text. Text is made when a node is drawn.
public struct Node: Sendable {
  /// The protocol and its field.
  public var field: FieldID
  /// 0 for a layer of the row, 1 for its fields, and so on.
  public var depth: UInt8
  /// Which bytes `offset` counts in: an index into `Dissection.sources`; 0 is the frame itself.
  public var source: UInt8
  /// First octet in the source.
  public var offset: UInt32
  /// Octets; 0 for a derived value that has no bytes of its own.
  public var length: UInt32
  /// The value of a number, flag, address (IPv4, MAC) or time (ns); for text that is not in the bytes, an index into
  /// `Dissection.texts` (`FieldFlags`); bytes and text on the wire are read again from `offset`.
  public var value: UInt64
}

/// A field of a protocol: one of the protocol's own enum, with the protocol.
public struct FieldID: Hashable, Sendable {
  /// The protocol.
  public var layer: Layer
  /// The raw value in the protocol's enum.
  public var index: UInt8

  /// The field `field` of its protocol.
  @inlinable public init<F: Dissected>(_ field: F) {
    layer = F.layer
    index = field.rawValue
  }

  /// Makes an identifier of its parts, which `Layer.fields` must hold.
  @inlinable public init(layer: Layer, index: UInt8) {
    self.layer = layer
    self.index = index
  }
}

/// The fields of one protocol: an enum whose cases are in the order of the protocol's specification.
///
/// The compiler demands a description of every field, and a test walks `allCases`.
public protocol Dissected: RawRepresentable<UInt8>, CaseIterable, Sendable {
  /// The protocol.
  static var layer: Layer { get }
  /// What the field is: Wireshark's name and title, its type, what it means and where that is specified.
  var info: FieldInfo { get }
}

/// What a field is.
public struct FieldInfo: Sendable {
  /// Wireshark's filter name: `tcp.srcport`. Fields that Wireshark does not have begin with `backlab.`, and events'
  /// with their kind.
  public var name: String
  /// Wireshark's title: `Source Port`.
  public var title: String
  /// Type and display.
  public var type: FieldType
  /// What the field means, for a backend engineer, in a sentence or two.
  public var meaning: String
  /// Where it is specified: `RFC 9293 section 3.1`.
  public var source: String
  /// Names of values; nil for a value without a name.
  public var valueName: (@Sendable (UInt64) -> String?)?
  /// Bits of the containing integer that are this field; 0 for all. Drawn as `.... ..1. = Syn: Set`.
  public var mask: UInt64

  /// Describes a field.
  public init(
    _ name: String, _ title: String, _ type: FieldType, mask: UInt64 = 0, _ meaning: String, _ source: String,
    values: (@Sendable (UInt64) -> String?)? = nil
  ) {
    self.name = name
    self.title = title
    self.type = type
    self.mask = mask
    self.meaning = meaning
    self.source = source
    valueName = values
  }
}

/// The type of a field's value and how tshark prints it with `-T fields`.
public enum FieldType: Sendable, Equatable {
  /// A protocol or a group: no value of its own. A protocol node's text is its title, or `Dissection.texts[value - 1]`.
  case heading
  /// An unsigned number of `bits` bits, printed in decimal.
  case decimal(bits: UInt8)
  /// An unsigned number of `bits` bits, printed as `0x` and `bits / 4` digits.
  case hex(bits: UInt8)
  /// A signed number in two's complement, printed in decimal.
  case signed(bits: UInt8)
  /// A truth value; `mask` in the info says which bit.
  case flag
  /// Octets, printed in hex without separators (as `aa:bb` in filters).
  case bytes
  /// UTF-8 (repaired) of `offset..<offset+length`, or `texts[value - 1]` when `value` is not 0.
  case text
  /// An IPv4 address in `value`.
  case ipv4
  /// An IPv6 address in the bytes.
  case ipv6
  /// A MAC address in `value`.
  case ether
  /// Nanoseconds since the epoch in `value` (bit pattern of Int64).
  case absoluteTime
  /// Nanoseconds in `value` (bit pattern of Int64), printed as seconds with nine decimals.
  case relativeTime
  /// The number of another row of this session.
  case row
}
