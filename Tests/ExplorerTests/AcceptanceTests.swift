import Bytes
import Dissect
import Foundation
import Glibc
import ProtoKit
import Session
import TestSupport
import Testing

@testable import Explorer

/// Sessions that the program under test has kept.
enum KeptSession {
  /// The newest file below a state directory.
  static func newest(_ state: String) throws -> String {
    let folder = state + "/backlab/sessions"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    return folder + "/" + (try #require(names.last))
  }

  static func records(_ path: String) throws -> [Record] {
    var file = try SessionFile(path: path)
    var records: [Record] = []
    while let record = file.next() { records.append(record) }
    return records
  }

  static func analysis(_ path: String) throws -> Analysis {
    let analysis = Analysis()
    for record in try records(path) { analysis.append(record) }
    return analysis
  }

  /// Rows that satisfy a filter.
  static func rows(_ filter: String, _ analysis: Analysis) throws -> [Int] {
    let filter = try Filter(filter)
    return (1...max(1, analysis.rows.count)).filter { analysis.matches(filter, row: $0) }
  }

  /// When a frame reached its receiver, seconds of the epoch.
  static func arrival(_ row: Int, _ analysis: Analysis) -> Double? {
    guard case .frame(let frame) = analysis.rows[row - 1].record, let id = frame.packetID else { return nil }
    return analysis.fates[id]?.first { $0.kind == .delivered }.map { Double($0.time.nanoseconds) / 1e9 }
  }
}

/// The points of "It is good when", each with the real program in a terminal and a lab that runs.
@Suite(.serialized, .enabled(if: TmuxTerminal.isThere && LabSupport.probe() == .namespaces))
struct AcceptanceTests {
  static let sizes = [(80, 24), (120, 36)]

  private func firstStart(_ columns: Int = 80, _ lines: Int = 24) throws -> TmuxTerminal {
    let terminal = try TmuxTerminal(BuiltProgram.path, columns: columns, lines: lines)
    terminal.wait(for: "1 Who says yes to your client?", "> It is refused", "Enter answer and start")
    return terminal
  }

  /// Three clients knock; the third one's SYN is seen to be thrown away. Epoch seconds at which each was on the screen.
  @discardableResult
  private func knockThrice(_ terminal: TmuxTerminal) -> [Double] {
    terminal.press("Enter")
    terminal.wait(for: "Press c to begin", "You said: It is refused")
    return ["c1 waits", "c2 waits  (2) FULL", "x no reply"].map { wanted in
      terminal.press("c")
      terminal.wait(for: wanted)
      return Date().timeIntervalSince1970
    }
  }

  private func line(_ beginning: String, _ screen: [String]) -> String {
    screen.first { $0.drop { $0 == " " }.hasPrefix(beginning) } ?? ""
  }

  @Test(arguments: sizes) func point1ThirdClientMeetsSilence(_ columns: Int, _ lines: Int) throws {
    let began = Date().timeIntervalSince1970
    let terminal = try firstStart(columns, lines)
    let painted = knockThrice(terminal)
    let analysis = try KeptSession.analysis(KeptSession.newest(terminal.state))
    let syns = try KeptSession.rows("tcp.flags == 0x002 && !tcp.analysis.retransmission", analysis)
    try #require(syns.count == 3)
    let arrived = try #require(KeptSession.arrival(syns[2], analysis))
    let late = painted[2] - arrived
    print("point 1: silence on the screen \(Int(late * 1000)) ms after the SYN came", columns, lines)
    #expect(late < 3)
    #expect(painted[2] - began < 120)
  }

