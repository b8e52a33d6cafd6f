/// A conversation that any octets mean, and that stays a conversation when octets are changed, lost or put in between.
///
/// `FE FF n` begins a part; the lowest bit of n is the side, the next three what happens to it. What stands before the
/// first mark is the client's.
struct Script: Sendable {
  /// What happens to a part on its way.
  enum Move: UInt8, CaseIterable, Sendable {
    /// It follows what its side sent before.
    case next
    /// It comes twice.
    case twice
    /// It comes behind the part that follows it.
    case late
    /// Octets are missing before it.
    case gap
    /// It begins with octets that were sent before.
    case overlap
    /// It is its side's last.
    case last
    /// The capture holds only half of it.
    case cut
    /// Its side begins anew.
    case anew
  }

  /// Octets that one side sends at once.
  struct Part: Equatable, Sendable {
    var isServer: Bool
    var move: Move
    var octets: [UInt8]

    init(isServer: Bool, move: Move = .next, octets: [UInt8]) {
      (self.isServer, self.move, self.octets) = (isServer, move, octets)
    }
  }

  /// The parts in the order in which they are sent.
  var parts: [Part]

  init(_ parts: [Part]) { self.parts = parts }

  /// Reads octets.
  init(octets input: [UInt8]) {
    parts = []
    var part = Part(isServer: false, octets: [])
    var at = 0
    while at < input.count {
      if input[at] == 0xFE, at + 2 < input.count, input[at + 1] == 0xFF {
        if !part.octets.isEmpty { parts.append(part) }
        let mark = input[at + 2]
        part = Part(isServer: mark & 1 != 0, move: Move(rawValue: mark >> 1 & 7) ?? .next, octets: [])
        at += 3
      } else {
        part.octets.append(input[at])
        at += 1
      }
    }
    if !part.octets.isEmpty || part.move == .last { parts.append(part) }
  }

  /// The octets that mean it.
  var octets: [UInt8] {
    parts.flatMap { [0xFE, 0xFF, $0.move.rawValue << 1 | ($0.isServer ? 1 : 0)] + $0.octets }
  }
}
