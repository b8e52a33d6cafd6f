import Bytes

/// What became of a claim.
struct Verdict: Sendable, Equatable {
  /// How it ended.
  enum Outcome: String, Sendable {
    case held, failed, notClaimed = "not claimed here", notJudged = "not judged"
  }
  /// The check's name.
  var name: String
  /// How it ended.
  var outcome: Outcome
  /// The claim as the lesson writes it.
  var claimed: String
  /// What the session shows, in words; why there is no verdict, when there is none.
  var saw: String
  /// Rows that show it, ten at most.
  var rows: [Int]
}

/// Holds a session to a lesson's claims.
struct CheckRunner<Source: Evidence> {
  private let source: Source
  private let values: KnobValues
  /// Why claims can't be judged: the learner touched the wire or a knob; nil when nothing was touched.
  private let touched: String?
  /// Why spans of time that are too long can't be judged: the machine was busy; nil when it was not.
  private let late: String?

  /// Judges by `values`; `touched` says what the learner changed during the run, if anything, `late` what the machine did.
  init(_ source: Source, values: KnobValues, touched: String? = nil, late: String? = nil) {
    self.source = source
    self.values = values
    self.touched = touched
    self.late = late
  }

  /// The verdict on each check of `lesson`, in the page's order.
  func judge(_ lesson: Lesson) throws(LessonError) -> [Verdict] {
    var verdicts: [Verdict] = []
    for check in lesson.checks {
      do throws(ExpressionError) { verdicts.append(try judge(check)) } catch let problem {
        throw LessonError(lesson.file, check.line, "check `\(check.name)`: \(problem.what)", fix: problem.fix)
      }
    }
    return verdicts
  }

  private func judge(_ check: Check) throws(ExpressionError) -> Verdict {
    var verdict = Verdict(name: check.name, outcome: .held, claimed: check.claim, saw: "", rows: [])
    if let touched {
      verdict.outcome = .notJudged
      verdict.saw = touched
      return verdict
    }
    guard try satisfies(check.conditions) else {
      verdict.outcome = .notClaimed
      verdict.saw = "only if \(check.condition ?? "")"
      return verdict
    }
    let result = try holds(check.comparison)
    verdict.outcome = result.holds ? .held : .failed
    verdict.saw = result.saw
    verdict.rows = Array(result.rows.prefix(10))
    if !result.holds, let late, check.comparison.op == .within, isTime(check.comparison.left) {
      verdict.outcome = .notJudged
      verdict.saw = "\(late) (saw \(result.saw))"
    }
    return verdict
  }

  /// Whether an expression is made of moments or spans of the session.
  private func isTime(_ expression: Expression) -> Bool {
    switch expression {
    case .call(.time, _), .call(.arrived, _): true
    case .call(.max, let arguments), .call(.min, let arguments), .call(.last, let arguments):
      source.isDuration(arguments[0])
    case .arithmetic(_, let left, let right): isTime(left) || isTime(right)
    case .call(.count, _), .call(.flights, _), .number, .name: false
    }
  }

  /// Whether all comparisons hold.
  func satisfies(_ conditions: [Comparison]) throws(ExpressionError) -> Bool {
    for condition in conditions where try !holds(condition).holds { return false }
    return true
  }

  private func holds(_ claim: Comparison) throws(ExpressionError) -> (holds: Bool, saw: String, rows: [Int]) {
    if case .name("kernel") = claim.left {
      return (try kernelHolds(claim), values.kernel ?? "an unknown kernel", [])
    }
    if let words = words(claim) { return (words.holds, words.saw, []) }
    let left = try value(claim.left)
    let right = try value(claim.right)
    let rows = left.rows + right.rows
    guard let a = left.number, let b = right.number else { return (false, "no such row", rows) }
    switch claim.op {
    case .equal: return (same(a, b), Quantity.text(a), rows)
    case .unequal: return (!same(a, b), Quantity.text(a), rows)
    case .less: return (a < b && !same(a, b), Quantity.text(a), rows)
    case .greater: return (a > b && !same(a, b), Quantity.text(a), rows)
    case .atMost: return (a < b || same(a, b), Quantity.text(a), rows)
    case .atLeast: return (a > b || same(a, b), Quantity.text(a), rows)
    case .within:
      guard let upper = try claim.upper.map({ end throws(ExpressionError) in try value(end) })?.number else {
        return (false, "no such row", rows)
      }
      return ((b...max(b, upper)).contains(a) && b <= upper, Quantity.text(a), rows)
    }
  }

  /// Equal but for the last bits, which arithmetic on seconds leaves.
  private func same(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-9 * max(1, abs(a), abs(b)) }

  /// `client.close == fin`: a knob whose value is a word; nil for other claims.
  private func words(_ claim: Comparison) -> (holds: Bool, saw: String)? {
    guard claim.op == .equal || claim.op == .unequal, case .name(let name) = claim.left,
      let saw = values.text(name), case .name(let word) = claim.right
    else { return nil }
    return ((saw == values.text(word) ?? word) == (claim.op == .equal), saw)
  }

