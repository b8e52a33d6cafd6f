import Bytes
import ProtoKit

/// What a lesson's `lab` blocks say, line by line.
struct LabSource: Sendable {
  /// The blocks' text.
  var text: String
  /// The page, for errors.
  var file: String
  /// Hosts in order of first mention.
  var hosts: [String] = []
  /// Processes, each with its line.
  var processes: [(line: Int, plan: ProcessPlan)] = []
  /// Links; the parameters as written.
  var links: [(line: Int, hosts: [String], parameters: [String: String])] = []
  /// Kernel settings.
  var sysctls: [Sysctl] = []
  /// `net arp`.
  var arp = false
  /// `net ipv6`.
  var ipv6 = false
  /// Hosts whose threads are read: `probe HOST threads`.
  var probed: [String] = []
  /// The knobs in order.
  var knobs: [Knob] = []
  /// The roles that hosts may have.
  private var roles: [RoleDescription]

  /// Reads the lines of all lab blocks; hosts may have `roles`.
  init(_ lines: [(line: Int, text: String)], file: String, roles: [RoleDescription]) throws(LessonError) {
    self.roles = roles
    text = lines.map(\.text).joined(separator: "\n")
    self.file = file
    var knobLines: [(Int, String)] = []
    for (line, text) in lines {
      let text = text.trimmed
      if text.isEmpty || text.hasPrefix("#") { continue }
      let (word, rest) = text.firstWord
      switch word {
      case "host": try host(rest, line)
      case "link": try link(rest, line)
      case "sysctl":
        let (host, setting) = rest.firstWord
        guard let equals = setting.firstIndex(of: "="), hosts.contains(host) else {
          throw error(line, "`\(text)` sets nothing", "Write `sysctl HOST key=value` after the host's line.")
        }
        sysctls.append(
          Sysctl(
            host: host, key: String(setting[..<equals]).trimmed,
            value: String(setting[setting.index(after: equals)...]).trimmed))
      case "net":
        for option in rest.split(separator: " ") {
          switch option {
          case "arp": arp = true
          case "ipv6": ipv6 = true
          default: throw error(line, "`net` has no `\(option)`", "It takes arp and ipv6.")
          }
        }
      case "probe":
        let (host, what) = rest.firstWord
        guard hosts.contains(host), what.trimmed == "threads" else {
          throw error(line, "`\(text)` reads nothing", "Write `probe HOST threads` after the host's line.")
        }
        if !probed.contains(host) { probed.append(host) }
      case "knob": knobLines.append((line, rest))
      default:
        throw error(
          line, "a lab has no `\(word)` line",
          NearName.question(for: word, among: ["host", "link", "sysctl", "net", "probe", "knob"])
            + "Its lines begin with host, link, sysctl, net, probe or knob.")
      }
    }
    guard !hosts.isEmpty else {
      throw error(lines.first?.line ?? 0, "the lab has no host", "Add `host NAME role`.")
    }
    if hosts.count < 3, links.count > 1 {
      throw error(
        links[1].line, "a second `link` line in a lab of one link", "Write all parameters in one line.")
    }
    for (line, rest) in knobLines { try knob(rest, line) }
    try checkLosses()
    let routers = processes.filter { $0.plan.role == "router" }
    if let second = routers.dropFirst().first {
      throw error(
        second.line, "a second router", "A lab has two networks at most, and one router between them.")
    }
    if let router = routers.first, ipv6 {
      throw error(router.line, "a router carries no IPv6", "Leave `net ipv6` out.")
    }
  }

  private func error(_ line: Int, _ what: String, _ fix: String) -> LessonError {
    LessonError(file, line, what, fix: fix)
  }

