/// Whether labs can be built here.
public enum LabSupport: Sendable, Equatable {
  /// Namespaces can be made: everything works.
  case namespaces
  /// They can't: the step that failed, the error, its cause in words, and the one command that an administrator may run.
  case forbidden(step: String, error: String, cause: String, remedy: String)

  /// Tries it in a child process.
  public static func probe() -> LabSupport { MachineTest([]).support }
}