  @Test(arguments: sizes) func point2VerdictNamesAnswerTruthAndRow(_ columns: Int, _ lines: Int) throws {
    let terminal = try firstStart(columns, lines)
    knockThrice(terminal)
    // The proof is the SYN that is sent again; the verdict comes with it, while the lab runs.
    terminal.wait(for: "You said: It is refused", "The wire says: Nothing at all", "LIVE", "SYN again")
    terminal.press("e")
    terminal.wait(for: "YOU SAID", "THE WIRE SAYS", "Nothing at all", "WHAT HAPPENED", "NEXT")
    let end = terminal.settled()
    #expect(line("YOU SAID", end).contains("It is refused"))
    let row = try #require(line("SEEN IN", end).split(separator: " ").last.flatMap { Int($0) })
    #expect(end.contains { $0.contains("NOT JUDGED") })
    #expect(end.contains { $0.hasPrefix("> NEXT") })
    // It stays: nothing but a key changes it.
    let hasMoved = terminal.wait(1) { $0 != end } != nil
    #expect(!hasMoved)
    terminal.press("k")
    terminal.wait { $0.contains { $0.hasPrefix("> SEEN IN") } }
    terminal.press("Enter")
    terminal.wait(for: "OVER", "look inside row")
    #expect(terminal.wait { $0.contains { $0.hasPrefix(">") && $0.contains("SYN again") } } != nil)
    let analysis = try KeptSession.analysis(KeptSession.newest(terminal.state))
    #expect(try KeptSession.rows("tcp.analysis.retransmission", analysis).first == row)
    terminal.press("e")
    terminal.wait(for: "> NEXT")
    terminal.press("Enter")
    terminal.wait(for: " 2 ", "Enter answer and start")
  }

  @Test(arguments: sizes) func point3AcceptFreesAPlaceForTheNextRetry(_ columns: Int, _ lines: Int) throws {
    let terminal = try firstStart(columns, lines)
    knockThrice(terminal)
    // No SYN is on its way when the place becomes free.
    terminal.wait { $0.count { $0.contains("x no reply") } == 2 }
    terminal.wait(for: "Press a: the server accepts one")
    terminal.press("a")
    let free = terminal.wait(for: "QUEUE [c2] ", "accept() took c1", "Recv-Q 1")
    let painted = Date().timeIntervalSince1970
    #expect(free.joined(separator: " ").contains("its next retry"))
    // It may get in so soon that the screen waits for its reader.
    terminal.wait { $0.contains { $0.contains("c3 waits") || $0.contains("a step ahead of the screen") } }
    terminal.press("]")
    let late = terminal.wait(for: "c3 waits  (2) FULL", "QUEUE [c2][c3]")
    let again = try #require(late.lastIndex { $0.contains("SYN again") })
    #expect(try #require(late.firstIndex { $0.contains("accept() took c1") }) < again)
    #expect(try #require(late.firstIndex { $0.contains("c3 waits") }) > again)
    #expect(late.joined(separator: " ").contains("c3 got in when its timer sent"))
    let analysis = try KeptSession.analysis(KeptSession.newest(terminal.state))
    let row = try #require(try KeptSession.rows("syscall.name contains \"accept\"", analysis).last)
    if let time = analysis.rows[row - 1].time {
      print(
        "point 3: a place free on the screen \(Int((painted - Double(time.nanoseconds) / 1e9) * 1000)) ms after accept()"
      )
    }
  }

  @Test func point4ShellShowsTheNumbersOfTheQueueLine() throws {
    let terminal = try firstStart()
    knockThrice(terminal)
    let run = terminal.wait(for: "Recv-Q 2 Send-Q 1")
    #expect(run.contains { $0.contains("QUEUE [c1][c2]") })
    terminal.press("!")
    terminal.wait(for: "A shell on which host?", "> server")
    terminal.press("Enter")
    terminal.wait(for: "A shell on server")
    // What its commands complain of is seen, too.
    terminal.type("ss -ltn; cat /nowhere/at-all; echo told $((40 + 2))")
    terminal.press("Enter")
    let shell = terminal.wait(for: "told 42", "LISTEN", "/nowhere/at-all: No such file")
    let words = line("LISTEN", shell).split(separator: " ")
    try #require(words.count > 3)
    #expect(words[1] == "2" && words[2] == "1", "\(words)")
    terminal.type("exit")
    terminal.press("Enter")
    terminal.wait(for: "Recv-Q 2 Send-Q 1", "LIVE")
  }

