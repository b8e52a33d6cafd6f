import ArgumentParser
import CLinux
import Glibc

/// Copies of this process that share work, and the right to write, which goes round among them by pipes as an octet that
/// says whether any row was printed yet.
///
/// Each has its own copy-on-write picture of all there was, so nothing is shared between the processors, neither locks
/// nor reference counts. All end with the one that made them.
struct Ring {
  /// This process's number, 0 of the one that made the others.
  private(set) var number = 0
  /// How many there are; 1 where no other could be started.
  private(set) var count = 1
  private var from: CInt = -1, to: CInt = -1
  private var children: [CInt] = []
  /// Whether this process may write, and whether any row was printed before.
  private(set) var isMyTurn: Bool
  var hasRows = false

  /// Makes a ring of `size` processes. Who makes it has the turn, if any has.
  init(_ size: Int, hasTurn: Bool = true) {
    isMyTurn = hasTurn
    guard size > 1 else { return }
    children = [CInt](repeating: 0, count: size - 1)
    let mine = unsafe clinux_crew(CInt(size), &from, &to, &children)
    guard mine >= 0 else {
      children = []
      return
    }
    (number, count) = (Int(mine), size)
    if mine > 0 { (children, isMyTurn) = ([], false) }
  }

  /// Waits until the process before passes the turn on.
  mutating func takeTurn() throws {
    guard !isMyTurn else { return }
    var octet: UInt8 = 0
    var got = 0
    repeat { got = unsafe read(from, &octet, 1) } while got < 0 && errno == EINTR
    // The process before ended early, and has said why.
    guard got == 1 else { throw ExitCode(1) }
    (isMyTurn, hasRows) = (true, octet != 0)
  }

  /// Whether the turn came, so that taking it waits for nothing.
  var isNext: Bool {
    var ready = pollfd(fd: from, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&ready, 1, 0) > 0
  }

  /// Gives the turn to the next process.
  mutating func passTurn() throws {
    guard count > 1 else { return }
    isMyTurn = false
    let octet: [UInt8] = [hasRows ? 1 : 0]
    try unsafe Output.write(octet.span.bytes, to: to)
  }

  /// Waits until another ring has done all, and takes its turn.
  mutating func takeTurn(behind other: inout Ring) throws {
    try other.takeTurn()
    (isMyTurn, hasRows) = (true, other.hasRows)
  }

  /// Waits for the ends of the others; whether all did what they were to do.
  func areDone() -> Bool { unsafe clinux_crew_wait(children, CInt(children.count)) == 0 }

  /// Ends the others.
  func stop() { unsafe clinux_crew_stop(children, CInt(children.count)) }
}
