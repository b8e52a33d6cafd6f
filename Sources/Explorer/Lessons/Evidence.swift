/// A session as steps and checks see it: rows from 1, filters and fields.
protocol Evidence {
  /// A filter, parsed.
  associatedtype Matcher
  /// Rows so far.
  var rowCount: Int { get }
  /// Parses a filter whose knobs are folded.
  func matcher(_ filter: String) throws(ExpressionError) -> Matcher
  /// Whether a row satisfies a filter.
  func matches(_ matcher: Matcher, row: Int) -> Bool
  /// The values of a field in a row as numbers, durations in seconds; empty when the row has none.
  func numbers(_ field: String, row: Int) -> [Double]
  /// Whether a field's values are spans of time.
  func isDuration(_ field: String) -> Bool
  /// When the row was sent or happened, in seconds since the first row; nil without a stamp.
  func sent(row: Int) -> Double?
  /// When the row's frame was delivered; nil for what was not delivered.
  func arrived(row: Int) -> Double?
  /// Who sent the row's frame: an address; empty for an event.
  func sender(row: Int) -> String
}
