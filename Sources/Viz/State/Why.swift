/// Short causes of what a row shows. A cause that was read from a counter and not seen on the wire says "inferred".
public enum Why {
  /// Sentences about a line of the ladder, given the state after its row; empty when there is nothing to explain.
  public static func explain(_ line: LadderLine, state: SessionState) -> [String] {
    var causes: [String] = []
    guard case .arrow(_, let label) = line.content else { return [] }
    if line.isRepeat {
      causes.append(
        label.hasPrefix("SYN,ACK")
          ? "The last ACK of the handshake did not arrive or was ignored: the server's timer sent SYN,ACK again (RFC 6298)."
          : label.hasPrefix("SYN")
            ? "No SYN,ACK came back, so the client's timer sent its SYN again (RFC 6298)."
            : "The same octets were sent before: no ACK for them was seen in time.")
    }
    if line.kernel.hasPrefix("x no reply") {
      causes.append(
        "Inferred from ListenDrops: the accept queue was full, and Linux throws a SYN away in silence then.")
    } else if line.kernel.hasPrefix("x lost") {
      causes.append("The wire dropped this frame; the receiver never saw it.")
    } else if line.kernel.hasSuffix("FULL"), let key = state.lastListener, let listener = state.listeners[key]
    {
      causes.append(
        "Full means more than the backlog, so backlog \(listener.backlog) holds \(listener.backlog &+ 1).")
    }
    if label.contains("RST") { causes.append("RST ends the connection at once (RFC 9293 section 3.10.7).") }
    return causes
  }
}