  private mutating func host(_ rest: String, _ line: Int) throws(LessonError) {
    let (name, what) = rest.firstWord
    guard !name.isEmpty, name != "link",
      name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
    else { throw error(line, "`\(name)` is no host name", "Use letters, digits and hyphens.") }
    if !hosts.contains(name) { hosts.append(name) }
    if what.hasPrefix("\"") {
      guard what.count > 2, what.hasSuffix("\"") else {
        throw error(line, "the command has no closing quote", "Write `host \(name) \"command\"`.")
      }
      processes.append((line, ProcessPlan(host: name, command: String(what.dropFirst().dropLast()))))
      return
    }
    let (role, parameters) = what.firstWord
    guard !role.isEmpty else {
      throw error(line, "host `\(name)` has no role", "Write `host \(name) ROLE key=value`.")
    }
    guard let description = roles.first(where: { $0.name == role }) else {
      throw error(
        line, "there is no role `\(role)`",
        NearName.question(for: role, among: roles.map(\.name)) + "`backlab roles` lists them.")
    }
    let values = try pairs(parameters, line)
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      guard let parameter = description.parameters.first(where: { $0.name == key }) else {
        let problem = SettingError.unknown(
          key, of: "role `\(role)`", among: description.parameters.map(\.name))
        throw error(line, problem.what, problem.fix)
      }
      if let problem = parameter.problem(with: value) {
        throw error(line, problem.what, problem.fix)
      }
    }
    for parameter in description.parameters where parameter.standard == nil && values[parameter.name] == nil {
      throw error(
        line, "role `\(role)` needs `\(parameter.name)`", "Add `\(parameter.name)=...`: \(parameter.meaning)")
    }
    processes.append((line, ProcessPlan(host: name, role: role, parameters: values)))
  }

  private mutating func link(_ rest: String, _ line: Int) throws(LessonError) {
    var ends: [String] = []
    var text = rest
    let (first, others) = rest.firstWord
    if !first.contains("=") {
      for host in hosts
      where first.hasPrefix(host + "-") && hosts.contains(String(first.dropFirst(host.count + 1))) {
        ends = [host, String(first.dropFirst(host.count + 1))]
      }
      guard !ends.isEmpty else {
        throw error(
          line, "`\(first)` are no two hosts of this lab", "Write `link a-b delay=...` after their lines.")
      }
      text = others
    }
    if links.contains(where: { Set($0.hosts) == Set(ends) }) {
      throw error(
        line, "a second `link` line for \(ends.isEmpty ? "every link" : first)",
        "Write all its parameters in one line.")
    }
    let values = try pairs(text, line)
    do throws(SettingError) { _ = try LinkPlan(hosts: ends, values) } catch let problem {
      throw error(line, problem.what, problem.fix)
    }
    links.append((line, ends, values))
  }

  private func pairs(_ text: String, _ line: Int) throws(LessonError) -> [String: String] {
    var values: [String: String] = [:]
    for pair in text.split(separator: " ") {
      guard let equals = pair.firstIndex(of: "="), equals > pair.startIndex else {
        throw error(line, "`\(pair)` is no `key=value`", "Write it without spaces around the equals sign.")
      }
      values[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
    }
    return values
  }

  /// Frames that the plan drops are of hosts of this lab, in the lines and in what knobs may be.
  private func checkLosses() throws(LessonError) {
    var said = links.compactMap { link in link.parameters["lose"].map { (link.line, $0) } }
    for knob in knobs where knob.name.hasSuffix(".lose") && link(for: knob.name) != nil {
      if case .choice(let choices) = knob.range { said += choices.map { (knob.line, $0) } }
    }
    for (line, text) in said {
      let losses: [PlannedLoss]
      do throws(SettingError) { losses = try PlannedLoss.all(text) } catch let problem {
        throw error(line, problem.what, problem.fix)
      }
      for loss in losses where !hosts.contains(loss.host) {
        throw error(
          line, "`lose=\(text)`: `\(loss.host)` is no host of this lab",
          NearName.question(for: loss.host, among: hosts) + "Its hosts are \(hosts.joined(separator: ", ")).")
      }
    }
  }

  private mutating func knob(_ rest: String, _ line: Int) throws(LessonError) {
    let (name, range) = rest.firstWord
    guard let values = Knob.Range(range) else {
      throw error(line, "`\(range)` is no range", "Write `a...b` or `a|b|c` after the knob's name.")
    }
    guard let standard = value(of: name) else {
      throw error(
        line, "no host or link of this lab has `\(name)`",
        NearName.question(for: name, among: parameterNames)
          + "Write `knob HOST.PARAMETER RANGE` or `knob link.delay RANGE`.")
    }
    let knob = Knob(name: name, range: values, standard: standard, isLive: isLive(name), line: line)
    if let problem = knob.problem(with: standard) {
      throw error(line, "the lab's own value: \(problem.what)", problem.fix)
    }
    knobs.append(knob)
  }

  /// The indices of the processes that `host.parameter` sets, those of the host whose roles have it, and the parameter's
  /// name; nil when there is none. The first is the one whose value counts: the first line that gives one.
  func processes(for name: String) -> (indices: [Int], parameter: String)? {
    guard let dot = name.firstIndex(of: ".") else { return nil }
    let host = name[..<dot]
    let parameter = String(name[name.index(after: dot)...])
    let able = processes.indices.filter { index in
      processes[index].plan.host == host
        && role(of: processes[index].plan)?.parameters.contains { $0.name == parameter } ?? false
    }
    let given = able.first { processes[$0].plan.parameters[parameter] != nil } ?? able.first
    return given.map { first in ([first] + able.filter { $0 != first }, parameter) }
  }

  /// The index of the `sysctl` line that `host.key` names: `server.net.ipv4.tcp_syncookies`.
  func sysctl(for name: String) -> Int? { sysctls.lastIndex { "\($0.host).\($0.key)" == name } }

  private func parameter(_ name: String) -> RoleDescription.Parameter? {
    guard let (indices, parameter) = processes(for: name) else { return nil }
    return role(of: processes[indices[0]].plan)?.parameters.first { $0.name == parameter }
  }

  /// What `host.parameter`, `link.parameter` and `a-b.parameter` may be in this lab.
  var parameterNames: [String] {
    let pairs = links.filter { !isForAll($0.hosts) }.map { $0.hosts.joined(separator: "-") }
    let ofLinks = (["link"] + pairs).flatMap { owner in Roles.link.map { "\(owner).\($0.name)" } }
    let ofRoles = processes.flatMap { process in
      (role(of: process.plan)?.parameters ?? []).map { "\(process.plan.host).\($0.name)" }
    }
    return ofLinks + ofRoles + sysctls.map { "\($0.host).\($0.key)" }
  }

  /// The description of a process's role; nil for a command.
  func role(of process: ProcessPlan) -> RoleDescription? { roles.first { $0.name == process.role } }

  /// Whether a knob can be turned while the lab runs.
  private func isLive(_ name: String) -> Bool {
    (link(for: name)?.parameter ?? parameter(name))?.isLive == true
  }

  /// The line that `link.parameter` or `a-b.parameter` sets, nil when the lab has none for every link, and the
  /// parameter. `link` is every link that has no line of its own.
  func link(for name: String) -> (index: Int?, parameter: RoleDescription.Parameter)? {
    guard let dot = name.lastIndex(of: "."),
      let parameter = Roles.link.first(where: { $0.name == name[name.index(after: dot)...] })
    else { return nil }
    let owner = name[..<dot]
    if owner == "link" { return (links.firstIndex { isForAll($0.hosts) }, parameter) }
    guard !hosts.contains(String(owner)) else { return nil }
    let index = links.firstIndex { link in
      link.hosts.count == 2
        && [link.hosts, link.hosts.reversed()].contains { $0.joined(separator: "-") == owner }
    }
    return index.map { ($0, parameter) }
  }

  /// Whether a line that names these hosts is for every link: it names none, or the only two.
  private func isForAll(_ ends: [String]) -> Bool { ends.isEmpty || hosts.count == 2 }

  /// The value of `host.parameter` or `link.parameter` by the lab's lines; nil when there is no such thing.
  func value(of name: String) -> String? {
    if let (index, parameter) = link(for: name) {
      return index.flatMap { links[$0].parameters[parameter.name] } ?? parameter.standard
    }
    if let setting = sysctl(for: name) { return sysctls[setting].value }
    guard let (indices, key) = processes(for: name) else { return nil }
    return processes[indices[0]].plan.parameters[key] ?? parameter(name)?.standard
  }
}
