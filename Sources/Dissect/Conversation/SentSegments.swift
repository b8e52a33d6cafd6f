/// Segments of one direction that are not acknowledged yet, in the order of their sending.
///
/// In the usual order a segment costs the same however many are under way; only where numbers go back, or jump far,
/// must an acknowledgment look at all.
struct SentSegments {
  struct Segment {
    var sequence: UInt32, next: UInt32
    var row: Int
    var time: Int64
  }

  /// More than that are not remembered: the other side never answers.
  private static let limit = 10_000
  /// Numbers further apart than that are not compared by order alone.
  private static let reach: UInt32 = 1 << 30

  private var segments: [Segment] = []
  private var head = 0
  /// Whether each segment begins where the one before ended, or later, all within reach.
  private var isOrdered = true
  /// The lowest beginning and the highest end, counted from `base`.
  private var low: UInt32 = 0, high: UInt32 = 0
  private var base: UInt32 = 0

  private var isEmpty: Bool { head == segments.count }

  /// Remembers a segment unless there are too many; returns whether it did. `base` is the direction's first number.
  mutating func append(_ one: Segment, base: UInt32) -> Bool {
    guard segments.count - head < Self.limit else { return false }
    if isEmpty {
      segments.removeAll(keepingCapacity: true)
      (head, isOrdered) = (0, true)
      self.base = base
      (low, high) = (one.sequence &- base, one.next &- base)
    } else {
      if segments[segments.count - 1].next.isAfter(one.sequence)
        || one.next &- segments[head].sequence > Self.reach
      {
        isOrdered = false
      }
      if base != self.base { measure(from: base) }
      low = min(low, one.sequence &- base)
      high = max(high, one.next &- base)
    }
    segments.append(one)
    return true
  }

  private mutating func measure(from base: UInt32) {
    self.base = base
    (low, high) = (.max, 0)
    for segment in segments[head...] {
      low = min(low, segment.sequence &- base)
      high = max(high, segment.next &- base)
    }
  }

  /// The one that was sent first; nil when there is none.
  var first: Segment? { isEmpty ? nil : segments[head] }

  /// Octets from the lowest beginning to the highest end; nil when there is no segment.
  var span: UInt32? { isEmpty ? nil : high &- low }

  /// Forgets what an acknowledgment of `number` covers; returns the first segment that ends there.
  mutating func acknowledge(_ number: UInt32) -> Segment? {
    guard !isEmpty else { return nil }
    let distance = number &- segments[head].sequence
    guard isOrdered, distance < Self.reach || 0 &- distance < Self.reach else {
      return acknowledgeAll(number)
    }
    var found: Segment?
    while head < segments.count, !segments[head].next.isAfter(number) {
      if segments[head].next == number { found = segments[head] }
      head += 1
    }
    guard head < segments.count else { return found }
    if number.isAfter(segments[head].sequence) { segments[head].sequence = number }
    low = segments[head].sequence &- base
    high = segments[segments.count - 1].next &- base
    if low > high { measure(from: base) }
    if head > 64, head * 2 > segments.count {
      segments.removeFirst(head)
      head = 0
    }
    return found
  }

  /// The same, looking at each.
  private mutating func acknowledgeAll(_ number: UInt32) -> Segment? {
    var found: Segment?
    var kept = head
    for index in head..<segments.count {
      var segment = segments[index]
      if number == segment.next {
        if found == nil { found = segment }
        continue
      }
      guard segment.next.isAfter(number) else { continue }
      if number.isAfter(segment.sequence) { segment.sequence = number }
      segments[kept] = segment
      kept += 1
    }
    segments.removeSubrange(kept...)
    orderAgain()
    return found
  }

  private mutating func orderAgain() {
    guard !isEmpty else { return }
    isOrdered = true
    for index in head..<segments.count where isOrdered {
      if index > head, segments[index - 1].next.isAfter(segments[index].sequence) { isOrdered = false }
      if segments[index].next &- segments[head].sequence > Self.reach { isOrdered = false }
    }
    measure(from: base)
  }
}
