import CLinux

/// Frames on their way: a heap by the moment when each is due, over one block of octets that all share.
///
/// A frame that is taken out leaves its octets where they stand until the next one is added.
struct WaitingFrames {
  /// A frame on its way.
  struct Entry {
    /// When it is due, in nanoseconds since the epoch.
    var due: Int64
    /// Its packet ID in the session.
    var id: UInt64
    /// The host it goes to.
    var target: Int
    /// Where its octets stand.
    var place: clinux_frame
    /// Of frames due at the same moment the one that was added first goes first.
    fileprivate var order: UInt64

    fileprivate func isBefore(_ other: Entry) -> Bool {
      due != other.due ? due < other.due : order < other.order
    }
  }
  /// Octets of frames that have gone may take this much before those that wait move together.
  private static let slack = 1 << 20

  private var heap: [Entry] = []
  private var octets: [UInt8] = []
  private var used = 0
  private var order: UInt64 = 0

  var isEmpty: Bool { heap.isEmpty }
  var count: Int { heap.count }
  /// The frame that is due first.
  var first: Entry? { heap.first }

  /// Adds a frame; its octets are copied.
  mutating func add(_ frame: UnsafeRawBufferPointer, due: Int64, id: UInt64, target: Int) {
    if heap.isEmpty {
      octets.removeAll(keepingCapacity: octets.capacity < 16 * WaitingFrames.slack)
    } else if octets.count > 2 * used + WaitingFrames.slack {
      gather()
    }
    let place = clinux_frame(stamp: 0, offset: octets.count, length: UInt32(frame.count))
    unsafe octets.append(contentsOf: frame)
    used += frame.count
    order += 1
    heap.append(Entry(due: due, id: id, target: target, place: place, order: order))
    rise()
  }

  /// Takes out the frame that is due first.
  mutating func takeFirst() -> Entry? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      sink()
    }
    used -= Int(first.place.length)
    return first
  }

  /// Calls `body` with the octets in which the frames' places are.
  func withOctets<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result? {
    unsafe octets.withUnsafeBufferPointer { unsafe $0.baseAddress.map { unsafe body($0) } }
  }

  private mutating func rise() {
    var at = heap.count - 1
    while at > 0, case let parent = (at - 1) / 2, heap[at].isBefore(heap[parent]) {
      heap.swapAt(at, parent)
      at = parent
    }
  }

  private mutating func sink() {
    var at = 0
    while true {
      var child = 2 * at + 1
      guard child < heap.count else { return }
      if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
      guard heap[child].isBefore(heap[at]) else { return }
      heap.swapAt(at, child)
      at = child
    }
  }

  /// Moves the octets of the frames that wait together.
  private mutating func gather() {
    var kept: [UInt8] = []
    kept.reserveCapacity(octets.capacity)
    for i in heap.indices {
      let start = heap[i].place.offset
      heap[i].place.offset = kept.count
      kept += octets[start..<start + Int(heap[i].place.length)]
    }
    octets = kept
  }
}
