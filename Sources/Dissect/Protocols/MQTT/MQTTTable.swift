/// Kinds of packets: MQTT 5.0 section 2.1.2, as Wireshark calls them.
func mqttType(_ type: UInt64) -> String? {
  type < UInt64(mqttTypes.count) ? mqttTypes[Int(type)].description : nil
}

/// By the type's number.
let mqttTypes: [StaticString] = [
  "Reserved", "Connect Command", "Connect Ack", "Publish Message", "Publish Ack", "Publish Received",
  "Publish Release", "Publish Complete", "Subscribe Request", "Subscribe Ack", "Unsubscribe Request",
  "Unsubscribe Ack", "Ping Request", "Ping Response", "Disconnect Req", "Authentication Exchange",
]

/// How surely messages arrive: MQTT 5.0 section 4.3.
func mqttQoS(_ level: UInt64) -> String? {
  switch level {
  case 0: "At most once delivery (Fire and Forget)"
  case 1: "At least once delivery (Acknowledged deliver)"
  case 2: "Exactly once delivery (Assured Delivery)"
  case 3: "Reserved"
  case 128: "Failure"
  default: nil
  }
}

/// Versions: MQTT 5.0 section 3.1.2.2.
func mqttVersion(_ version: UInt64) -> String? {
  switch version {
  case 3: "MQTT v3.1"
  case 4: "MQTT v3.1.1"
  case 5: "MQTT v5.0"
  default: nil
  }
}

/// Whether a broker of version 3 takes a client: MQTT 3.1.1 section 3.2.2.3.
func mqttReturnCode(_ code: UInt64) -> String? {
  switch code {
  case 0: "Connection Accepted"
  case 1: "Connection Refused: unacceptable protocol version"
  case 2: "Connection Refused: identifier rejected"
  case 3: "Connection Refused: server unavailable"
  case 4: "Connection Refused: bad user name or password"
  case 5: "Connection Refused: not authorized"
  default: nil
  }
}

/// How a subscription went: MQTT 5.0 section 3.9.3.
func mqttGranted(_ code: UInt64) -> String? { code < 3 ? "Granted QoS \(code)" : mqttReason(code) }

/// How it went: MQTT 5.0 section 2.4.
func mqttReason(_ code: UInt64) -> String? { mqttReasons[code] }

private let mqttReasons: [UInt64: String] = [
  0x00: "Success", 0x04: "Disconnect with Will Message", 0x10: "No matching subscribers",
  0x11: "No subscription existed", 0x18: "Continue authentication", 0x19: "Re-authenticate",
  0x80: "Unspecified error", 0x81: "Malformed Packet", 0x82: "Protocol Error",
  0x83: "Implementation specific error", 0x84: "Unsupported Protocol Version",
  0x85: "Client Identifier not valid",
  0x86: "Bad User Name or Password", 0x87: "Not authorized", 0x88: "Server unavailable", 0x89: "Server busy",
  0x8A: "Banned", 0x8B: "Server shutting down", 0x8C: "Bad authentication method", 0x8D: "Keep Alive timeout",
  0x8E: "Session taken over", 0x8F: "Topic Filter invalid", 0x90: "Topic Name invalid",
  0x91: "Packet Identifier in use", 0x92: "Packet Identifier not found", 0x93: "Receive Maximum exceeded",
  0x94: "Topic Alias invalid", 0x95: "Packet too large", 0x96: "Message rate too high",
  0x97: "Quota exceeded",
  0x98: "Administrative action", 0x99: "Payload format invalid", 0x9A: "Retain not supported",
  0x9B: "QoS not supported", 0x9C: "Use another server", 0x9D: "Server moved",
  0x9E: "Shared Subscriptions not supported", 0x9F: "Connection rate exceeded", 0xA0: "Maximum connect time",
  0xA1: "Subscription Identifiers not supported", 0xA2: "Wildcard Subscriptions not supported",
]

/// Properties: MQTT 5.0 section 2.2.2.2.
func mqttProperty(_ id: UInt64) -> String? { mqttProperties[id]?.name }

/// What a property's value is.
enum MQTTPropertyKind {
  case octet, short, long, number, text, pair, type, level, alias
}

/// By identifier.
let mqttProperties: [UInt64: (name: String, kind: MQTTPropertyKind)] = [
  0x01: ("Payload Format Indicator", .octet), 0x02: ("Publication Expiry Interval", .long),
  0x03: ("Content Type", .type), 0x08: ("Response Topic", .text), 0x09: ("Correlation Data", .text),
  0x0B: ("Subscription Identifier", .number), 0x11: ("Session Expiry Interval", .long),
  0x12: ("Assigned Client Identifier", .text), 0x13: ("Server Keep Alive", .short),
  0x15: ("Authentication Method", .text), 0x16: ("Authentication Data", .text),
  0x17: ("Request Problem Information", .octet), 0x18: ("Will Delay Interval", .long),
  0x19: ("Request Response Information", .octet), 0x1A: ("Response Information", .text),
  0x1C: ("Server Reference", .text), 0x1F: ("Reason String", .text), 0x21: ("Receive Maximum", .short),
  0x22: ("Topic Alias Maximum", .short), 0x23: ("Topic Alias", .alias), 0x24: ("Maximum QoS", .level),
  0x25: ("Retain Available", .octet), 0x26: ("User Property", .pair), 0x27: ("Maximum Packet Size", .long),
  0x28: ("Wildcard Subscription Available", .octet), 0x29: ("Subscription Identifier Available", .octet),
  0x2A: ("Shared Subscription Available", .octet),
]
