import Bytes

/// A text for people that is made of literals, numbers and texts, written straight into a buffer: hot paths word headings
/// with it instead of a `String`, whose interpolation allocates again and again.
struct Wording: ExpressibleByStringInterpolation {
  /// The text.
  var text: TextBuffer

  init() { text = TextBuffer() }
  init(stringLiteral literal: String) {
    text = TextBuffer(capacity: literal.utf8.count)
    text.append(literal)
  }
  init(stringInterpolation parts: StringInterpolation) { text = parts.text }

  /// Appends what another says.
  static func += (one: inout Wording, other: Wording) { one.text.append(other.text.raw) }

  /// The parts of a text.
  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text: TextBuffer

    init(literalCapacity: Int, interpolationCount: Int) {
      text = TextBuffer(capacity: literalCapacity + 16 * interpolationCount)
    }

    mutating func appendLiteral(_ literal: String) { if !literal.isEmpty { text.append(literal) } }
    mutating func appendInterpolation(_ number: some FixedWidthInteger) { text.append(number) }
    mutating func appendInterpolation(_ words: String) { text.append(words) }
    mutating func appendInterpolation(_ words: Wording) { text.append(words.text.raw) }
    mutating func appendInterpolation(_ address: IPv4Address) { text.append(address) }
    mutating func appendInterpolation(_ address: IPv6Address) { text.append(address) }
    mutating func appendInterpolation(_ address: MACAddress) { text.append(address) }
    /// Octets off a wire; broken UTF-8 is repaired.
    mutating func appendInterpolation(_ octets: RawSpan) {
      let isASCII = (0..<octets.byteCount).allSatisfy { octets[octet: $0] < 128 }
      if isASCII {
        text.append(octets)
      } else {
        text.append(String(decoding: octets.copied(), as: UTF8.self))
      }
    }
  }
}

/// Texts one behind the other in one buffer, so that those of a row cost no allocation.
public struct TextList: Sendable, RandomAccessCollection {
  private var buffer = TextBuffer()
  /// Where each ends.
  private var ends: [Int] = []

  init() {}

  /// 0.
  public var startIndex: Int { 0 }
  /// How many there are.
  public var endIndex: Int { ends.count }
  /// A text.
  public subscript(index: Int) -> String {
    String(decoding: buffer.octets(in: range(index)), as: UTF8.self)
  }

  private func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  /// A text as UTF-8.
  @_lifetime(borrow self)
  func octets(_ index: Int) -> RawSpan { buffer.raw.extracting(range(index)) }

  mutating func append(_ text: String) {
    buffer.append(text)
    ends.append(buffer.count)
  }

  mutating func append(_ words: Wording) {
    buffer.append(words.text.raw)
    ends.append(buffer.count)
  }

  /// Forgets the texts and keeps their room.
  mutating func removeAll() {
    buffer.removeAll()
    ends.removeAll(keepingCapacity: true)
  }
}
