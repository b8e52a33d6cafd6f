import ArgumentParser
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
      throw Failure.usage("\(name ?? ""): there is no such role. There are \(names.joined(separator: ", ")).")
    }
    for role in roles {
      try output.line("\(role.name)  \(role.summary)")
      for parameter in role.parameters { try output.line(Self.line(parameter)) }
      for command in role.commands { try output.line("    > \(command.usage.padded(20)) \(command.meaning)") }
      try output.line("")
    }
    if name == nil || name == "link" {
      try output.line("link  What happens to each frame of a link, one way.")
      for parameter in Roles.link { try output.line(Self.line(parameter)) }
    }
    try output.flush()
  }

  private static func line(_ parameter: RoleDescription.Parameter) -> String {
    let standard = parameter.standard.map { "\(parameter.name)=\($0)" } ?? "\(parameter.name)=..."
    let live = parameter.isLive ? " (can be changed while the lab runs)" : ""
    return "    \(standard.padded(20)) \(values(parameter.kind).padded(22)) \(parameter.meaning)\(live)"
  }

  /// What a value may be, in short.
  private static func values(_ kind: RoleDescription.Kind) -> String {
    switch kind {
    case .number(let range): "\(range.lowerBound)...\(range.upperBound)"
    case .duration: "duration"
    case .share: "0...1 or a percentage"
    case .choice(let words): words.joined(separator: "|")
    case .endpoint: "host:port"
    case .text: "text"
    }
  }
}
