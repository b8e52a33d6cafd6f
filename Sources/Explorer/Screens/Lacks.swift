internal import ProtoKit
internal import Viz

/// What a lesson's lab needs and the machine doesn't have, at the foot of a screen.
enum Lacks {
  /// Draws it with its reason and the way to get it; what is left of the area.
  static func draw(_ lesson: LessonItem, on canvas: inout Canvas, in area: Rectangle) -> Rectangle {
    let width = area.width - 2
    let lines =
      LabLack.joined(lesson.lacks).flatMap { lack in
        Sheet.wrap(
          "NEEDS \(lack.need). \(lack.cause) To allow it, an administrator runs: \(lack.remedy)", width)
      } + (lesson.hasRecording ? Sheet.wrap("Until then its recorded run plays.", width) : [])
    let height = min(lines.count + 1, area.height / 2)
    guard !lesson.lacks.isEmpty, height > 1 else { return area }
    let (rest, foot) = area.top(area.height - height)
    Sheet.rule(on: &canvas, foot, y: foot.y)
    for (offset, line) in lines.prefix(height - 1).enumerated() {
      canvas.put(line, x: 1, y: foot.y + 1 + offset, .warning, limit: width)
    }
    return rest
  }
}
