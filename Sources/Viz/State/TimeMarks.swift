import Bytes

/// Signs at moments, of which a picture of the whole time shows the weightiest in each column.
///
/// Signs stand in blocks that know their span and their weightiest: a column that holds a whole block looks at no more than
/// that, so that a picture costs little more for a long session than for a short one.
struct TimeMarks: Sendable {
  /// A sign; the weightier one is seen where two fall together, of equals the one that came first.
  struct Sign: Sendable, Equatable {
    var character: Character
    var weight: Int
  }
  private struct Mark: Sendable {
    var time: Timestamp
    var key: Int
    var sign: Sign
  }
  private struct Block: Sendable {
    var first: Timestamp, last: Timestamp
    var sign: Sign
  }

  private static let size = 64
  private var marks: [Mark] = []
  private var blocks: [Block] = []

  /// Adds a sign under a key that is not less than those before.
  mutating func add(_ character: Character, weight: Int, at time: Timestamp?, key: Int) {
    guard let time else { return }
    let sign = Sign(character: character, weight: weight)
    if marks.count % Self.size == 0 {
      blocks.append(Block(first: time, last: time, sign: sign))
    } else {
      let last = blocks.count - 1
      blocks[last].first = min(blocks[last].first, time)
      blocks[last].last = max(blocks[last].last, time)
      if weight > blocks[last].sign.weight { blocks[last].sign = sign }
    }
    marks.append(Mark(time: time, key: key, sign: sign))
  }

  /// Gives the sign under a key more weight, when it has one.
  mutating func raise(_ character: Character, weight: Int, key: Int) {
    var (low, high) = (0, marks.count)
    while low < high {
      let middle = (low + high) / 2
      if marks[middle].key < key { low = middle + 1 } else { high = middle }
    }
    guard low < marks.count, marks[low].key == key, marks[low].sign.weight < weight else { return }
    marks[low].sign = Sign(character: character, weight: weight)
    let block = low / Self.size
    if weight > blocks[block].sign.weight { blocks[block].sign = marks[low].sign }
  }

  /// The weightiest sign of each of `count` columns; `column` must not fall as time grows.
  func columns(_ count: Int, _ column: (Timestamp) -> Int) -> [Sign?] {
    var columns = [Sign?](repeating: nil, count: count)
    func put(_ sign: Sign, _ place: Int) {
      if sign.weight > columns[place]?.weight ?? 0 { columns[place] = sign }
    }
    for (index, block) in blocks.enumerated() {
      let place = column(block.first)
      if place == column(block.last) {
        put(block.sign, place)
      } else {
        for mark in marks[(index * Self.size)..<min(marks.count, (index + 1) * Self.size)] {
          put(mark.sign, column(mark.time))
        }
      }
    }
    return columns
  }
}
