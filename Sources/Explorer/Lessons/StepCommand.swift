import Bytes
import ProtoKit

extension LabSource {
  /// What is wrong with a step's command to this lab, as far as it can be told before it runs; nil when nothing is.
  func problem(with command: String) -> SettingError? {
    let words = command.split(separator: " ").map(String.init)
    let first = words.first ?? ""
    switch first {
    case "wire": return wireProblem(words)
    case "set": return setProblem(words)
    case "press":
      let isPressed = processes.contains { $0.plan.parameters["by"] == "key" }
      return isPressed
        ? nil : SettingError("no host of this lab waits for the key", fix: "Write by=key on a host's line.")
    case "keys", "stop": return nil
    default: break
    }
    guard hosts.contains(first) else {
      let names = hosts + ["wire", "set", "press"]
      return SettingError(
        "`\(first)` is no host of this lab",
        fix:
          "\(NearName.question(for: first, among: names))A command begins with \(names.joined(separator: ", "))."
      )
    }
    let commands = processes.filter { $0.plan.host == first }.flatMap { role(of: $0.plan)?.commands ?? [] }
    let names = commands.map { String($0.usage.prefix { $0 != " " }) }
    let second = words.count > 1 ? words[1] : ""
    if names.contains(second) { return nil }
    return SettingError(
      "host `\(first)` takes no command `\(second)`",
      fix: names.isEmpty
        ? "It takes none."
        : NearName.question(for: second, among: names)
          + "It takes \(commands.map(\.usage).joined(separator: ", ")).")
  }

  private func wireProblem(_ words: [String]) -> SettingError? {
    let actions = ["pause", "resume", "next", "drop"]
    let usage =
      "Write wire pause, wire resume, wire next or wire drop [HOST syn|synack|ack|data|fin|rst|any [N]]."
    let action = words.count > 1 ? words[1] : ""
    guard actions.contains(action) else {
      return SettingError(
        "the wire takes no command `\(action)`", fix: NearName.question(for: action, among: actions) + usage)
    }
    if words.count > 2, !hosts.contains(words[2]) {
      return SettingError("`\(words[2])` is no host of this lab", fix: usage)
    }
    return nil
  }

  private func setProblem(_ words: [String]) -> SettingError? {
    guard words.count == 3 else {
      return SettingError(
        "`set` sets nothing", fix: "Write set HOST.PARAMETER VALUE or set link.delay VALUE.")
    }
    guard value(of: words[1]) != nil else {
      return SettingError(
        "no host or link of this lab has `\(words[1])`",
        fix: NearName.question(for: words[1], among: parameterNames)
          + "Write set HOST.PARAMETER VALUE or set link.delay VALUE.")
    }
    return nil
  }
}
