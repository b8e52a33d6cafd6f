import CLinux
import Glibc

/// The ways of asking which of many sockets can be used: select(2), poll(2), and epoll(7) by level or by edge.
final class Poller {
  private let system: Syscalls
  private let kind: BackendPlan.Wait
  private let epoll: CInt
  private var watched: [pollfd] = []
  /// Where a descriptor stands in `watched`, by its number.
  private var places: [Int] = []
  private var inSet = [UInt64](repeating: 0, count: 16), outSet = [UInt64](repeating: 0, count: 16)
  private(set) var found = ReadyList()

  /// Descriptors from this one on are none of select's.
  static let selectLimit: CInt = 1024

  init(_ kind: BackendPlan.Wait, _ system: Syscalls) throws(RoleError) {
    self.kind = kind
    self.system = system
    guard kind == .epoll || kind == .edge else {
      epoll = -1
      return
    }
    let made = system.epollCreate()
    guard made.value >= 0 else { throw RoleError("epoll_create1: \(made.errorName)") }
    epoll = made.fd
  }

  var isEdge: Bool { kind == .edge }

  /// Watches a descriptor; false when that can't be.
  func add(_ fd: CInt, _ ready: Ready = .input, isExclusive: Bool = false) -> Bool {
    if epoll >= 0 {
      var ready = ready
      if isEdge { ready.formUnion([.input, .edge]) }
      // Of an exclusive one only input may be asked for (epoll_ctl(2)).
      if isExclusive { ready.insert(.exclusive) } else if isEdge { ready.insert(.output) }
      return system.epollControl(epoll, .add, fd, ready)
    }
    if kind == .select, fd >= Poller.selectLimit { return false }
    if Int(fd) >= places.count { places += [Int](repeating: -1, count: Int(fd) + 1 - places.count) }
    places[Int(fd)] = watched.count
    watched.append(pollfd(fd: fd, events: Int16(truncatingIfNeeded: ready.rawValue), revents: 0))
    return true
  }

  /// Asks about a descriptor that is no socket, once: what the kernel says of it stands in the row of the call.
  func ask(_ fd: CInt) {
    switch kind {
    case .poll:
      var one = [pollfd(fd: fd, events: Int16(POLLIN), revents: 0)]
      _ = system.poll(&one, 0, &found)
    case .select where fd < Poller.selectLimit:
      inSet[Int(fd) / 64] = 1 << UInt64(fd % 64)
      _ = system.select(fd + 1, &inSet, &outSet, 0, &found)
    default: if epoll >= 0, system.epollControl(epoll, .add, fd, .input) { remove(fd, isClosed: false) }
    }
  }

  /// Watches for something else. By edge everything is watched from the start.
  func change(_ fd: CInt, _ ready: Ready) {
    if isEdge { return }
    if epoll >= 0 {
      _ = system.epollControl(epoll, .change, fd, ready)
    } else {
      watched[places[Int(fd)]].events = Int16(truncatingIfNeeded: ready.rawValue)
    }
  }

  /// Watches no more; epoll forgets by itself what is then closed.
  func remove(_ fd: CInt, isClosed: Bool = true) {
    if epoll >= 0 {
      if !isClosed { _ = system.epollControl(epoll, .remove, fd, []) }
      return
    }
    let place = places[Int(fd)]
    places[Int(fd)] = -1
    let last = watched.removeLast()
    guard last.fd != fd else { return }
    watched[place] = last
    places[Int(last.fd)] = place
  }

  /// Waits for at most so many milliseconds, below 0 without end: how many descriptors stand in `found`.
  func wait(_ milliseconds: CInt) -> Int {
    switch kind {
    case .poll: return system.poll(&watched, milliseconds, &found)
    case .select:
      for word in inSet.indices {
        inSet[word] = 0
        outSet[word] = 0
      }
      var highest: CInt = -1
      for one in watched {
        let word = Int(one.fd) / 64, bit = UInt64(1) << UInt64(one.fd % 64)
        if one.events & 1 != 0 { inSet[word] |= bit }
        if one.events & 4 != 0 { outSet[word] |= bit }
        highest = max(highest, one.fd)
      }
      return system.select(highest + 1, &inSet, &outSet, milliseconds, &found)
    default: return system.epollWait(epoll, milliseconds, &found)
    }
  }
}

/// What a wait found: descriptors, and how each can be used.
struct ReadyList {
  /// What one wait tells at most.
  static let room = 64
  var fds = [CInt](repeating: 0, count: room)
  var events = [UInt32](repeating: 0, count: room)
  var count = 0

  mutating func removeAll() { count = 0 }
  /// False when there is no more room: what is left will be told by the next wait.
  mutating func add(_ fd: CInt, _ ready: UInt32) -> Bool {
    guard count < ReadyList.room else { return false }
    fds[count] = fd
    events[count] = ready
    count += 1
    return true
  }

  func ready(_ index: Int) -> Ready { Ready(rawValue: events[index]) }
  var words: String {
    count == 0
      ? "" : ": " + (0..<count).map { "\(fds[$0]) \(ready($0))" }.joined(separator: ", ")
  }
}
