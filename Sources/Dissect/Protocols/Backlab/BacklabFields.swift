/// What Backlab derives of a row and those before it: state that stands in no octet.
public enum BacklabField: UInt8, Dissected {
  case backlab, clientState, serverState, roundTrips
  case cost, link, network, transport, tls, framing, headers, payload, again, share

  /// Backlab's own layer.
  public static let layer = Layer.backlab

  /// What the field is.
  public var info: FieldInfo {
    let state = "RFC 9293 section 3.3.2"
    func octets(_ name: String, _ title: String, _ meaning: String, _ source: String) -> FieldInfo {
      FieldInfo("backlab.cost.\(name)", title, .decimal(bits: 32), meaning, source)
    }
    return switch self {
    case .backlab:
      FieldInfo("backlab", "Backlab", .heading, "What follows from this row and those before it.", "Backlab")
    case .clientState:
      FieldInfo(
        "backlab.tcp.state.client", "Client's state", .decimal(bits: 8),
        "The state of the client's end once this segment has arrived.", state,
        values: { TCPState(rawValue: UInt8(clamping: $0))?.name })
    case .serverState:
      FieldInfo(
        "backlab.tcp.state.server", "Server's state", .decimal(bits: 8),
        "The state of the server's end once this segment has arrived; a SYN counts as arrived once it is answered.",
        state, values: { TCPState(rawValue: UInt8(clamping: $0))?.name })
    case .roundTrips:
      FieldInfo(
        "backlab.tcp.round_trips", "Round trips", .decimal(bits: 32),
        "Turns that the client has waited for up to this row: it asks, and an answer acknowledges that.",
        "RFC 9293 section 3.4")
    case .cost:
      FieldInfo(
        "backlab.cost", "Octets", .heading, "What the octets of the frame are for; each counts once.",
        "Backlab")
    case .link:
      octets(
        "link", "Link", "Ethernet's header and what fills a short frame, or another link's.",
        "IEEE 802.3 section 3.1.1")
    case .network:
      octets("network", "Network", "Headers of IP with their options, or ARP.", "RFC 791 section 3.1")
    case .transport:
      octets(
        "transport", "Transport", "The header of TCP with its options, of UDP or of ICMP.",
        "RFC 9293 section 3.1")
    case .tls:
      octets(
        "tls", "TLS",
        "Headers of records, nonces, tags, padding, and all records that carry nothing for the "
          + "application.", "RFC 8446 section 5.2")
    case .framing:
      octets(
        "framing", "Framing",
        "What the protocol of the application adds around content: headers of frames, sizes of chunks, padding, and "
          + "frames that only control.", "RFC 9113 section 4.1")
    case .headers:
      octets(
        "headers", "Headers", "Heads of HTTP/1, and header blocks of HTTP/2 as they are on the wire.",
        "RFC 7541 section 1")
    case .payload:
      octets(
        "payload", "Payload", "What the application has to say; sealed octets count as such.",
        "RFC 9110 section 6.4")
    case .again:
      octets(
        "again", "Sent again", "Octets of the stream that an earlier row brought.", "RFC 9293 section 3.8.1")
    case .share:
      FieldInfo(
        "backlab.cost.share", "Payload in percent", .decimal(bits: 8),
        "How much of the frame is payload, rounded down.", "Backlab")
    }
  }
}
