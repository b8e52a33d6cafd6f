/// Segments of one direction that are not acknowledged yet, in the order of their sending.
///
/// In the usual order a segment costs the same however many are under way; only where numbers go back must all be
/// looked at.
struct SentSegments {
  struct Segment {
    var sequence: UInt32, next: UInt32
    var row: Int
    var time: Int64
  }

  /// More than that are not remembered: the other side never answers.
  private static let limit = 10_000

  private var segments: [Segment] = []
  private var head = 0
  /// Whether each segment begins where the one before ended, or later.
  private var isOrdered = true

  var isEmpty: Bool { head == segments.count }

  mutating func append(_ one: Segment) {
    guard segments.count - head < Self.limit else { return }
    if isEmpty {
      segments.removeAll(keepingCapacity: true)
      (head, isOrdered) = (0, true)
    } else if segments[segments.count - 1].next.isAfter(one.sequence) {
      isOrdered = false
    }
    segments.append(one)
  }

  /// The first segment that begins with `sequence`, or else the first of all; nil when there is none.
  func first(beginning sequence: UInt32) -> Segment? {
    segments[head...].first { $0.sequence == sequence } ?? (isEmpty ? nil : segments[head])
  }

  /// Octets from the beginning of the lowest segment to the end of the highest, as numbers after `base` go; nil when
  /// there is none.
  func span(from base: UInt32) -> UInt32? {
    guard !isEmpty else { return nil }
    if isOrdered { return segments[segments.count - 1].next &- segments[head].sequence }
    var first = UInt32.max
    var last: UInt32 = 0
    for segment in segments[head...] {
      first = min(first, segment.sequence &- base)
      last = max(last, segment.next &- base)
    }
    return last &- first
  }

  /// Forgets what an acknowledgment of `number` covers; returns the last segment that ends there.
  mutating func acknowledge(_ number: UInt32) -> Segment? {
    guard !isEmpty else { return nil }
    var found: Segment?
    guard isOrdered else {
      var kept: [Segment] = []
      for var segment in segments[head...] {
        if number == segment.next {
          found = segment
        } else if segment.next.isAfter(number) {
          if number.isAfter(segment.sequence) { segment.sequence = number }
          kept.append(segment)
        }
      }
      (segments, head) = (kept, 0)
      return found
    }
    while head < segments.count, !segments[head].next.isAfter(number) {
      if segments[head].next == number { found = segments[head] }
      head += 1
    }
    if head < segments.count, number.isAfter(segments[head].sequence) { segments[head].sequence = number }
    if head > 64, head * 2 > segments.count {
      segments.removeFirst(head)
      head = 0
    }
    return found
  }
}
