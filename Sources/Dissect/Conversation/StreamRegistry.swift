import Bytes

/// Ports on which HTTP is expected, so that a beginning too short to tell is waited for.
private let httpPorts: Set<UInt16> = [80, 3128, 8000, 8080, 8888]

/// The protocol on a TCP connection, by its ports and the first octets that either side sent; nil when none is known.
func streamProtocol(clientPort: UInt16, serverPort: UInt16, first: RawSpan) -> (any StreamProtocol)? {
  // A handshake, an alert or, where the capture began late, any record whose header is whole.
  if first.byteCount > 0, tlsHeaderFits(first), first.byteCount >= 3 || first[octet: 0] == 22 {
    return makeTLS()
  }
  let isShortFine = httpPorts.contains(serverPort) || httpPorts.contains(clientPort)
  return looksLikeHTTP(first, isShortFine: isShortFine) ? makeHTTP() : nil
}
