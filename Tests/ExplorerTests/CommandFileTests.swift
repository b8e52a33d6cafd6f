import Foundation
import TestSupport
import Testing

/// The commands that read files, as people run them.
@Suite struct CommandFileTests {
  private let capture = CommandProgram.fixtures + "/tls13.pcapng"

  @Test func dissectPrintsALineARow() throws {
    let result = try CommandProgram.run(["dissect", capture])
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(result.lines.count == 24)
    #expect(result.lines[2].contains("10.0.0.1 → 10.0.0.2"))
    #expect(result.lines[2].contains("[SYN] Seq=0 Win=64240"))
  }

  @Test func fieldsAreThoseOfTshark() throws {
    let options =
      ["-Y", "tcp", "-T", "fields"]
      + ["frame.number", "ip.src", "tcp.port", "tcp.flags"].flatMap { ["-e", $0] }
    let ours = try CommandProgram.run(["dissect", capture] + options)
    let theirs = try Tshark.run(["-r", capture] + options)
    #expect(theirs.status == 0)
    #expect(!theirs.output.isEmpty)
    #expect(ours.output == theirs.output)
  }

  @Test func verboseShowsTheTree() throws {
    let result = try CommandProgram.run(["dissect", capture, "-V", "-Y", "frame.number == 3"])
    #expect(
      result.lines.contains("Transmission Control Protocol, Src Port: 42346, Dst Port: 4433, Seq: 0, Len: 0"))
    #expect(result.lines.contains("    Source Port: 42346"))
  }

  @Test func standardInputIsReadAsItComes() throws {
    let rows = try CommandProgram.run(
      ["-c", "cat '\(capture)' | '\(CommandProgram.binary)' dissect -2 -n -c 5 -"], command: "/bin/sh")
    let file = try CommandProgram.run(["dissect", "-r", capture, "-c", "5"])
    #expect(rows.status == 0 && rows.lines.count == 5)
    #expect(rows.output == file.output)
  }

  @Test func streamsFollowAndStatsTellTheSame() throws {
    let streams = try CommandProgram.run(["streams", capture])
    #expect(streams.lines.count == 2)
    #expect(streams.lines[1].hasPrefix("tcp 0   10.0.0.1:42346  10.0.0.2:4433"))
    let stats = try CommandProgram.run(["stats", capture])
    #expect(stats.lines.contains("TCP connections 1"))
    #expect(stats.lines.contains { $0.split(separator: " ") == ["arp", "2", "84"] })
    let follow = try CommandProgram.run(["follow", capture, "tcp", "0", "--style", "raw"])
    #expect(follow.lines.contains("Node 0: 10.0.0.1:42346"))
  }

  @Test func ladderDrawsTheHandshake() throws {
    let result = try CommandProgram.run(["ladder", capture, "--width", "60"])
    #expect(result.status == 0)
    #expect(result.lines[3].contains("--SYN--"))
    #expect(result.lines[4].contains("--SYN,ACK--"))
    #expect(result.lines.allSatisfy { $0.count <= 60 })
  }

  @Test(arguments: [
    (["dissect", "/nowhere.pcapng"], 2, "/nowhere.pcapng: can't be opened: No such file"),
    (["dissect", "/dev/null"], 2, "holds nothing that can be read"),
    (["ladder", "/"], 2, "/"),
    (["open", "/nowhere.pcapng"], 2, "No such file"),
    (["dissect", "FILE", "-Y", "tcp.prot == 1"], 64, "did you mean tcp.port?"),
    (["dissect", "FILE", "-T", "fields", "-e", "ip.scr"], 64, "did you mean ip.src?"),
    (["dissect", "FILE", "-T", "jsn"], 64, "Write one of text, tabs, fields, json, ek, pdml, psml."),
    (["dissect", "FILE", "-e", "ip.src"], 64, "-e belongs to -T fields, json, ek or pdml."),
    (["dissect", "FILE", "-T", "fields"], 64, "Write -T fields -e ip.src"),
    (
      ["dissect", "FILE", "-T", "fields", "-e", "ip.src", "-E", "quote=x"], 64, "-E quote=x: there is no such"
    ),
    (["dissect", "FILE", "-T", "pdml", "-x"], 64, "-x goes with text, tabs, json and ek."),
    (["dissect", "FILE", "-r", "FILE"], 64, "Give one file"),
    (["dissect"], 64, "`-` for standard input"),
    (["dissect", "FILE", "-c", "0"], 64, "a number of rows from 1"),
    (["follow", "FILE", "tcp", "7"], 64, "there is no TCP connection 7"),
    (["follow", "FILE", "ftp", "0"], 64, "Write tcp, tls, http or http2."),
    (["ladder", "FILE", "--width", "9"], 64, "40...500"),
    (["open", "FILE"], 64, "no terminal"),
    (["roles", "nobody"], 64, "There are tcp-listener"),
    (["roles", "tcp-lisener"], 64, "Did you mean `tcp-listener`?"),
    (
      ["lesons"], 64, "lesons: there is no such command. Did you mean `lessons`? `backlab --help` lists them."
    ),
    (["help", "dissekt"], 64, "Did you mean `dissect`?"),
    (["knock"], 64, "Did you mean `backlab run knock`?"),
    (["run", "knok"], 64, "knok: there is no such lesson. Did you mean `knock`?"),
    (["run", "knock", "--set", "server.baklog=2"], 64, "Did you mean `server.backlog`?"),
    (["run", "knock", "--plian"], 64, "'--plain'"),
    (["run"], 64, "<lesson>"),
    (["ladder", "FILE", "--width", "wide"], 64, "--width"),
    (["lessons", "--lessons", "/nowhere"], 64, "Give a directory that you may read."),
    (["no\u{1B}[31msuch"], 64, "no\u{241B}[31msuch"),
    (["dissect", "\u{1B}]0;x\u{7}"], 2, "can't be opened"),
  ])
  func errorsNameTheArgumentAndTheFix(arguments: [String], status: Int32, words: String) throws {
    let result = try CommandProgram.run(arguments.map { $0 == "FILE" ? capture : $0 })
    #expect(result.status == status)
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(result.output.isEmpty)
    #expect(!result.errors.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
  }

  @Test func aDamagedFileIsReadAsFarAsItGoes() throws {
    let bytes = try Data(contentsOf: URL(filePath: capture))
    let file = FileManager.default.temporaryDirectory.appending(path: "cut-\(UUID().uuidString).pcapng")
    defer { try? FileManager.default.removeItem(at: file) }
    try bytes.prefix(bytes.count / 2).write(to: file)
    let result = try CommandProgram.run(["dissect", file.path])
    #expect(result.status == 0)
    #expect((3..<24).contains(result.lines.count))
    #expect(result.errors.contains("octet "))
  }

  @Test func rolesAndDoctorTellWhatThereIs() throws {
    let roles = try CommandProgram.run(["roles"])
    #expect(roles.status == 0)
    #expect(roles.output.contains("backlog=128"))
    #expect(try CommandProgram.run(["roles", "link"]).lines.first?.hasPrefix("link") == true)
    let doctor = try CommandProgram.run(["doctor"])
    #expect([0, 69].contains(doctor.status))
    for word in ["Labs", "Kernel    Linux ", "Terminal", "Lessons", "State"] {
      #expect(doctor.lines.contains { $0.hasPrefix(word) }, "\(word)")
    }
    #expect(doctor.output.contains(doctor.status == 0 ? "Labs      ready" : "Labs      not here"))
  }

  @Test func whatIsListedFits80Columns() throws {
    for command in ["roles", "lessons"] {
      let lines = try CommandProgram.run([command]).lines
      #expect(lines.count > 5)
      for line in lines { #expect(line.count <= 80, "\(line)") }
    }
  }

  @Test(arguments: [
    ["--help"], ["-h"], ["help"], ["help", "run"], ["run", "--help"], ["help", "replay"], ["--version"],
  ])
  func helpIsAsked(arguments: [String]) throws {
    let result = try CommandProgram.run(arguments)
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    let first =
      arguments == ["--version"]
      ? "backlab " : arguments.contains("run") ? "OVERVIEW: Run a lesson" : "OVERVIEW: "
    #expect(result.output.hasPrefix(first))
  }

  @Test func withoutACommandTheLessonsAreListed() throws {
    let bare = try CommandProgram.run([])
    #expect(bare.status == 0)
    #expect(bare.output == (try CommandProgram.run(["lessons"])).output)
    #expect(try CommandProgram.run(["--help"]).output.contains("Exit codes: 0"))
  }
}
