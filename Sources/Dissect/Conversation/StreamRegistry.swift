import Bytes

/// The protocol on a TCP connection, by its ports and the first octets that either side sent; nil when none is known.
func streamProtocol(clientPort: UInt16, serverPort: UInt16, first: RawSpan) -> (any StreamProtocol)? {
  nil
}
