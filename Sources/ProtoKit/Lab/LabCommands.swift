import Bytes
import FoundationEssentials
import Session

extension Laboratory {
  /// A setting that somebody turned.
  struct Turn {
    var name: String
    var value: String
    var by: LabCommand.Author
  }

  /// Takes a line of the explorer's: a numbered command.
  func command(_ line: String) {
    guard let one = try? JSONDecoder().decode(LabCommand.self, from: Data(line.utf8)) else { return }
    let words = one.command.split(separator: " ").map(String.init)
    let answer = { (ok: Bool, text: String) in self.report(LabLine(id: one.id, ok: ok, text: text)) }
    switch words.first {
    case "stop":
      answer(true, "stopped")
      end("stopped")
    case "wire" where plan.loopback: answer(false, LoopbackLab.noWire)
    case "wire":
      let text = wire.command(Array(words.dropFirst()), into: &stream)
      if let text { noteWire(Array(words.dropFirst()), text) }
      answer(
        text != nil, text ?? "wire pause, next, resume, or drop [HOST syn|synack|ack|data|fin|rst|any N]")
    case "keys":
      guard words.count == 2, ["auto", "hand"].contains(words[1]) else {
        return answer(false, "keys auto, or keys hand")
      }
      keys.areAutomatic = words[1] == "auto"
      answer(true, keys.areAutomatic ? "the lab presses the key" : "the learner presses the key")
    case "set": set(words, one, answer)
    case "press":
      if pressable.isEmpty { return answer(false, "nothing waits for a key") }
      guard keys.add(id: one.id, at: Descriptor.now.nanoseconds) else {
        return answer(false, "100 presses wait already")
      }
      note("key", "The learner pressed the key")
    default:
      let targets = children.indices.filter {
        children[$0].control >= 0 && children[$0].plan.host == words.first
      }
      if words.count < 2 || targets.isEmpty { return answer(false, "not understood: \(one.command)") }
      forward(words.dropFirst().joined(separator: " "), to: targets, id: one.id)
    }
  }

  /// Sets a parameter of a link, or of a host's roles.
  private func set(_ words: [String], _ one: LabCommand, _ answer: (Bool, String) -> Void) {
    guard words.count == 3, let dot = words[1].lastIndex(of: ".") else {
      return answer(false, "set HOST.PARAMETER VALUE, or set link.PARAMETER VALUE")
    }
    let (owner, parameter) = (words[1][..<dot], String(words[1][words[1].index(after: dot)...]))
    let turn = Turn(name: words[1], value: words[2], by: one.by ?? .learner)
    if !plan.hosts.contains(String(owner)) {
      if plan.loopback { return answer(false, LoopbackLab.noWire) }
      if Roles.link.contains(where: { $0.name == parameter && !$0.isLive }) {
        return answer(false, "\(words[1]) can't be changed while the lab runs; set it for the next run")
      }
      do throws(SettingError) {
        guard try wire.set(owner, parameter, words[2]) else {
          return answer(false, "this lab has no host and no link \(owner)")
        }
      } catch { return answer(false, error.description) }
      turned(turn)
      return answer(true, "\(words[1]) is \(words[2])")
    }
    let targets = children.indices.filter { i in
      guard children[i].control >= 0, children[i].plan.host == owner else { return false }
      return Roles.all.contains { role in
        role.name == children[i].plan.role && role.parameters.contains { $0.name == parameter }
      }
    }
    if targets.isEmpty { return answer(false, "no role has the parameter \(words[1])") }
    forward("set \(parameter) \(words[2])", to: targets, id: one.id)
    pendingKnobs[lastForward - targets.count + 1] = turn
  }

  /// A role has answered the command with its number.
  func answered(_ number: Int, isRefused: Bool, _ text: String) {
    guard let id = pendingIDs.removeValue(forKey: number) else { return }
    if let turn = pendingKnobs.removeValue(forKey: number), !isRefused { turned(turn) }
    report(LabLine(id: id, ok: !isRefused, text: text))
  }

  /// Tells what the learner's hand did to the wire.
  private func noteWire(_ words: [String], _ text: String) {
    switch words.first {
    case "pause": note("hold", "The wire is held: frames wait, the kernel's timers run on")
    case "resume": note("release", "The wire carries frames again")
    case "next": note("next", "One frame was delivered by hand; \(text)")
    default: note("drop", words.count == 1 ? "A frame was dropped by hand" : "Asked by hand: \(text)")
    }
  }

  /// Tells that a knob has a new value.
  private func turned(_ turn: Turn) {
    let previous = knobs.updateValue(turn.value, forKey: turn.name) ?? ""
    let fields = [
      EventField("name", turn.name), EventField("value", turn.value), EventField("previous", previous),
      EventField("by", turn.by.rawValue),
    ]
    stream.add(.event(Event(.knob, at: Descriptor.now, "\(turn.name) is now \(turn.value)", fields)))
  }
}
