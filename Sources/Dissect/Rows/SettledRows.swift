/// Rows from the first one on that can be listed before the capture is read to its end.
public struct SettledRows {
  /// How many there are: those before the earliest piece of something that is not whole.
  public let count: Int
  private let secrets: Int
  /// By the index of the connection; nil where none of the rows belongs to it.
  private let outcomes: [TCPConversation.Outcome?]

  /// The rows that are settled in what `analysis` has taken in. Goes through all connections.
  public init(of analysis: Analysis) {
    let all = analysis.conversations
    let first = all.conversations.reduce(earliest(all.fragments.firstRow, all.echoes.firstRow)) {
      earliest($0, $1.firstOpenRow)
    }
    count = first.map { $0 - 1 } ?? analysis.rows.count
    secrets = analysis.secrets.generation
    outcomes = all.conversations.map { $0.hasBothSides ? $0.outcome : nil }
  }

  /// Whether the lines of the rows are still what they were: no secrets came, which open what stands before them, and no
  /// connection was begun anew.
  public func hold(in analysis: Analysis) -> Bool {
    guard secrets == analysis.secrets.generation else { return false }
    return zip(outcomes, analysis.conversations.conversations).allSatisfy { $0 == nil || $0 == $1.outcome }
  }
}

/// The earlier of two rows, either of which may be missing.
func earliest(_ a: Int?, _ b: Int?) -> Int? {
  guard let a, let b else { return a ?? b }
  return min(a, b)
}
