import Bytes
import Session

/// The learner's key where nobody presses it: when the next one is due.
///
/// A press waits until the one before was carried out, which a process that got no processor may do late, and until the
/// session has told nothing of the wire or of a listener for four one-way delays. Without both, two clients start
/// together on a busy machine, and which of them finds the queue full is chance.
struct KeyPresses {
  /// The shortest silence, in nanoseconds, that is called quiet.
  private static let shortest: Int64 = 20_000_000
  /// The time between two presses once one process, of several, has nothing left to start.
  private static let seldom: Int64 = 1_000_000_000

  /// Whether keys are pressed at all: `keys hand` leaves them to the learner.
  var isOn = true
  private let processes: Int
  private var quiet: Int64
  private var isReady = false
  private var isOver: Bool
  private var isSeldom = false
  private var unanswered: Int?
  private var lastActivity: Int64

  /// For `processes` that wait for the key, and links of the given one-way delay, from the moment `now` on
  /// CLOCK_MONOTONIC, both in nanoseconds.
  init(processes: Int, delay: Int64, at now: Int64) {
    self.processes = processes
    isOver = processes == 0
    quiet = max(Self.shortest, 4 * delay)
    lastActivity = now
  }

  /// When the key is to be pressed, on CLOCK_MONOTONIC; nil while something else must happen first.
  var due: Int64? {
    guard isReady, isOn, !isOver, unanswered == nil else { return nil }
    return lastActivity + (isSeldom ? max(quiet, Self.seldom) : quiet)
  }

  /// The lab waits for keys.
  mutating func begin(at now: Int64) {
    isReady = true
    lastActivity = now
  }

  /// All clients have finished.
  mutating func finish() { isOver = true }

  /// The key was pressed by the command of this number.
  mutating func pressed(_ number: Int) { unanswered = number }

  /// The lab has answered a command; the words of an answer to the key say when nothing is left to start.
  mutating func answered(_ number: Int, _ ok: Bool, _ text: String, at now: Int64) {
    guard number == unanswered else { return }
    unanswered = nil
    lastActivity = now
    // "every connection has been started": so says the first of the processes that were asked.
    isSeldom = text.hasPrefix("every ")
    isOver = isOver || !ok || isSeldom && processes == 1
  }

  /// Takes what the session told.
  mutating func take(_ record: Record, at now: Int64) {
    switch record {
    case .frame, .fate: lastActivity = now
    case .event(let event) where event.kind == .kernel && event.text("subject") == "listener":
      lastActivity = now
    case .event(let event) where event.kind == .knob && event.text("name") == "link.delay":
      if let delay = event.text("value").flatMap({ Seconds.parse($0) }) {
        quiet = max(Self.shortest, 4 * delay)
      }
    default: break
    }
  }
}
