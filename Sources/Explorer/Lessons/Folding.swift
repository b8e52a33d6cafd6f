import Bytes

extension KnobValues {
  /// A lesson's filter with its knobs and their arithmetic as numbers, which the display filter can parse:
  /// `kernel.accept_queue == server.backlog + 1` is `kernel.accept_queue == 5`. Operators of arithmetic stand between
  /// spaces. A lone number is left as it is written; text in quotes is not touched.
  func fold(_ filter: String) -> String {
    let tokens = Self.tokens(filter)
    var result = ""
    var index = 0
    while index < tokens.count {
      guard let first = operand(tokens[index]) else {
        result += text(tokens[index]) ?? tokens[index]
        index += 1
        continue
      }
      // What stands before the running product, and the product with its sign.
      var (sum, product, end) = (0.0, first, index + 1)
      while end + 3 < tokens.count, tokens[end] == " ", tokens[end + 2] == " ",
        "+-*".contains(tokens[end + 1]),
        let next = operand(tokens[end + 3])
      {
        if tokens[end + 1] == "*" {
          product *= next
        } else {
          (sum, product) = (sum + product, tokens[end + 1] == "-" ? -next : next)
        }
        end += 4
      }
      let asWritten = end == index + 1 && number(tokens[index]) == nil && Seconds.parse(tokens[index]) == nil
      result += asWritten ? tokens[index] : Quantity.text(sum + product)
      index = end
    }
    return result
  }

  private func operand(_ token: String) -> Double? { Quantity.parse(token) ?? number(token) }

  /// Words, single spaces, quoted texts, and every other character by itself.
  private static func tokens(_ text: String) -> [String] {
    var tokens: [String] = []
    var rest = text[...]
    while let first = rest.first {
      var token: Substring
      if first == "\"" {
        token = rest.prefix(1) + rest.dropFirst().prefix { $0 != "\"" } + "\""
      } else {
        token = rest.prefix { $0.isLetter || $0.isNumber || "._-:%".contains($0) }
        if token.isEmpty { token = rest.prefix(1) }
      }
      tokens.append(String(token))
      rest = rest.dropFirst(token.count)
    }
    return tokens
  }
}
