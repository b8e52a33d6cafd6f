import Bytes
import ProtoKit

extension Lesson {
  /// The knobs in the page's order.
  var knobs: [Knob] { lab?.knobs ?? [] }

  /// The lab with `settings` (knob name to value) put in. Throws when a setting is no knob of the lesson or is outside
  /// its range.
  func plan(settings: [String: String] = [:]) throws(LessonError) -> LabPlan {
    guard let lab else {
      throw LessonError(
        file, 0, "`\(slug)` is a page to read, without a lab", fix: "Choose another: `backlab lessons`.")
    }
    var plan = LabPlan(lesson: slug, text: lab.text)
    plan.hosts = lab.hosts
    plan.processes = lab.processes.map(\.plan)
    plan.sysctls = lab.sysctls
    plan.probed = lab.probed
    plan.arp = lab.arp
    plan.ipv6 = lab.ipv6
    plan.limit = limit
    for link in lab.links {
      do throws(SettingError) {
        plan.links.append(try LinkPlan(hosts: link.hosts, link.parameters))
      } catch let problem {
        throw LessonError(file, link.line, problem.what, fix: problem.fix)
      }
    }
    for knob in knobs { plan.knobs[knob.name] = knob.standard }
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
      guard let knob = knobs.first(where: { $0.name == name }) else {
        throw LessonError(
          "--set \(name)=\(value)", 0, "lesson `\(slug)` has no knob `\(name)`",
          fix: knobs.isEmpty
            ? "It has none."
            : NearName.question(for: name, among: knobs.map(\.name))
              + "It has \(knobs.map(\.name).joined(separator: ", ")).")
      }
      if let problem = knob.problem(with: value) {
        throw LessonError("--set \(name)=\(value)", 0, problem.what, fix: problem.fix)
      }
      try set(name, value, in: &plan, of: lab)
    }
    return plan
  }

  private func set(_ name: String, _ value: String, in plan: inout LabPlan, of lab: LabSource)
    throws(LessonError)
  {
    plan.knobs[name] = value
    if let (line, parameter) = lab.link(for: name) {
      var place = line ?? plan.links.firstIndex { $0.hosts.isEmpty }
      if place == nil {
        place = plan.links.count
        plan.links.append(LinkPlan())
      }
      do throws(SettingError) {
        if let place { try plan.links[place].set(parameter.name, value) }
      } catch let problem {
        throw LessonError("--set \(name)=\(value)", 0, problem.what, fix: problem.fix)
      }
    } else if let index = lab.sysctl(for: name) {
      plan.sysctls[index].value = value
    } else if let (indices, key) = lab.processes(for: name) {
      for index in indices { plan.processes[index].parameters[key] = value }
    }
  }

  /// Values of names in filters and checks: knobs as set, other parameters as the lab's lines or the roles have them.
  func values(settings: [String: String] = [:]) -> KnobValues { KnobValues(lab: lab, settings: settings) }
}

/// What `server.backlog` and `link.delay` stand for in the filters and checks of a run.
struct KnobValues: Sendable {
  private var lab: LabSource?
  private var settings: [String: String]
  /// The kernel that the session ran on: `6.12.8-amd64`; nil when it isn't known.
  var kernel: String?

  /// The lab's values under `settings`.
  init(lab: LabSource?, settings: [String: String]) {
    self.lab = lab
    self.settings = settings
  }

  /// No names at all.
  init() { self.init(lab: nil, settings: [:]) }

  /// The value called `name` as text; nil when no part of the lab has that name.
  func text(_ name: some StringProtocol) -> String? { settings[String(name)] ?? lab?.value(of: String(name)) }

  /// The value as a number; durations in seconds.
  func number(_ name: some StringProtocol) -> Double? { text(name).flatMap { Quantity.parse($0) } }

  /// Reads `server.backlog=4 link.delay=5ms`, the form in which a session keeps its knobs.
  static func settings(_ text: String) -> [String: String] {
    var values: [String: String] = [:]
    for pair in text.split(separator: " ") {
      guard let equals = pair.firstIndex(of: "=") else { continue }
      values[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
    }
    return values
  }
}
