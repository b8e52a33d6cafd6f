import Bytes
import Foundation
import TestSupport
import Testing

@testable import Dissect

/// What two sides said to each other: each connection of each capture, on each layer, against `tshark -z follow`.
@Suite(.enabled(if: Tshark.mayJudge)) struct FollowTsharkTests {
  /// Connections that are not compared, by capture and layer, and why.
  static let exceptions: [String: String] = {
    var all = [
      "dsb_last http": "secrets that come after the records: tshark opens none", "dsb_mid2 http": "the same",
      "dsb_last tls": "the same", "dsb_mid2 tls": "the same",
      "recorded/dsb_last http": "the same", "recorded/dsb_last tls": "the same",
      "grpc http2": "on a port of its own, tshark reads no HTTP/2",
      "grpc tcp": "a carriage return at the end of a piece, which is left away here",
      "network/topt tcp": "segments out of sequence, made one by one",
      "h2odd http2": "bodies that tshark unpacks",
      "grpccoded http2": "messages of codings that tshark does not unpack, which it then leaves out",
      "ssec http": "events show as they come", "types http": "the same",
    ]
    for name in ["grpc2", "h2split", "h2securegrpc", "h2frames", "h2secure", "h2types"] {
      all["\(name) http2"] = "tshark 4.0 shows one of several DATA frames that a row has of a stream"
    }
    return all
  }()

  /// One thing to follow.
  struct Question: Hashable {
    var layer: Follow.Layer
    var style: Follow.Style
    var stream: Int
    var substream: Int?

    var tap: String {
      "follow,\(layer.rawValue),\(style.rawValue),\(stream)" + (substream.map { ",\($0)" } ?? "")
    }
    /// The lines with which an answer begins.
    var head: String {
      "Follow: \(layer.rawValue),\(style.rawValue)\nFilter: tcp.stream eq \(stream)"
        + (substream.map { " and http2.streamid eq \($0)" } ?? "") + "\n"
    }
  }

  @Test(arguments: CaptureFile.names) func agrees(_ name: String) throws {
    let path = CaptureFile.url(name).path
    let analysis = try Analysis(path: path)
    let questions = Self.questions(analysis)
    guard !questions.isEmpty else { return }
    let text = try Tshark.run(["-2", "-n", "-q", "-r", path] + questions.flatMap { ["-z", $0.tap] }).output
    let line = String(repeating: "=", count: 67) + "\n"
    let answers = text.components(separatedBy: line)
    var compared = 0
    for question in questions {
      guard Self.exceptions["\(name) \(question.layer.rawValue)"] == nil else { continue }
      let answer = try #require(answers.first { $0.hasPrefix(question.head) }, "\(name): \(question.tap)")
      let follow = try #require(
        Follow(question.layer, stream: question.stream, substream: question.substream ?? 0, in: analysis))
      var own = TextBuffer()
      follow.append(as: question.style, to: &own)
      let mine = Self.said(own.text.components(separatedBy: line)[1], question)
      let theirs = Self.said(answer, question)
      compared += theirs.count
      // A body up to the alert that closes TLS: tshark shows it nowhere.
      if question.layer == .http, mine.count > theirs.count, theirs.count > 4,
        Array(mine.prefix(theirs.count)) == theirs
      {
        continue
      }
      let isSame = mine == theirs
      #expect(isSame, "\(name): \(question.tap): \(Self.difference(mine, theirs))")
    }
    print("\(name): \(questions.count) followed, \(compared) lines compared")
  }

  /// Everything that can be asked of a capture.
  private static func questions(_ analysis: Analysis) -> [Question] {
    var questions: [Question] = []
    var seen: Set<Question> = []
    for stream in analysis.streams() where stream.transport == "tcp" {
      for style in Follow.Style.allCases {
        questions.append(Question(layer: .tcp, style: style, stream: stream.number))
      }
    }
    for row in analysis.rows {
      let tree = analysis.tree(row.number)
      guard let stream = tree.first(TCPField.stream).map({ Int($0) }) else { continue }
      var found: [Question] = []
      if tree.first(TLSField.appProtocol) != nil {
        found.append(Question(layer: .tls, style: .raw, stream: stream))
      }
      if tree.first(HTTPField.http) != nil {
        found.append(Question(layer: .http, style: .ascii, stream: stream))
      }
      for node in tree.all(HTTP2Field.streamID) {
        found.append(Question(layer: .http2, style: .hex, stream: stream, substream: Int(node.value)))
      }
      for question in found where seen.insert(question).inserted { questions.append(question) }
    }
    return questions
  }

  /// The lines that somebody said. tshark names the ends of TLS by whose record it opened first, so that sides are not
  /// compared there; it writes carriage returns, which would write over their lines, and blanks at their ends.
  private static func said(_ text: String, _ question: Question) -> [String] {
    let lines = text.replacingOccurrences(of: "\r\n", with: "\n").replacingOccurrences(of: "\r", with: ".")
      .components(separatedBy: "\n").dropLast()
      .map { question.style == .hex ? $0.trimmingCharacters(in: CharacterSet(charactersIn: " ")) : $0 }
    guard question.layer == .tls else { return lines }
    return lines.filter { !$0.hasPrefix("Node ") }.map { $0.hasPrefix("\t") ? String($0.dropFirst()) : $0 }
  }

  private static func difference(_ ours: [String], _ theirs: [String]) -> String {
    let place = zip(ours, theirs).enumerated().first { $1.0 != $1.1 }?.offset ?? min(ours.count, theirs.count)
    func line(_ lines: [String]) -> String {
      place < lines.count ? String(lines[place].prefix(150)) : "no line"
    }
    return "line \(place) of \(ours.count) and \(theirs.count): we \(line(ours)), tshark \(line(theirs))"
  }
}
