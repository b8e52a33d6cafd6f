/// Why a lab could not be started.
public struct LabError: Error, Equatable, CustomStringConvertible {
  /// What went wrong, where, and what to do.
  public var description: String

  /// Tells what went wrong.
  public init(_ description: String) { self.description = description }
}

/// What the lab process tells the explorer.
public enum LabReport: Sendable, Equatable {
  /// The answer to the command with that number.
  case answer(id: Int, ok: Bool, text: String)
  /// Every process is ready.
  case ready
  /// Every client has finished.
  case done
  /// The run ended, and why.
  case ended(String)
  /// The lab could not be built or broke.
  case failed(String)
}

/// A command as a line of JSON.
public struct LabCommand: Codable {
  /// Who gives a command.
  public enum Author: String, Codable, Sendable {
    /// A person, by a key.
    case learner
    /// A step's `do` line.
    case step
  }
  var id: Int
  var command: String
  /// Nobody said is the learner.
  var by: Author?
}

/// An answer or a report as a line of JSON.
struct LabLine: Codable {
  var id: Int?
  var ok: Bool?
  var report: String?
  var text: String?

  var reading: LabReport? {
    if let id { return .answer(id: id, ok: ok ?? false, text: text ?? "") }
    switch report {
    case "ready": return .ready
    case "done": return .done
    case "ended": return .ended(text ?? "")
    case "failed": return .failed(text ?? "")
    default: return nil
    }
  }
}
