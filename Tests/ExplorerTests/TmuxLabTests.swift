import Foundation
import Glibc
import ProtoKit
import Pty
import TestSupport
import Testing

@testable import Explorer

/// Labs on the screen: what their keys do, and what is left of them.
@Suite(.serialized, .enabled(if: TmuxTerminal.isThere && LabSupport.probe() == .namespaces))
struct TmuxLabTests {
  private func lab(_ columns: Int = 80, _ lines: Int = 24, environment: [String: String] = [:]) throws
    -> TmuxTerminal
  {
    let terminal = try TmuxTerminal(
      "\(BuiltProgram.path) run kno", columns: columns, lines: lines, environment: environment)
    terminal.wait(for: "1 Who says yes to your client?", "Enter answer and start")
    terminal.press("Enter")
    terminal.wait(for: "Press c to begin")
    return terminal
  }

  @Test(arguments: [(80, 24), (120, 36)]) func keysOfARun(_ columns: Int, _ lines: Int) throws {
    let terminal = try lab(columns, lines)
    terminal.press("c")
    terminal.wait(for: "c1 waits", "QUEUE [c1] ")
    terminal.press("W")
    // All of the command, over as many lines as it takes.
    let isTold = terminal.wait { screen in
      let foot = screen.drop { !$0.contains("wireshark ") }.map { $0.drop { $0 == " " } }.joined()
      return foot.contains("\(terminal.state)/backlab/sessions/knock-") && foot.hasSuffix(".pcapng")
    }
    #expect(isTold != nil)
    terminal.press("?")
    terminal.wait(for: "All keys here", "Starts the next client or request")
    terminal.press("q")
    terminal.wait(for: "QUEUE [c1] ")
    terminal.press("R")
    terminal.wait(for: "Press c to begin", "step 0 of 5", "QUEUE empty")
    terminal.press("c")
    terminal.wait(for: "c1 waits", "QUEUE [c1] ")
    terminal.press("Q")
    terminal.wait(for: "End it and quit?")
    terminal.press("y")
    let end = terminal.wait(for: "ended with 0", "Session kept: ")
    #expect(end.count { $0.hasPrefix("Session kept: ") } == 2)
  }

  @Test func lessonsAreFoundByNumberAndBeginning() throws {
    let terminal = try TmuxTerminal(
      "\(BuiltProgram.path) run 2; \(BuiltProgram.path) run four; \(BuiltProgram.path) replay; \(BuiltProgram.path)"
    )
    for _ in 0..<2 {
      terminal.wait(for: " 2 Four ways to fail", "Enter answer and start")
      terminal.press("Q")
      terminal.wait {
        !$0.contains { $0.contains("Enter answer and start") } || $0.contains { $0.contains("0 kept") }
      }
    }
    terminal.wait(for: "Recorded sessions", "0 kept", "No run was kept yet")
    terminal.press("Q")
    // Not the first start any more: the list, at the first lesson that isn't done.
    let list = terminal.wait(for: "Backlab", "lessons done", "Enter open")
    #expect(list.contains { $0.hasPrefix(" > [ ]  1 ") || $0.hasPrefix(" > [>]  1 ") })
    terminal.press("q")
    terminal.wait(for: "ended with 0")
  }

  @Test func doneLessonIsKeptAndTheNextOneWaits() throws {
    let terminal = try lab()
    for wanted in ["c1 waits", "c2 waits  (2) FULL", "x no reply"] {
      terminal.press("c")
      terminal.wait(for: wanted)
    }
    terminal.wait(for: "Press a: the server accepts one")
    terminal.press("a")
    terminal.wait { $0.contains { $0.contains("c3 waits") || $0.contains("a step ahead of the screen") } }
    terminal.press("]")
    terminal.wait(for: "c3 waits  (2) FULL", "step 5 of 5")
    terminal.press("e")
    // However many of its claims apply to this hand's pace, all of them hold.
    terminal.wait { lines in
      lines.contains { $0.hasPrefix("> NEXT") || $0.contains("> NEXT") }
        && lines.contains { line in
          let words = line.split(separator: " ")
          return words.count > 4 && words[0] == "CLAIMS" && words[1] == words[3] && words[4].hasPrefix("held")
        }
    }
    terminal.press("Q")
    terminal.wait(for: "ended with 0")
    let again = try TmuxTerminal(BuiltProgram.path, environment: ["XDG_STATE_HOME": terminal.state])
    let list = again.wait(for: "1 of ", "lessons done")
    #expect(list.contains { $0.contains("[x]  1 Who says yes") || $0.contains("[x]  1  Who says yes") })
    #expect(list.contains { $0.hasPrefix(" > [ ]  2 ") })
    again.press("q")
    again.wait(for: "ended with 0")
  }

