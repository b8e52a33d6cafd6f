import Foundation
import Glibc
import TestSupport
import Testing

/// The program in a terminal of tmux, as a person sees it.
@Suite(.serialized, .enabled(if: TmuxTerminal.isThere)) struct TmuxTests {
  static let binary = BuiltProgram.path
  private static func fixture(_ path: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: path)
      .path
  }
  static let capture = fixture("DissectTests/Fixtures/http1.pcapng")

  @Test(arguments: [(80, 24), (120, 36)]) func captureIsReadPlayedAndLeft(_ columns: Int, _ lines: Int) throws
  {
    let terminal = try TmuxTerminal("\(Self.binary) open \(Self.capture)", columns: columns, lines: lines)
    let first = terminal.wait(for: "http1.pcapng", "REPLAY", "[SYN]", "? all keys")
    #expect(first.count == lines)
    #expect(first.contains { $0.hasPrefix(">1 ") })
    terminal.press("Enter")
    terminal.wait(for: "row 1", "Frame 1:", "0000  ")
    // ESC and a letter in one breath would be Alt and that letter.
    terminal.press("q")
    terminal.press("m")
    terminal.wait(for: "sent s", "--SYN--")
    terminal.press("m", "G")
    let last = try #require(terminal.wait { $0.contains { $0.hasPrefix(">") && !$0.hasPrefix(">1 ") } })
    #expect(last.contains { $0.contains("FIN") || $0.contains("ACK") })
    terminal.press("f")
    terminal.wait(for: "Filter:")
    terminal.type("http.request.method == \"GET\" or tcp.flags.syn == 1")
    terminal.press("Enter")
    terminal.wait(for: "FILTER http.request.method", "rows)")
    terminal.press("W")
    terminal.wait(for: "wireshark ", "http1.pcapng")
    terminal.press("Q")
    terminal.wait(for: "ended with 0")
  }

  /// What another program wrote, in the older format.
  @Test(arguments: [(80, 24), (120, 36)]) func fileOfAnotherProgramIsRead(_ columns: Int, _ lines: Int) throws
  {
    let file = FileManager.default.temporaryDirectory.appending(path: "backlab-own-\(UUID().uuidString).pcap")
      .path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let written = try Tshark.run(["-r", Self.capture, "-F", "pcap", "-w", file])
    try #require(written.status == 0)
    let count = try Tshark.lines(["-r", file, "-Y", "http.request"]).count
    let terminal = try TmuxTerminal("\(Self.binary) open \(file)", columns: columns, lines: lines)
    terminal.wait(for: "backlab-own-", "REPLAY", "[SYN]")
    terminal.press("f")
    terminal.wait(for: "Filter:")
    terminal.type("http.request")
    terminal.press("Enter")
    let screen = terminal.wait(for: "FILTER http.request (\(count) of ")
    #expect(screen.count { $0.prefix(78).contains("GET /") } == count)
    terminal.press("Q")
    terminal.wait(for: "ended with 0")
  }

  @Test(arguments: [(80, 24), (120, 36)]) func recordedRunIsPlayedAndScrubbed(_ columns: Int, _ lines: Int)
    throws
  {
    let session = Self.fixture("../Lessons/01-start/01-knock/session.pcapng")
    let terminal = try TmuxTerminal("\(Self.binary) open \(session)", columns: columns, lines: lines)
    // It plays to the first step and waits for its reader there.
    terminal.wait(for: "1 Who says yes to your client?", "step 1 of 5", "REPLAY")
    terminal.press("9")
    terminal.wait(for: "step 4 of 5")
    terminal.press("0")
    terminal.wait(for: "step 0 of 5", "0.0 s")
    terminal.press("]", "]", "]")
    terminal.wait(for: "step 3 of 5", "QUEUE [c1][c2]", "x no reply")
    terminal.press("[")
    terminal.wait(for: "step 2 of 5")
    terminal.press(".")
    terminal.wait { $0.contains { $0.hasPrefix(">") && $0.contains("--SYN") } }
    terminal.press("t")
    terminal.wait(for: "timeline: t closes", "CLIENT", "queue", "S SYN")
    terminal.press("Space")
    terminal.wait(for: "PLAYING")
    terminal.wait(for: "step 3 of 5", "REPLAY")
    terminal.press("e")
    terminal.wait(for: "WHAT HAPPENED", "CLAIMS")
    terminal.press("Q")
    terminal.wait(for: "ended with 0")
  }

  @Test func sizeIsFollowed() throws {
    let terminal = try TmuxTerminal("\(Self.binary) open \(Self.capture)")
    terminal.wait(for: "? all keys")
    for (columns, lines) in [(120, 36), (60, 12), (80, 24), (200, 60), (20, 6)] {
      terminal.resize(columns: columns, lines: lines)
      let rule = String(repeating: "-", count: columns)
      let screen = terminal.wait {
        $0.count == lines && $0.contains(rule) && !$0.contains { $0.count > columns }
      }
      #expect(screen != nil, "\(columns)x\(lines):\n\(terminal.screen().joined(separator: "\n"))")
    }
    terminal.resize(columns: 10, lines: 4)
    terminal.wait(for: "need 40x10")
    terminal.resize(columns: 80, lines: 24)
    terminal.wait(for: "? all keys")
    terminal.press("Q")
    terminal.wait(for: "ended with 0")
  }

  @Test func stoppedProgramGoesOn() throws {
    let terminal = try TmuxTerminal("/bin/bash --norc --noprofile -i")
    terminal.wait(for: "$")
    terminal.type("\(Self.binary) open \(Self.capture)")
    terminal.press("Enter")
    terminal.wait(for: "REPLAY", "? all keys")
    terminal.press("C-z")
    terminal.wait(for: "Stopped")
    // The shell has the terminal, cooked: it echoes and runs what is typed.
    terminal.type("echo $((6 * 7))")
    terminal.press("Enter")
    terminal.wait(for: "42")
    terminal.resize(columns: 100, lines: 30)
    terminal.type("fg")
    terminal.press("Enter")
    let rule = String(repeating: "-", count: 100)
    let screen = terminal.wait { screen in
      screen.count == 30 && screen.contains(rule) && screen.contains { $0.contains("? all keys") }
    }
    #expect(screen != nil, "\(terminal.screen().joined(separator: "\n"))")
    terminal.press("?")
    terminal.wait(for: "All keys here")
    terminal.press("q", "Q")
    terminal.wait { $0.contains { $0.hasPrefix("$") } }
    terminal.type("echo $((40 + 3)) && stty -a")
    terminal.press("Enter")
    terminal.wait(for: "43", " icanon", " echo ")
  }

  @Test func mouseIsTheTerminalsUntilAskedFor() throws {
    let terminal = try TmuxTerminal("\(Self.binary) open \(Self.capture)")
    terminal.wait(for: "? all keys")
    terminal.press("F9")
    terminal.wait(for: "Mouse reports are on")
    terminal.press("F9")
    terminal.wait(for: "Mouse reports are off")
    terminal.press("Q")
    terminal.wait(for: "ended with 0")
  }
}
