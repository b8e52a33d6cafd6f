import ArgumentParser
import Bytes
import ProtoKit

/// `backlab roles`: what a lab's hosts may do, and what links take.
struct RolesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "roles", abstract: "List the roles of a lab's hosts with their parameters and commands.")

  @Argument(help: "Only this role, or `link`.") var name: String?

  func run() throws {
    var output = Output()
    let roles = Roles.all.filter { name == nil || $0.name == name }
    if roles.isEmpty, name != "link" {
      let names = Roles.all.map(\.name) + ["link"]
      let question = NearName.question(for: name ?? "", among: names)
      throw Failure.usage(
        "\(name ?? ""): there is no such role. \(question)There are \(names.joined(separator: ", ")).")
    }
    for role in roles {
      try output.line(role.name)
      for line in Self.filled(role.summary, indent: 2) { try output.line(line) }
      for parameter in role.parameters { try Self.tell(parameter, &output) }
      for command in role.commands {
        for line in Self.entry("> \(command.usage)", command.meaning) { try output.line(line) }
      }
      try output.line("")
    }
    if name == nil || name == "link" {
      try output.line("link")
      for line in Self.filled("What happens to each frame of a link, one way.", indent: 2) {
        try output.line(line)
      }
      for parameter in Roles.link { try Self.tell(parameter, &output) }
      try output.line("")
    }
    let legend = """
      What stands behind = is the value where a lab doesn't say one; ... must be said. What is live can be changed while \
      the lab runs. Behind > stand the commands that a step or a key gives.
      """
    for line in Self.filled(legend, indent: 0) { try output.line(line) }
    try output.flush()
  }

  /// Columns of the widest line: the narrowest terminal that everything fits.
  private static let width = 80

  private static func tell(_ parameter: RoleDescription.Parameter, _ output: inout Output) throws {
    let live = parameter.isLive ? "; live" : ""
    let lines = entry(
      "\(parameter.name)=\(parameter.standard ?? "...")",
      "\(parameter.meaning) (\(values(parameter.kind))\(live))")
    for line in lines { try output.line(line) }
  }

  /// A name, and from column 23 what it means.
  private static func entry(_ name: String, _ meaning: String) -> [String] {
    var lines = filled(meaning, indent: 22)
    let head = "  " + name.padded(20)
    if head.count > 22 { return [head] + lines }
    lines[0] = head + lines[0].dropFirst(22)
    return lines
  }

  /// A text in lines of the width.
  private static func filled(_ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, indent + line.count + 1 + word.count > width {
        lines.append(margin + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [margin + line]
  }

  /// What a value may be, in short.
  private static func values(_ kind: RoleDescription.Kind) -> String {
    switch kind {
    case .number(let range):
      range.upperBound == .max ? "a whole number" : "\(range.lowerBound)...\(range.upperBound)"
    case .duration: "a duration"
    case .share: "0...1 or a percentage"
    case .rate: "as in 10mbit"
    case .choice(let words):
      // More than a line of them need places to break.
      words.joined(separator: words.reduce(0) { $0 + $1.count + 1 } > width - 30 ? ", " : "|")
    case .endpoint: "host:port"
    case .text: "text"
    }
  }
}