  @Test func point5FrozenRunIsTheUnfrozenOne() throws {
    let terminals = [try firstStart(), try firstStart()]
    var ends: [[String]] = []
    var kept: [Analysis] = []
    for (index, terminal) in terminals.enumerated() {
      knockThrice(terminal)
      terminal.wait(for: "SYN again")
      if index == 0 {
        terminal.press("Space")
        terminal.wait(for: "FROZEN")
        let frozen = terminal.settled()
        var hasMoved = false
        // Frozen until two more retries are in the file: nothing of them is on the screen.
        let path = try KeptSession.newest(terminal.state)
        let before = try KeptSession.rows("tcp.analysis.retransmission", KeptSession.analysis(path)).count
        var now = before
        while now < before + 2 {
          hasMoved = hasMoved || terminal.wait(0.25) { $0 != frozen } != nil
          now = try KeptSession.rows("tcp.analysis.retransmission", KeptSession.analysis(path)).count
        }
        #expect(!hasMoved)
        terminal.press("Space")
      }
      // Arrows, not words about them.
      terminal.wait { $0.count { $0.contains("--SYN again") } >= 3 }
      terminal.press("a")
      terminal.wait { $0.contains { $0.contains("c3 waits") || $0.contains("a step ahead of the screen") } }
      terminal.press("]")
      terminal.wait(for: "c3 waits  (2) FULL")
      terminal.press("e")
      terminal.wait(for: "CLAIMS", "NEXT")
      ends.append(
        terminal.settled().filter {
          !$0.contains("KEPT") && !$0.contains(".pcapng") && !$0.contains("SEEN IN")
        })
      kept.append(try KeptSession.analysis(KeptSession.newest(terminal.state)))
    }
    #expect(ends[0] == ends[1])
    #expect(
      ends[0].contains { $0.contains("CLAIMS") && $0.contains("12 of 12 held") },
      "\(ends[0].joined(separator: "\n"))")
    // What was sent is the same, in the same order; only how often the third client knocked depends on the hand.
    let flags = try kept.map { analysis in
      try KeptSession.rows("tcp && !tcp.analysis.retransmission", analysis).map {
        analysis.summary($0).info.split(separator: "[").last.map { $0.prefix { $0 != "]" } } ?? ""
      }
    }
    #expect(flags[0] == flags[1])
    for analysis in kept {
      let again = try KeptSession.rows("tcp.flags == 0x002 && tcp.analysis.retransmission", analysis)
      let times = again.compactMap { analysis.rows[$0 - 1].time?.nanoseconds }
      for (before, after) in zip(times, times.dropFirst()) {
        #expect((900_000_000...1_400_000_000).contains(after - before))
      }
    }
  }

  @Test func point7DroppedSegmentIsSentAgainAndTsharkAgrees() throws {
    let terminal = try TmuxTerminal("\(BuiltProgram.path) run tcp")
    terminal.wait(for: "TCP: open, data, close", "Enter answer and start")
    terminal.press("Enter")
    terminal.wait(for: "Press c to begin")
    terminal.press("c")
    terminal.wait(for: "step 1 of", "= connect() returned 0", "accept() took c1")
    terminal.press("w")
    terminal.wait(for: "WIRE HELD")
    terminal.press("c")
    terminal.wait(for: "octets 1-5", "held")
    terminal.press("d")
    terminal.wait(for: "x dropped by the wire (by hand)")
    terminal.press("w")
    let screen = terminal.wait(for: "octets 1-5 again", "No ACK for it was seen in time")
    #expect(line("WHY", screen).contains("No ACK for it was seen in time"))
    terminal.press("e")
    terminal.wait(for: "NOT JUDGED", "you held the wire")
    let path = try KeptSession.newest(terminal.state)
    let analysis = try KeptSession.analysis(path)
    let rows = try KeptSession.rows("tcp.analysis.retransmission && tcp.len > 0", analysis)
    #expect(!rows.isEmpty)
    let times = rows.compactMap { analysis.rows[$0 - 1].time.map { "\($0.nanoseconds)" } }
    let seen = try Tshark.lines([
      "-r", path, "-Y", "tcp.analysis.retransmission && tcp.len > 0", "-T", "fields", "-e", "frame.number",
      "-e", "frame.time_epoch",
    ]).map { $0.split(separator: "\t").map(String.init) }
    #expect(seen.map { $0[1].filter { $0 != "." } } == times)
    #expect(seen.compactMap { Int($0[0]) } == rows)
  }

