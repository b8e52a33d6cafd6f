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

  @Test func screenOfTheFirstMinutes() {
    let ladder = Self.ladder(.knock)
    var canvas = Canvas(width: 80, height: 24)
    let frames = Layout.frames(width: 80, height: 24)!
    let last = ladder.lines.last { $0.connection == "c3" }?.row
    LadderPane.draw(on: &canvas, in: frames[.ladder]!, ladder: ladder, selection: last, scroll: 0)
    KernelLine.draw(
      on: &canvas, in: frames[.kernelLine]!, state: ladder.history.current,
      queue: ladder.queue(atRow: ladder.rows))
    expectGolden(canvas, named: "knock-80x24")
  }
}