  /// A handshake of TLS is over in half a second; its steps are read one by one all the same.
  @Test(arguments: [(80, 24), (120, 36)]) func screenWaitsForItsReader(_ columns: Int, _ lines: Int) throws {
    let terminal = try TmuxTerminal("\(BuiltProgram.path) run tls-1.3", columns: columns, lines: lines)
    terminal.wait(for: "TLS 1.3", "Enter answer and start")
    terminal.press("Enter")
    terminal.wait(for: "Press c to begin")
    terminal.press("c")
    let first = terminal.wait(for: "step 1 of", "a step ahead of the screen", "] next step")
    _ = terminal.settled()
    let count = try #require(
      first[0].split(separator: " ").drop { $0 != "of" }.dropFirst().first.flatMap { Int($0) })
    for step in 2...count {
      terminal.press("]")
      terminal.wait(for: "step \(step) of \(count)")
      _ = terminal.settled()
      if step < count { terminal.wait(for: "a step ahead of the screen") }
    }
    #expect(terminal.wait { !$0.contains { $0.contains("a step ahead") } } != nil)
    terminal.press("e")
    terminal.wait(for: "THE WIRE SAYS", "CLAIMS")
    terminal.press("Q")
    terminal.wait(for: "ended with 0")
  }

  @Test func sizeIsFollowedInALabAndInItsReplay() throws {
    let terminal = try lab()
    terminal.press("c")
    terminal.wait(for: "c1 waits")
    terminal.press("c")
    terminal.wait(for: "c2 waits  (2) FULL")
    func sizes(_ wanted: String) {
      for (columns, lines) in [(120, 36), (60, 16), (200, 50), (80, 24)] {
        terminal.resize(columns: columns, lines: lines)
        let rule = String(repeating: "-", count: columns)
        let screen = terminal.wait {
          $0.count == lines && $0.contains(rule) && $0.contains { $0.contains(wanted) }
            && $0.contains { $0.contains("SYN,ACK") }
        }
        let isDrawn = screen != nil
        #expect(isDrawn, "\(columns)x\(lines):\n\(terminal.screen().joined(separator: "\n"))")
      }
    }
    sizes("LIVE")
    terminal.press("q")
    terminal.wait(for: "YOU SAID")
    terminal.press("v")
    terminal.wait(for: "Recorded sessions", "1 kept")
    terminal.press("Enter")
    terminal.wait(for: "step 0 of 5")
    terminal.press("]", "]")
    terminal.wait(for: "step 2 of 5", "REPLAY")
    sizes("REPLAY")
    terminal.press("Q")
    terminal.wait(for: "ended with 0")
  }

  @Test func stoppedLabGoesOn() throws {
    let terminal = try TmuxTerminal("/bin/bash --norc --noprofile -i")
    terminal.wait(for: "$")
    terminal.type("\(BuiltProgram.path) run 1")
    terminal.press("Enter")
    terminal.wait(for: "Enter answer and start")
    terminal.press("Enter")
    terminal.wait(for: "Press c to begin")
    terminal.press("c")
    terminal.wait(for: "c1 waits")
    terminal.press("C-z")
    terminal.wait(for: "Stopped")
    terminal.type("fg")
    terminal.press("Enter")
    terminal.wait(for: "c1 waits", "LIVE", "c one more client")
    terminal.press("c")
    terminal.wait(for: "c2 waits  (2) FULL")
    terminal.press("Q", "y")
    terminal.wait(for: "Session kept: ")
  }

  /// Who is killed, without any chance to clean up.
  enum Victim: CaseIterable { case drawer, guardian, lab }

  @Test(arguments: Victim.allCases) func nothingIsLeftAfterKill9(_ victim: Victim) throws {
    let mounts = try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
    let temporary = FileManager.default.temporaryDirectory.appending(
      path: "backlab-kill-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: temporary) }
    let terminal = try lab(environment: ["TMPDIR": temporary.path])
    terminal.press("c")
    terminal.wait(for: "c1 waits")
    let shell = try terminal.shell()
    let guardian = try #require(ProcessTree.children(of: shell).first)
    let drawer = try #require(ProcessTree.children(of: guardian).first)
    let labs = ProcessTree.descendants(of: drawer)
    try #require(labs.count >= 3, "the lab, the server and the client")
    let own = ProcessTree.namespace("net", of: getpid())
    let namespaces = Set(labs.compactMap { ProcessTree.namespace("net", of: $0) }.filter { $0 != own })
    #expect(namespaces.count >= 2)
    // Held open, so that no other lab's namespace takes over a number.
    let held = labs.map { unsafe open("/proc/\($0)/ns/net", O_RDONLY | O_CLOEXEC) }
    defer { held.forEach { close($0) } }
    let root = try #require(labs.first { ProcessTree.arguments(of: $0).dropFirst().first == "lab" })
    switch victim {
    case .drawer: kill(drawer, SIGKILL)
    case .guardian: kill(guardian, SIGKILL)
    case .lab:
      kill(root, SIGKILL)
      terminal.wait(for: "OVER")
      #expect(ProcessTree.alive(labs).isEmpty)
      terminal.press("Q")
    }
    terminal.wait(for: "ended with \(victim == .lab ? 0 : 137)")
    #expect(ProcessTree.alive(labs + [drawer, guardian]).isEmpty)
    let left = ProcessTree.all.filter { pid in
      ProcessTree.namespace("net", of: pid).map { namespaces.contains($0) } ?? false
    }
    #expect(left.isEmpty)
    #expect(try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8) == mounts)
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path).isEmpty)
    let kept = try FileManager.default.subpathsOfDirectory(atPath: terminal.state + "/backlab").sorted()
    #expect(kept.count == 3 && kept[0] == "progress" && kept[1] == "sessions", "\(kept)")
    // What had come until then is there.
    let analysis = try KeptSession.analysis(KeptSession.newest(terminal.state))
    #expect(try KeptSession.rows("tcp.flags == 0x012", analysis).count == 1)
    // The terminal is a terminal again: what is typed is echoed, and no mode is on.
    terminal.type("typed")
    terminal.wait(for: "typed")
  }

  @Test(arguments: [SIGTERM, SIGSEGV]) func labsTerminalIsGivenBack(_ number: CInt) throws {
    let terminal = try lab()
    terminal.press("c")
    terminal.wait(for: "c1 waits")
    let guardian = try #require(ProcessTree.children(of: try terminal.shell()).first)
    let drawer = try #require(ProcessTree.children(of: guardian).first)
    let labs = ProcessTree.descendants(of: drawer)
    kill(number == SIGTERM ? guardian : drawer, number)
    terminal.wait(for: "ended with \(128 + number)")
    #expect(ProcessTree.alive(labs + [drawer]).isEmpty)
    terminal.type("typed")
    terminal.wait(for: "typed")
  }

  @Test func labWithoutEventsWakesNobodyWhoWatches() throws {
    let terminal = try lab()
    let guardian = try #require(ProcessTree.children(of: try terminal.shell()).first)
    let drawer = try #require(ProcessTree.children(of: guardian).first)
    _ = terminal.settled()
    let before = [guardian, drawer].map(ProcessFigures.waits)
    // The second is what is measured: nothing else is waited for.
    Thread.sleep(forTimeInterval: 1)
    #expect([guardian, drawer].map(ProcessFigures.waits) == before)
    terminal.press("Q", "y")
    terminal.wait(for: "ended with 0")
  }
}
