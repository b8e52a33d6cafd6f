internal import Session

/// The laboratory of the program: embedded lessons, labs in namespaces, sessions in the state directory.
final class StandardLaboratory: Laboratory {
  let lessons: [LessonItem] = []

  func start(_ slug: String, settings: [String: String], loopback: Bool) throws(LabFailure) -> any LabLink {
    throw LabFailure(
      what: "No lesson is called \(slug).", works: "The list of lessons.", command: "backlab lessons")
  }
  func open(_ path: String) throws(LabFailure) -> RunState {
    throw LabFailure(what: "\(path) can't be read.", works: "The list of lessons.", command: "backlab replay")
  }
  func recording(of slug: String) throws(LabFailure) -> RunState {
    throw LabFailure(
      what: "\(slug) has no recorded run.", works: "The list of lessons.", command: "backlab lessons")
  }
  func sessions() -> [SessionsState.Entry] { [] }
}
