/// The keys that start something: the learner's, which wait for a quiet wire, and the lab's own.
struct LabKeys {
  /// Whether the lab presses the key itself.
  var areAutomatic: Bool
  /// The learner's presses that wait, and when each was made, in nanoseconds since the epoch.
  private(set) var waiting: [(id: Int, at: Int64)] = []
  /// When something was last started.
  private(set) var pressed: Int64 = 0

  init(areAutomatic: Bool) { self.areAutomatic = areAutomatic }

  /// Takes in a press; false when too many wait already.
  mutating func add(id: Int, at moment: Int64) -> Bool {
    guard waiting.count < 100 else { return false }
    waiting.append((id, moment))
    return true
  }

  /// Something is started now.
  mutating func press(at now: Int64) { pressed = now }

  /// The press that has waited longest starts something now: the number of its command.
  mutating func take(at now: Int64) -> Int? {
    guard !waiting.isEmpty else { return nil }
    pressed = now
    return waiting.removeFirst().id
  }
}

extension Laboratory {
  /// For this long, in nanoseconds, nothing may move on a wire that is called quiet.
  private static let pause: Int64 = 20_000_000
  /// The longest that a key waits for a quiet wire, in nanoseconds.
  private static let patience: Int64 = 3_000_000_000

  /// When nothing has moved for `span`, if nothing moves until then; never while frames are on their way.
  private func stillness(_ span: Int64) -> Int64? {
    wire.isEmpty ? max(wire.lastActivity, keys.pressed) + span : nil
  }

  /// When the lab presses its own key; nil when it doesn't.
  private var ownMoment: Int64? {
    guard keys.areAutomatic, isReady, !toldDone, !pressable.isEmpty else { return nil }
    return stillness(max(Self.pause, 4 * wire.longestDelay))
  }

  /// When the learner's next press starts something. It says "the next one": it waits until what the one before caused
  /// has arrived, or what it shows would be another lesson. A held wire and one that is never quiet don't keep it.
  private var learnersMoment: Int64? {
    guard let press = keys.waiting.first else { return nil }
    if wire.isPaused { return press.at }
    let quiet = pendingIDs.isEmpty ? stillness(Self.pause) : nil
    return min(quiet ?? .max, press.at + Self.patience)
  }

  /// When a key is due; nil when none waits.
  var keyMoment: Int64? { [ownMoment, learnersMoment].compactMap { $0 }.min() }

  /// Presses what is due.
  func pressKeys(at now: Int64) {
    if let moment = learnersMoment, now >= moment, let id = keys.take(at: now) {
      forward("press", to: pressable, id: id)
    }
    if let moment = ownMoment, now >= moment {
      keys.press(at: now)
      forward("press", to: pressable, id: nil)
    }
  }

  /// The roles that start something on the key.
  var pressable: [Int] {
    children.indices.filter { children[$0].control >= 0 && children[$0].plan.parameters["by"] == "key" }
  }
}
