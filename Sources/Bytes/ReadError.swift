/// Why bytes could not be read: too few of them, or bytes that break the format's rules.
///
/// Offsets are absolute in the source that the `Reader` was made over. Making one never allocates.
public enum ReadError: Error, Equatable, Sendable {
  /// `needed` octets were asked for at offset `at`, and only `available` were left.
  case truncated(needed: Int, available: Int, at: Int)
  /// The octets at offset `at` break a rule of their format, said in `reason`.
  case malformed(StaticString, at: Int)

  /// Compares case and numbers; reasons by their text.
  public static func == (a: ReadError, b: ReadError) -> Bool {
    switch (a, b) {
    case (.truncated(let n, let v, let p), .truncated(let m, let w, let q)): n == m && v == w && p == q
    case (.malformed(let r, let p), .malformed(let s, let q)): p == q && r.description == s.description
    default: false
    }
  }
}

extension ReadError: CustomStringConvertible {
  /// One line in words, with the offset.
  public var description: String {
    switch self {
    case .truncated(let needed, let available, let at):
      "truncated at offset \(at): \(needed) octets needed, \(available) left"
    case .malformed(let reason, let at): "malformed at offset \(at): \(reason)"
    }
  }
}
