import Bytes
import Testing

@testable import Viz

/// Structures that answer for a long session as quickly as for a short one, held to what looking at all of it gives.
@Suite struct TimeMarksTests {
  @Test(arguments: [0, 1, 63, 64, 65, 1000]) func columnsAreThoseOfAllSigns(_ count: Int) {
    var random = Seeded(state: UInt64(count))
    var all: [(time: Int64, character: Character, weight: Int)] = []
    var marks = TimeMarks()
    for key in 0..<count {
      // Mostly in order, as frames of several links are.
      let time = Int64(key) * 10 + Int64(random.next() % 40)
      let weight = 1 + Int(random.next() % 5)
      all.append((time, Character(String(weight)), weight))
      marks.add(Character(String(weight)), weight: weight, at: Timestamp(nanoseconds: time), key: key * 2)
    }
    for key in stride(from: 0, to: count, by: 7) {
      marks.raise("x", weight: 9, key: key * 2)
      // No sign has this key.
      marks.raise("y", weight: 10, key: key * 2 + 1)
      all[key] = (all[key].time, "x", 9)
    }
    for columns in [5, 107] {
      let place = { (time: Int64) in min(columns - 1, Int(time) * columns / max(1, count * 10)) }
      var wanted = [TimeMarks.Sign?](repeating: nil, count: columns)
      for one in all where one.weight > wanted[place(one.time)]?.weight ?? 0 {
        wanted[place(one.time)] = .init(character: one.character, weight: one.weight)
      }
      #expect(marks.columns(columns) { place($0.nanoseconds) } == wanted)
    }
  }

  @Test func queueIsThatOfEachRow() {
    var random = Seeded(state: 7)
    var history = QueueHistory()
    var queue: [String] = []
    var wanted: [[String]] = [[]]
    for row in 1...2000 {
      switch random.next() % 5 {
      case 0, 1: queue.append(random.next() % 9 == 0 ? "?" : "c\(row)")
      case 2 where !queue.isEmpty: queue.removeFirst()
      case 3 where !queue.isEmpty: queue.remove(at: Int(random.next() % UInt64(queue.count)))
      default: break
      }
      history.take(queue, atRow: row)
      wanted.append(queue)
    }
    for (row, names) in wanted.enumerated() {
      #expect(history.names(atRow: row) == names)
      #expect(history.length(atRow: row) == names.count)
    }
    #expect(history.names(atRow: 9999) == queue)
  }
}
