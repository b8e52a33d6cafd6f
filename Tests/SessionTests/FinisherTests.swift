import Bytes
import Foundation
import Testing

@testable import Session

@Suite struct FinisherTests {
  private func read(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }
  private func write(_ bytes: [UInt8], _ path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  @Test func secretsFirstCommentsAndLength() throws {
    try withFolder { folder in
      let path = "\(folder)/run.pcapng"
      try write(session(), path)
      try SessionFinisher.finish(path: path)
      let finished = try read(path)
      let all = records(finished)
      #expect(all.troubles.isEmpty)
      #expect(all.secrets == ["CLIENT_RANDOM 00 11\nCLIENT_RANDOM 22 33\n"])
      let secret = all.firstIndex { if case .secrets = $0 { true } else { false } }
      let row = all.firstIndex { if case .event = $0 { true } else { false } }
      #expect(secret == 3 && row == 4)
      #expect(
        all.frames.map(\.comments) == [
          [], [], [], ["dropped by the wire (loss)"], [], ["duplicated by the wire"],
        ])
      #expect(all.frames.map(\.bytes) == records(session()).frames.map(\.bytes))
      #expect(all.events == records(session()).events && all.fates == records(session()).fates)
      let header = Int(finished[4])
      let length = finished[16..<24].reversed().reduce(0) { $0 << 8 | Int($1) }
      #expect(length == finished.count - header)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["run.pcapng"])

      try SessionFinisher.finish(path: path)
      #expect(try read(path) == finished)
    }
  }

  @Test func cutTailIsLeftOut() throws {
    try withFolder { folder in
      let path = "\(folder)/run.pcapng"
      try write(session().dropLast(7), path)
      try SessionFinisher.finish(path: path)
      let all = records(try read(path))
      #expect(all.troubles.isEmpty && all.frames.count == 6 && all.events.count == 1)
    }
  }

  @Test func othersAreLeftAlone() throws {
    let damaged = session() + [UInt8](repeating: 0, count: 64) + session()
    let files = [
      capture(isBig: true) { $0.packet([1]) }, session() + session(), damaged, Array("no capture".utf8), [],
    ]
    try withFolder { folder in
      let path = "\(folder)/other.pcapng"
      for bytes in files {
        try write(bytes, path)
        do throws(SessionError) {
          try SessionFinisher.finish(path: path)
          Issue.record("a file of \(bytes.count) octets was finished")
        } catch {
          #expect(error.path == path && !error.remedy.isEmpty)
        }
        #expect(try read(path) == bytes)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
      }
    }
  }

  @Test func linkStaysALink() throws {
    try withFolder { folder in
      try write(session(), "\(folder)/run.pcapng")
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/latest", withDestinationPath: "run.pcapng")
      try SessionFinisher.finish(path: "\(folder)/latest")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/latest") == "run.pcapng")
      #expect(records(try read("\(folder)/run.pcapng")).secrets.count == 1)
    }
  }
}
