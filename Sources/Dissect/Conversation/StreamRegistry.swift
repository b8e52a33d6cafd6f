import Bytes

/// Ports on which HTTP is expected, so that a beginning too short to tell is waited for.
private let httpPorts: Set<UInt16> = [80, 3128, 8000, 8080, 8888]

/// The protocol on a TCP connection, by its ports and the first octets that either side sent; nil when none is known.
func streamProtocol(clientPort: UInt16, serverPort: UInt16, first: RawSpan) -> (any StreamProtocol)? {
  // A handshake, an alert or, where the capture began late, any record whose header is whole.
  if first.byteCount > 0, tlsHeaderFits(first), first.byteCount >= 3 || first[octet: 0] == 22 {
    return makeTLS()
  }
  // The preface can't be anything else, so no port is needed to tell.
  if looksLikeHTTP2(first) { return makeHTTP2() }
  if clientPort == 53 || serverPort == 53 { return makeStreamDNS() }
  if clientPort == 6379 || serverPort == 6379 { return looksLikeRESP(first) ? makeRESP() : nil }
  if clientPort == 1883 || serverPort == 1883 || looksLikeMQTT(first) { return makeMQTT() }
  let isShortFine = httpPorts.contains(serverPort) || httpPorts.contains(clientPort)
  return looksLikeHTTP(first, isShortFine: isShortFine) ? makeHTTP() : nil
}

/// The protocol inside TLS, by the name that ALPN agreed on (nil without one) and the first octets of either side; nil
/// when none is known.
func securedProtocol(alpn: String?, first: RawSpan) -> (any StreamProtocol)? {
  let inner: (any StreamProtocol)? =
    switch alpn {
    case "http/1.1", "http/1.0": makeHTTP()
    case "h2": makeHTTP2()
    case nil:
      looksLikeHTTP2(first) ? makeHTTP2() : looksLikeHTTP(first, isShortFine: false) ? makeHTTP() : nil
    default: nil
    }
  (inner as? HTTPConversation)?.isSecure = true
  return inner
}

/// The protocol of a UDP conversation, by its ports and the first payload; nil when none is known.
func datagramProtocol(clientPort: UInt16, serverPort: UInt16, first: RawSpan) -> (any DatagramProtocol)? {
  clientPort == 53 || serverPort == 53 ? makeDNS() : nil
}
