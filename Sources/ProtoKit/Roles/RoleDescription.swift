/// What a role is and takes: the source of `backlab roles`, of the lessons' checks and of knobs' ranges.
public struct RoleDescription: Sendable {
  /// The name in lab blocks: `tcp-listener`.
  public var name: String
  /// What it does, in a sentence.
  public var summary: String
  /// Its parameters in the order of the documentation.
  public var parameters: [Parameter]
  /// Commands it takes while running, with what each does: `accept [N]`.
  public var commands: [(usage: String, meaning: String)]
  /// What each press of the key starts one more of, with `by=key`: `client`; nil for a role that no key starts anything of.
  public var starts: String?

  /// Describes a role.
  public init(
    _ name: String, _ summary: String, parameters: [Parameter],
    commands: [(usage: String, meaning: String)] = [], starts: String? = nil
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.commands = commands
    self.starts = starts
  }

  /// A parameter of a role or of a link.
  public struct Parameter: Sendable {
    /// The name: `backlog`.
    public var name: String
    /// What a value may be.
    public var kind: Kind
    /// The value when the lab does not say; nil when it must.
    public var standard: String?
    /// Whether it can be changed while the lab runs; otherwise from the next run on.
    public var isLive: Bool
    /// What it means.
    public var meaning: String

    /// Describes a parameter.
    public init(_ name: String, _ kind: Kind, standard: String?, isLive: Bool = false, _ meaning: String) {
      self.name = name
      self.kind = kind
      self.standard = standard
      self.isLive = isLive
      self.meaning = meaning
    }
  }

  /// What a parameter's value may be.
  public enum Kind: Sendable, Equatable {
    /// A whole number within a range.
    case number(ClosedRange<Int64>)
    /// A duration such as `100ms`.
    case duration
    /// A share from 0 to 1, or a percentage.
    case share
    /// Bits per second such as `10mbit`.
    case rate
    /// One of these words.
    case choice([String])
    /// `host:port`.
    case endpoint
    /// Any text without spaces.
    case text
  }
}
