/// Something that a lab needs of the machine besides namespaces.
public enum LabNeed: Hashable, Sendable {
  /// io_uring, with buffers that the kernel picks from (Linux 5.19): a backend with `wait=io-uring`.
  case ring
  /// A kernel setting of a network namespace's own, and the value that it gets.
  case setting(key: String, value: String)
  /// So many descriptors in one process.
  case files(Int)
}

extension LabPlan {
  /// What the lab needs, as its roles and its `sysctl` lines say: each once, in their order.
  public var needs: [LabNeed] {
    var needs: [LabNeed] = []
    if processes.contains(where: { $0.role == "backend" && $0.parameters["wait"] == "io-uring" }) {
      needs.append(.ring)
    }
    needs.append(.files(files))
    // On loopback the machine's own settings stand.
    if !loopback {
      for (key, value) in LabNetwork.settings + sysctls.map({ ($0.key, $0.value) })
      where !needs.contains(.setting(key: key, value: value)) {
        needs.append(.setting(key: key, value: value))
      }
    }
    return needs
  }

  /// Descriptors of the process that has the most open.
  private var files: Int {
    // The lab's own: the hosts' namespaces from a place on, sockets and readings of each host, streams of each process.
    let lab = Int(LabShell.firstDescriptor) + 4 * hosts.count + 3 * processes.count
    var accepted: [Substring: Int] = [:]
    var most = lab
    for process in processes {
      let count = process.connections
      most = max(most, count + LabPlan.roleFiles)
      guard let server = process.parameters["to"]?.prefix(while: { $0 != ":" }) else { continue }
      accepted[server, default: 0] += count
      most = max(most, accepted[server, default: 0] + LabPlan.roleFiles)
    }
    return most
  }

  /// Descriptors that a role has besides its connections: streams, listeners, and pipes and polls of 64 threads at most.
  private static let roleFiles = 256
}

extension ProcessPlan {
  /// How many connections it opens at a time, at most.
  fileprivate var connections: Int {
    guard let known = Roles.all.first(where: { $0.name == role }) else { return 0 }
    func number(_ name: String) -> Int? {
      let standard = known.parameters.first { $0.name == name }.map { $0.standard ?? "1" }
      return standard.flatMap { Int(parameters[name] ?? $0) }
    }
    // Each try of a retrier has a connection of its own.
    return number("connections") ?? (role == "retrier" ? number("requests") ?? 1 : 1)
  }
}

/// What a machine lacks of that.
public struct LabLack: Hashable, Sendable {
  /// The thing in words that fit behind "needs": `io_uring`.
  public var need: String
  /// Why it isn't there, a sentence.
  public var cause: String
  /// The one command that an administrator may run.
  public var remedy: String

  /// Tells it.
  public init(need: String, cause: String, remedy: String) {
    self.need = need
    self.cause = cause
    self.remedy = remedy
  }

  /// The same, those with one reason and one way to get them as one.
  public static func joined(_ lacks: [LabLack]) -> [LabLack] {
    lacks.reduce(into: []) { joined, lack in
      let place = joined.firstIndex { ($0.cause, $0.remedy) == (lack.cause, lack.remedy) }
      if let place { joined[place].need += ", \(lack.need)" } else { joined.append(lack) }
    }
  }
}
