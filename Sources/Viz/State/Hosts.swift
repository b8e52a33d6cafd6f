import Bytes
import Dissect
import Session

/// Which host has which address, learnt from the session's event, from names, and from where frames were taken.
struct Hosts: Sendable {
  /// Hosts that the session names, in the lab's order; empty for a foreign capture.
  private(set) var known: [String] = []
  /// Hosts that opened or met a connection, in that order.
  private var appeared: [String] = []
  private var hasAppeared: Set<String> = []
  private var byAddress: [String: String] = [:]
  /// Lanes from left to right: who began comes first.
  private(set) var lanes: [String] = []

  mutating func take(_ event: Event) {
    known = []
    for (number, (name, address)) in SessionState.pairs(event.text("hosts")).enumerated() {
      known.append(name)
      byAddress[address] = name
      // A lab's hosts have these in the lab's order: a router is reached by its own, with another's address of IP inside.
      if number < 255 { byAddress[Hex.text([2, 0, 0, 0, 0, UInt8(number + 1)], separator: ":")] = name }
    }
    known = Hosts.clientsFirst(known, lab: event.text("lab") ?? "")
    arrange()
  }

  /// Hosts in the order in which they reach for each other, as the lab's lines say (`host client ... to=server:8080`), so
  /// that lanes stand right before the first frame.
  static func clientsFirst(_ hosts: [String], lab: String) -> [String] {
    var wanted: [String: Set<String>] = [:]
    for line in lab.split(whereSeparator: \.isNewline) {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
      guard words.count > 2, words[0] == "host", hosts.contains(words[1]) else { continue }
      // Names in values, and in the words of a command: `to=server:8080`, `curl http://server/`.
      for word in words.dropFirst(2) {
        let parts = word.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }.map(String.init)
        wanted[words[1], default: []].formUnion(parts.filter { $0 != words[1] && hosts.contains($0) })
      }
    }
    if wanted.values.allSatisfy(\.isEmpty) { return hosts }
    var left = hosts
    var order: [String] = []
    // Hosts that reach for each other in a circle stay as they are.
    while !left.isEmpty {
      let first = left.firstIndex { host in
        !left.contains { $0 != host && wanted[$0]?.contains(host) ?? false }
      }
      order.append(left.remove(at: first ?? 0))
    }
    // Who reaches for nobody comes last, in the lab's order.
    let isIdle = { (host: String) in wanted[host]?.isEmpty ?? true }
    return order.filter { !isIdle($0) } + order.filter(isIdle)
  }

  /// Sender and receiver of a frame with these addresses; no receiver when it is for everyone.
  mutating func ends(of frame: Frame, from source: String, to destination: String, _ analysis: Analysis) -> (
    from: String, to: String?
  ) {
    var sender = name(source, analysis)
    let interface = analysis.interface(frame.interface, section: frame.section)
    if let link = interface?.name, known.contains(link) {
      sender = link
      // What a router sends on is another's.
      if !Hosts.isUnspecified(source), byAddress[source] == nil { byAddress[source] = link }
      if frame.linkType == 1, frame.bytes.count >= 14 {
        byAddress[Hex.text(frame.bytes[6..<12], separator: ":")] = link
      }
    }
    if Hosts.isForMany(destination) { return (sender, nil) }
    var receiver = name(destination, analysis)
    if known.contains(sender), frame.linkType == 1, frame.bytes.count >= 14,
      let next = byAddress[Hex.text(frame.bytes[..<6], separator: ":")]
    {
      receiver = next
    }
    if known.count == 2, !known.contains(receiver), let other = known.first(where: { $0 != sender }) {
      receiver = other
    }
    return (sender, receiver)
  }

  /// Notes the two ends of a conversation, its client first.
  mutating func appear(_ client: String, _ server: String?) {
    for host in [client, server ?? client] where hasAppeared.insert(host).inserted {
      appeared.append(host)
      // In a capture of elsewhere hosts may be many, and only come to the others.
      if known.isEmpty { lanes.append(host) } else { arrange() }
    }
  }

  private mutating func arrange() { lanes = appeared + known.filter { !hasAppeared.contains($0) } }

  /// The host that the session or its frames name for an address.
  func host(ofAddress address: String) -> String? { byAddress[address] }

  func name(_ address: String, _ analysis: Analysis) -> String {
    byAddress[address] ?? analysis.names[address] ?? address
  }

  /// Sender and target of ARP over Ethernet for IPv4 (RFC 826); nil for anything else and for a probe without sender.
  static func protocolAddresses(_ frame: Frame) -> (sender: String, target: String)? {
    let bytes = frame.bytes
    guard frame.linkType == 1, bytes.count >= 42, bytes[12..<20].elementsEqual([8, 6, 0, 1, 8, 0, 6, 4])
    else {
      return nil
    }
    func address(_ at: Int) -> String { bytes[at..<at + 4].map { String($0) }.joined(separator: ".") }
    return isUnspecified(address(28)) ? nil : (address(28), address(38))
  }

  private static func isUnspecified(_ address: String) -> Bool { address == "0.0.0.0" || address == "::" }

  /// Broadcast and multicast: Ethernet's group bit, 224.0.0.0/4 (RFC 1112), ff00::/8 (RFC 4291 section 2.7).
  static func isForMany(_ address: String) -> Bool {
    if address == "255.255.255.255" || address.hasPrefix("ff") && address.contains(":") { return true }
    var first = 0
    for octet in address.utf8 {
      if octet == UInt8(ascii: ".") { return first >> 4 == 14 }
      guard (0x30...0x39).contains(octet), first < 256 else { break }
      first = first * 10 + Int(octet - 0x30)
    }
    guard address.utf8.count == 17, let octet = UInt8(address.prefix(2), radix: 16) else { return false }
    return octet & 1 == 1
  }
}

/// `192.0.2.1:8080` or `[2001:db8::1]:8080` in two parts.
struct Endpoint: Hashable, Sendable {
  var address: String
  var port: UInt16

  init(_ address: HostAddress, _ port: UInt16) {
    self.address = address.description
    self.port = port
  }

  /// Reads an endpoint of an event; nil when it has no port.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
      return nil
    }
    address = String(text[..<colon].filter { $0 != "[" && $0 != "]" })
    self.port = port
  }

  /// Whether a listener that is bound here takes connections to `other` on the same host.
  func takes(_ other: Endpoint) -> Bool {
    port == other.port && (address == other.address || ["0.0.0.0", "::", "*", ""].contains(address))
  }
}
