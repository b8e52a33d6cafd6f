/// A value as a filter writes it: not checked yet.
struct FilterExpression {
  /// What it is.
  indirect enum Kind {
    /// A field, or a value without quotation marks.
    case word(String)
    /// A field and never a value.
    case field(String)
    /// A value and never a field.
    case value(String)
    /// The octets of a text.
    case text([UInt8])
    /// A character constant.
    case character(UInt8)
    /// The value of a field in the selected row.
    case reference(String)
    /// A field in some layers of its protocol only; they are counted from 1.
    case layers(FilterExpression, [OctetRange])
    /// Some octets of a value.
    case slice(FilterExpression, [OctetRange])
    /// A function and its arguments.
    case call(String, [FilterExpression])
    /// The value with the sign changed.
    case negative(FilterExpression)
    /// Arithmetic.
    case binary(FilterSign, FilterExpression, FilterExpression)
  }

  /// What it is.
  var kind: Kind
  /// Where it begins, from 1.
  var column: Int
}

/// A test as a filter writes it.
indirect enum FilterTest {
  /// A field that is there, or a value that is not zero.
  case truth(FilterExpression)
  /// Two values, the sign between them and its column; `any` or `all` when it was written.
  case compare(FilterExpression, FilterSign, Int, FilterExpression, FilterQuantifier?)
  /// A value in a set of values and ranges.
  case member(FilterExpression, [(FilterExpression, FilterExpression?)], FilterQuantifier?)
  case not(FilterTest)
  case all([FilterTest])
  case any([FilterTest])
}

/// How many of a field's values must pass a test.
enum FilterQuantifier: Sendable {
  case any, all
}
