/// What a filter knows of a value's type: what it may be compared with, and what may be done with it.
///
/// The classes and what each allows are those of Wireshark 4.0's `wireshark-filter(4)`.
enum FilterType: Equatable, Sendable {
  /// A protocol: the octets that it spans.
  case octets(isProtocol: Bool)
  /// A group: it is there or not.
  case label
  case unsigned(bits: UInt8)
  case signed(bits: UInt8)
  case truth
  case text
  case ether, ipv4, ipv6
  /// A moment and a duration.
  case moment, duration
  /// A value of an event that has no description: a number or a text.
  case loose

  /// The type of a described field.
  init(_ info: FieldInfo) {
    switch info.type {
    case .heading:
      self = info.name.contains(".") && info.name != "ipv6.fraghdr" ? .label : .octets(isProtocol: true)
    case .decimal(let bits), .hex(let bits): self = .unsigned(bits: bits)
    case .signed(let bits): self = .signed(bits: bits)
    case .row: self = .unsigned(bits: 32)
    case .flag: self = .truth
    case .bytes: self = info.name == "tcp.segments" ? .label : .octets(isProtocol: false)
    case .text: self = .text
    case .ether: self = .ether
    case .ipv4: self = .ipv4
    case .ipv6: self = .ipv6
    case .absoluteTime: self = .moment
    case .relativeTime: self = .duration
    }
  }

  /// In words, for an error.
  var words: String {
    switch self {
    case .octets(let isProtocol): isProtocol ? "a protocol" : "a byte string"
    case .label: "a heading"
    case .unsigned, .signed: "a number"
    case .truth: "a truth value"
    case .text: "a text"
    case .ether: "a MAC address"
    case .ipv4: "an IPv4 address"
    case .ipv6: "an IPv6 address"
    case .moment: "a moment"
    case .duration: "a duration"
    case .loose: "a value of an event"
    }
  }

  /// Whether values of both may be compared.
  func agrees(with other: FilterType) -> Bool {
    switch (self, other) {
    case (.loose, _), (_, .loose), (.unsigned, .unsigned), (.unsigned, .signed), (.signed, .unsigned),
      (.signed, .signed), (.octets(false), .ether), (.ether, .octets(false)):
      true
    default: self == other
    }
  }

  /// Whether its values are whole numbers that can be computed with.
  var isNumber: Bool {
    switch self {
    case .unsigned, .signed: true
    default: false
    }
  }

  /// Whether a slice can be taken of it.
  var hasOctets: Bool {
    switch self {
    case .octets, .text, .ether, .ipv4, .ipv6: true
    default: false
    }
  }

  /// Whether `contains` and `matches` can be asked of it.
  var canBeSearched: Bool {
    switch self {
    case .octets, .text, .ether, .loose: true
    default: false
    }
  }

  /// Whether values are numbers in a node, as opposed to octets and texts.
  var isScalar: Bool {
    switch self {
    case .unsigned, .signed, .truth, .ipv4, .ether, .moment, .duration: true
    default: false
    }
  }

  /// Whether the operator can be used on it.
  func allows(_ sign: FilterSign) -> Bool {
    switch (self, sign) {
    case (.unsigned, _), (.signed, _): true
    case (.duration, .plus), (.duration, .minus): true
    case (.ipv4, .bitAnd), (.ipv6, .bitAnd), (.ether, .bitAnd), (.octets(false), .bitAnd): true
    default: false
    }
  }

  /// Bits that arithmetic is done in: 32 or 64; 0 for texts, which have none.
  var width: Int {
    switch self {
    case .unsigned(let bits), .signed(let bits): bits <= 32 ? 32 : 64
    case .truth, .ipv4: 32
    case .text, .loose: 0
    default: 64
    }
  }

  /// Octets of a number, which `len` gives.
  var size: Int {
    switch self {
    case .unsigned(let bits), .signed(let bits): Int(bits) / 8
    case .ipv4: 4
    case .ether: 6
    default: 0
    }
  }

  /// Fields whose values have names here that Wireshark does not take in filters.
  static let unnamed: Set<String> = ["icmp.type", "icmp.code", "tcp.completeness", "http.response.code"]

  /// Fields of text that are object identifiers to Wireshark.
  static let objectIDs: Set<String> = [
    "pkcs1.namedCurve", "pkix1implicit.accessMethod", "x509af.algorithm.id", "x509af.extension.id",
    "x509ce.KeyPurposeId", "x509ce.id", "x509ce.policyIdentifier", "x509ce.registeredID", "x509ce.type_id",
    "x509if.oid",
  ]

  /// Words that are the names of protocols to Wireshark and would be octets otherwise.
  static let protocolsOfHexDigits: Set<String> = [
    "a11", "a21", "a615a", "aaf", "acf", "adb", "bfd", "c1222", "c15", "dc", "dcc", "e164", "e212", "e100",
    "fc",
    "fc00", "fefd", "ff",
  ]
}
