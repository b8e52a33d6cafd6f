/// Things that some threads put in and others take out: each one once, the oldest first.
final class TaskQueue<Item> {
  private let what: String
  private let lock: SharedLock
  /// A word that changes when something is added, and how many threads sleep on it.
  private let word: SharedMemory
  private var items: [Item] = []
  private var first = 0
  private var sleepers = 0
  private var isClosed = false

  /// `what` is its name in the rows of futex(2).
  init(_ what: String) throws(RoleError) {
    self.what = what
    lock = try SharedLock()
    word = try SharedMemory(8)
  }

  /// Adds one, and wakes a thread that sleeps for it.
  func add(_ item: Item, _ system: Syscalls) {
    lock.hold { items.append(item) }
    word.add(1, at: 0)
    if lock.hold({ sleepers > 0 }) { system.futexWake(word, 0, what) }
  }

  /// The oldest, nil when there is none.
  func takeOldest() -> Item? { lock.hold { oldest() } }

  /// Nothing comes any more: who sleeps is told.
  func close(_ system: Syscalls) {
    let asleep = lock.hold {
      isClosed = true
      return sleepers
    }
    word.add(1, at: 0)
    for _ in 0..<asleep { system.futexWake(word, 0, what) }
  }

  /// The oldest; sleeps while there is none. Nil when none will come.
  func take(_ system: Syscalls) -> Item? {
    while true {
      let expected = UInt32(truncatingIfNeeded: word[0])
      let (item, isOver): (Item?, Bool) = lock.hold {
        let item = oldest()
        if item == nil, !isClosed { sleepers += 1 }
        return (item, item == nil && isClosed)
      }
      if item != nil || isOver { return item }
      system.futexWait(word, 0, expected, what)
      lock.hold { sleepers -= 1 }
    }
  }

  private func oldest() -> Item? {
    guard first < items.count else { return nil }
    let item = items[first]
    first += 1
    if first == items.count {
      items.removeAll(keepingCapacity: true)
      first = 0
    } else if first >= 1024 {
      items.removeSubrange(..<first)
      first = 0
    }
    return item
  }
}
