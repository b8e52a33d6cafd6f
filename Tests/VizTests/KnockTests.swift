import Dissect
import Session
import TestSupport
import Testing

@testable import Viz

/// Compares a canvas with `Golden/NAME.txt`; `RECORD=1` writes the file.
func expectGolden(_ canvas: Canvas, named name: String, at location: SourceLocation = #_sourceLocation) {
  if let difference = Golden.difference(canvas.lines, named: name, beside: #filePath) {
    Issue.record(Comment(rawValue: difference), sourceLocation: location)
  }
}

@Suite struct KnockTests {
  static func ladder(_ script: Script) -> Ladder {
    var ladder = Ladder()
    ladder.update(from: script.analysis)
    return ladder
  }

  /// The screen of a run, as far as panes draw it, at a row (from 1; nil for the end).
  static func screen(
    _ ladder: Ladder, _ width: Int, _ height: Int, selected row: Int, at cursor: Int? = nil
  ) -> Canvas {
    var canvas = Canvas(width: width, height: height)
    guard let frames = Layout.frames(width: width, height: height), let pane = frames[.ladder] else {
      return canvas
    }
    let line = ladder.line(ofRow: row) ?? 0
    let scroll = ListPane.scroll(
      selection: line, count: ladder.count(atRow: cursor), height: pane.height - 1)
    LadderPane.draw(
      on: &canvas, in: pane, ladder: ladder, selection: row, scroll: scroll, cursor: cursor)
    if let area = frames[.kernelLine] {
      KernelLine.draw(
        on: &canvas, in: area, state: ladder.history.at(row: cursor ?? ladder.rows),
        queue: ladder.queue(atRow: cursor ?? ladder.rows),
        why: Why.explain(ladder, line: line, atRow: cursor))
    }
    return canvas
  }

  @Test func screenOfTheFirstMinutes() throws {
    let ladder = Self.ladder(.knock)
    let first = try #require(ladder.lines.first { $0.connection == "c3" })
    expectGolden(Self.screen(ladder, 80, 24, selected: first.row), named: "knock-80x24")
    expectGolden(Self.screen(ladder, 120, 36, selected: first.row), named: "knock-120x36")
    expectGolden(Self.screen(ladder, 60, 18, selected: first.row), named: "knock-60x18")
  }

  /// What a reading tells of a SYN isn't there before the reading.
  @Test func replayKnowsNothingEarly() throws {
    let ladder = Self.ladder(.knock)
    let first = try #require(ladder.lines.firstIndex { $0.connection == "c3" })
    let row = ladder.lines[first].row
    #expect(ladder.note(ofLine: first, atRow: row) == "")
    #expect(ladder.note(ofLine: first, atRow: row + 1) == "x no reply, drops +1")
    expectGolden(Self.screen(ladder, 80, 24, selected: row, at: row), named: "knock-early-80x24")
    let waits = try #require(ladder.lines.firstIndex { $0.reading != nil })
    let reading = try #require(ladder.lines[waits].reading)
    #expect(ladder.note(ofLine: waits, atRow: reading.row - 1) == "")
    #expect(ladder.note(ofLine: waits, atRow: reading.row) == "c1 waits  (1)")
    #expect(ladder.queue(atRow: reading.row - 1) == [])
    #expect(ladder.queue(atRow: reading.row) == ["c1"])
  }
}