  /// `kernel >= 6.13`: versions compare part by part, 6.2 before 6.13. Nothing is so of a kernel that is not known.
  private func kernelHolds(_ claim: Comparison) throws(ExpressionError) -> Bool {
    guard case .number(let number) = claim.right else {
      throw ExpressionError(what: "the kernel's version can't be compared so", fix: "Write `kernel >= 6.13`.")
    }
    let wanted = Self.version(claim.text(number))
    guard [.atLeast, .less, .atMost, .greater].contains(claim.op) else {
      throw ExpressionError(what: "the kernel's version is one of many", fix: "Use <, <=, > or >=.")
    }
    guard let kernel = values.kernel else { return false }
    let found = Self.version(kernel)
    switch claim.op {
    case .atLeast: return found >= wanted
    case .less: return found < wanted
    case .atMost: return found <= wanted
    default: return found > wanted
    }
  }

  private static func version(_ text: String) -> Int {
    let parts = text.split { !$0.isNumber }.prefix(2).map { Int($0) ?? 0 }
    return (parts.first ?? 0) * 100_000 + (parts.count > 1 ? parts[1] : 0)
  }

  private func value(_ expression: Expression) throws(ExpressionError) -> (number: Double?, rows: [Int]) {
    switch expression {
    case .number(let number): return (number, [])
    case .name(let name):
      guard let number = values.number(name) else {
        throw ExpressionError(
          what: "`\(name)` is no number and no knob of this lab", fix: "Name a host's parameter.")
      }
      return (number, [])
    case .arithmetic(let op, let left, let right):
      let (a, b) = (try value(left), try value(right))
      guard let x = a.number, let y = b.number else { return (nil, a.rows + b.rows) }
      return (op == "+" ? x + y : op == "-" ? x - y : x * y, a.rows + b.rows)
    case .call(let function, let arguments): return try ask(function, arguments)
    }
  }

  private func ask(
    _ function: Expression.Function, _ arguments: [String]
  ) throws(ExpressionError) -> (number: Double?, rows: [Int]) {
    switch function {
    case .count:
      let rows = try rows(arguments[0])
      return (Double(rows.count), rows)
    case .time, .arrived:
      let rows = try rows(arguments[0])
      let index = arguments.count > 1 ? Int(arguments[1]) ?? 0 : 1
      guard index > 0 else {
        throw ExpressionError(
          what: "`\(arguments[1])` is no place from 1 on", fix: "Write `time(FILTER, 2)` for the second.")
      }
      guard rows.count >= index else { return (nil, rows) }
      let row = rows[index - 1]
      return (function == .time ? source.sent(row: row) : source.arrived(row: row), [row])
    case .flights:
      let rows = try rows(arguments[0])
      var flights: [Int] = []
      var sender = ""
      for row in rows where !source.sender(row: row).isEmpty && source.sender(row: row) != sender {
        sender = source.sender(row: row)
        flights.append(row)
      }
      return (Double(flights.count), flights)
    case .max, .min, .last:
      let among = arguments.count > 1 ? try rows(arguments[1]) : Array(1..<(source.rowCount + 1))
      var best: (Double, Int)?
      for row in among {
        for number in source.numbers(arguments[0], row: row) {
          let isBetter =
            switch function {
            case .max: best.map { number > $0.0 } ?? true
            case .min: best.map { number < $0.0 } ?? true
            default: true
            }
          if isBetter { best = (number, row) }
        }
      }
      return (best?.0, best.map { [$0.1] } ?? [])
    }
  }

  private func rows(_ filter: String) throws(ExpressionError) -> [Int] {
    let matcher = try source.matcher(values.fold(filter))
    return (1..<(source.rowCount + 1)).filter { source.matches(matcher, row: $0) }
  }
}

extension KnobValues {
  /// Whether comparisons of knobs and of the kernel all hold.
  func satisfy(_ conditions: [Comparison]) throws(ExpressionError) -> Bool {
    try CheckRunner(NoRows(), values: self).satisfies(conditions)
  }
}

/// A session of which nothing is known yet.
private struct NoRows: Evidence {
  var rowCount: Int { 0 }
  func matcher(_ filter: String) throws(ExpressionError) {
    throw ExpressionError(
      what: "`if` asks the session, which has not begun", fix: "Compare knobs and the kernel there.")
  }
  func matches(_ matcher: Void, row: Int) -> Bool { false }
  func numbers(_ field: String, row: Int) -> [Double] { [] }
  func isDuration(_ field: String) -> Bool { false }
  func sent(row: Int) -> Double? { nil }
  func arrived(row: Int) -> Double? { nil }
  func sender(row: Int) -> String { "" }
}

extension Comparison {
  /// A number of the right side as it reads: a version's 6.1 is not 6.10, so it is taken from the text.
  fileprivate func text(_ number: Double) -> String { rightText.isEmpty ? Quantity.text(number) : rightText }
}
