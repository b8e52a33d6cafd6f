import Foundation
import Glibc
import Pty
import Session
import Testing

@testable import ProtoKit

/// Labs leave nothing behind, however many there are and however they end.
@Suite(.serialized) struct LeftoverTests {
  /// Links of /proc/PID/ns, such as `net:[4026531840]`.
  private static func namespaces(of pid: pid_t) -> Set<String> {
    Set(
      ["user", "net", "pid_for_children", "mnt"].compactMap {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/ns/\($0)")
      })
  }

  /// Descriptors of this process that keep a namespace alive.
  private static var heldNamespaces: [String] {
    let folder = "/proc/self/fd"
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
    }.filter { link in ["user:[", "net:[", "pid:[", "mnt:["].contains { link.hasPrefix($0) } }
  }

  private static var descriptors: Int {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []).count
  }

  /// Two hundred labs, one after the other, ended by command and by force in turn.
  @Test func twoHundredLabsLeaveNothing() throws {
    let own = Self.namespaces(of: getpid())
    let mounts = ProcessFigures.text("/proc/self/mountinfo")
    var processes = Set<pid_t>()
    var first = 0
    for number in 0..<200 {
      let trial = LabTrial()
      var isRunning = false
      try trial.drive(
        LabTrial.knock(backlog: 1, connections: 1, delay: 0),
        told: { trial, report in
          guard report == .ready else { return }
          isRunning = true
          processes.insert(trial.processID)
          let others = ProcessFigures.descendants(of: trial.processID)
          processes.formUnion(others)
          // A process of its own, its init, a server and a client; its namespaces, and one a host.
          let spaces = Set(([trial.processID] + others).flatMap { Self.namespaces(of: $0) })
          #expect(others.count >= 3 && spaces.subtracting(own).count >= 6, "\(spaces)")
          if number % 2 == 0 { trial.stop() } else { trial.send("stop") }
        }
      ) { _, _ in }
      try #require(isRunning, "lab \(number): \(trial.reports)")
      if number == 0 { first = Self.descriptors }
    }
    for pid in processes { try #require(isGone(pid), "process \(pid) outlived its lab") }
    // A namespace lives as long as a process is in it, or a descriptor or a mount holds it.
    #expect(Self.heldNamespaces.isEmpty, "\(Self.heldNamespaces)")
    #expect(ProcessFigures.text("/proc/self/mountinfo") == mounts)
    // Tests that run meanwhile open some of their own; a lab has four ends in this process.
    #expect(
      Self.descriptors < first + 200, "\(first) descriptors after one lab, \(Self.descriptors) after 200")
  }
}