  @Test(arguments: sizes) func point8ReplayComesToTheSameState(_ columns: Int, _ lines: Int) throws {
    let terminal = try firstStart(columns, lines)
    terminal.press("Enter")
    terminal.wait(for: "Press c to begin")
    terminal.press("c")
    terminal.wait(for: "c1 waits")
    terminal.press("c")
    let live = terminal.wait(for: "c2 waits  (2) FULL", "QUEUE [c1][c2]", "step 2 of 5")
    terminal.press("q")
    terminal.wait(for: "YOU SAID")
    terminal.press("Q")
    terminal.wait(for: "ended with 0", "Session kept: ")
    let replay = try TmuxTerminal(
      "\(BuiltProgram.path) replay", columns: columns, lines: lines,
      environment: ["XDG_STATE_HOME": terminal.state])
    replay.wait(for: "Recorded sessions", "1 kept", ">")
    let asked = Date().timeIntervalSince1970
    replay.press("Enter")
    replay.wait(for: "step 0 of")
    print("point 8: a session opens in \(Int((Date().timeIntervalSince1970 - asked) * 1000)) ms")
    replay.press("]")
    replay.wait(for: "step 1 of 5")
    replay.press("]")
    let again = replay.wait(for: "step 2 of 5", "c2 waits  (2) FULL")
    #expect(line("QUEUE", again) == line("QUEUE", live))
    #expect(!line("QUEUE", again).isEmpty)
    #expect(!line("WHY", again).isEmpty)
    replay.press("Q")
    replay.wait(for: "ended with 0")
  }

  @Test(arguments: sizes) func point9RecordedRunWhereNamespacesAreForbidden(_ columns: Int, _ lines: Int)
    throws
  {
    // A namespace in which no other may be made: what a hardened machine does.
    let terminal = try TmuxTerminal(
      "unshare --user --map-root-user /bin/sh -c \"echo 0 >/proc/sys/user/max_user_namespaces; exec \(BuiltProgram.path)\"",
      columns: columns, lines: lines)
    terminal.wait(for: "1 Who says yes to your client?", "Enter answer and start")
    let asked = Date().timeIntervalSince1970
    terminal.press("Enter")
    terminal.wait(for: "RECORDED RUN", "no private network", "You said: It is refused", "step 0 of 5")
    print("point 9: the recording plays after \(Int((Date().timeIntervalSince1970 - asked) * 1000)) ms")
    terminal.press("]")
    terminal.wait(for: "step 1 of 5")
    terminal.press("]")
    terminal.wait(for: "step 2 of 5", "QUEUE [c1][c2]")
    terminal.press("]")
    terminal.wait(for: "step 3 of 5", "The wire says: Nothing at all")
    terminal.press("e")
    terminal.wait(for: "YOU SAID", "THE WIRE SAYS", "CLAIMS")
    terminal.press("Q")
    terminal.wait(for: "ended with 0")
  }

  @Test(arguments: sizes) func point9LiveOnLoopbackWhereNamespacesAreForbidden(_ columns: Int, _ lines: Int)
    throws
  {
    let terminal = try TmuxTerminal(
      "unshare --user --map-root-user /bin/sh -c \"echo 0 >/proc/sys/user/max_user_namespaces; exec \(BuiltProgram.path)\"",
      columns: columns, lines: lines)
    terminal.wait(for: "Enter answer and start", "l live on loopback")
    terminal.press("l")
    terminal.wait(for: "LOOPBACK", "no frames", "Press c to begin", "LIVE")
    terminal.press("c")
    terminal.wait(for: "connect() returned 0", "QUEUE [c1] ", "Recv-Q 1 Send-Q 1")
    terminal.press("c")
    terminal.wait(for: "QUEUE [c1][c2]", "Recv-Q 2 Send-Q 1")
    terminal.press("a")
    terminal.wait(for: "accept() took c1", "QUEUE [c2] ", "Recv-Q 1 Send-Q 1")
    terminal.press("Q", "y")
    terminal.wait(for: "ended with 0", "Session kept: ")
  }
}
