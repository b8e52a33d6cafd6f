import Bytes
import Foundation
import Testing

@testable import Session

@Suite struct SessionTests {
  @Test func roundTrip() {
    let all = records(session())
    #expect(all.troubles.isEmpty)
    #expect(all.interfaces.map(\.name) == ["client", "server"])
    #expect(all.frames.map(\.packetID) == [1, 2, 3, 4, 5, 6])
    #expect(all.frames.map(\.interface) == [0, 1, 0, 1, 0, 1])
    #expect(all.frames[1].time == Timestamp(nanoseconds: 1_700_000_000_124_456_792))
    #expect(all.frames.allSatisfy { $0.flags == 2 && $0.originalLength == $0.bytes.count })
    #expect(all.events.map(\.message) == ["The lab “knock” began", "accept4() = 7"])
    #expect(all.events[1].number("result") == 7 && all.events[1]["blocked"] == .truth(true))
    #expect(all.fates.map(\.kind) == [.delivered, .delivered, .delivered, .dropped, .delivered, .duplicated])
    #expect(all.fates[3].cause == "loss")
    #expect(all.secrets.count == 2)
    let names = all.compactMap { if case .names(let names) = $0 { names } else { nil } }
    #expect(names.first?.map(\.address) == ["192.0.2.1", "2001:db8::1"])
  }

  @Test func frameWithEverything() {
    var encoder = SessionEncoder()
    encoder.begin(application: "x")
    encoder.interface(Interface())
    let frame = Frame(
      time: Timestamp(nanoseconds: 7), originalLength: 900, flags: 1, packetID: .max,
      comments: ["a", "böse"],
      bytes: [1, 2, 3])
    encoder.frame(frame)
    encoder.frame(Frame(time: nil, bytes: [4, 5]))
    let frames = records(encoder.take()).frames
    #expect(frames[0].comments == frame.comments && frames[0].originalLength == 900)
    #expect(frames[0].packetID == .max && frames[0].time == frame.time && frames[0].bytes == [1, 2, 3])
    #expect(frames[1].time == nil && frames[1].bytes == [4, 5])
    #expect(encoder.take().isEmpty)
  }

  @Test func addresses() {
    for text in [
      "::", "::1", "2001:db8::1", "fe80::1:2", "1:2:3:4:5:6:7:8", "1::", "::ffff:192.0.2.1", "192.0.2.1",
    ] {
      let octets = addressOctets(text) ?? []
      let back =
        octets.count == 4
        ? IPv4Address(octets.reduce(0) { $0 << 8 | UInt32($1) }).description
        : IPv6Address(
          high: octets.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
          low: octets.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
        ).description
      #expect(back == text)
    }
    for text in [
      "", ":", ":::", "1:2", "1::2::3", "g::", "1:2:3:4:5:6:7:8:9", "12345::", "192.0.2", "::1:",
      "1:2:3:4:5:6:7::8",
    ] {
      #expect(addressOctets(text) == nil, "\(text)")
    }
  }

  /// Every prefix keeps its whole blocks, in pieces of any size, and says where it was cut.
  @Test func everyPrefix() {
    let bytes = session()
    var ends: Set<Int> = [0]
    var at = 0
    while at < bytes.count {
      at += Int(bytes[at + 4]) | Int(bytes[at + 5]) << 8
      ends.insert(at)
    }
    #expect(at == bytes.count)
    var last = 0
    for end in 0...bytes.count {
      let all = records(Array(bytes[..<end]), piece: 97)
      if ends.contains(end), end > 0 {
        #expect(all.troubles.isEmpty)
        last = all.count
      } else {
        #expect(all.troubles.count == 1 && all.troubles[0].isEnd)
        #expect(all.count == last + 1)
        #expect(end < 12 || all.troubles[0].offset == Int64(ends.filter { $0 < end }.max() ?? 0))
      }
    }
  }

  @Test func piecesDoNotMatter() throws {
    for name in fixtures {
      let bytes = try fixture(name)
      let whole = records(bytes).map { "\($0)" }
      for piece in [1, 3, 64, 1000] { #expect(records(bytes, piece: piece).map { "\($0)" } == whole) }
    }
  }

  /// Thousands of damaged files; reading them must end, and never crash.
  @Test func mutations() throws {
    var random = Generator(state: 0x5EED)
    var sources = try fixtures.map(fixture).filter { $0.count < 4000 }
    sources.append(session())
    sources.append(capture(isBig: true) { $0.packet([1, 2, 3], $0.option(1, [65])) })
    var total = 0
    for round in 0..<4000 {
      var bytes = sources[round % sources.count]
      for _ in 0...Int.random(in: 0..<6, using: &random) {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[at] = .random(in: 0...255, using: &random)
        case 2: for i in at..<min(at + 4, bytes.count) { bytes[i] = 0xFF }
        case 3: bytes.removeSubrange(at..<min(at + Int.random(in: 1..<9, using: &random), bytes.count))
        default: bytes.insert(contentsOf: [UInt8](repeating: 0, count: 4), at: at)
        }
        if bytes.isEmpty { bytes = [0] }
      }
      let all = records(bytes, piece: round % 3 == 0 ? 61 : .max)
      // Each record is made of twelve octets at least, and a block gives two records at most.
      #expect(all.count <= bytes.count / 6 + 1)
      total += all.count
    }
    #expect(total > 10_000)
  }

  @Test func journalEntriesOfOthers() {
    let text: [UInt8] =
      Array("__REALTIME_TIMESTAMP=5\nMESSAGE\n".utf8) + [3, 0, 0, 0, 0, 0, 0, 0] + Array("a\nb\nX=1\n\n".utf8)
    let all = records(
      capture {
        $0.block(9, text)
        $0.block(9, Array("MESSAGE=m\nBACKLAB_EVENT={\"kind\":\"note\",\"time\":3}\n".utf8))
        $0.block(9, Array("BACKLAB_EVENT={\"kind\":\"dance\",\"time\":3}\n".utf8))
      })
    guard case .journal(let entry) = all[1], case .event(let event) = all[2], case .journal = all[3] else {
      Issue.record("not an entry, an event, an entry: \(all)")
      return
    }
    #expect(entry.time?.nanoseconds == 5000)
    #expect(entry.fields.map(\.name) == ["__REALTIME_TIMESTAMP", "MESSAGE", "X"])
    #expect(entry.fields[1].value == Array("a\nb".utf8))
    #expect(event.message == "m")
  }

  @Test func filesThatCanNotBeOpened() throws {
    try withFolder { folder in
      for (path, part) in [("\(folder)/none", "Check the name"), (folder, "directory")] {
        do throws(SessionError) {
          _ = try SessionFile(path: path)
          Issue.record("\(path) was opened")
        } catch {
          #expect(error.description.contains(part) && error.description.contains(path))
        }
      }
    }
  }

  @Test func fileInWindows() throws {
    try withFolder { folder in
      var encoder = SessionEncoder()
      encoder.begin(application: "x")
      encoder.interface(Interface())
      let octets = [UInt8](repeating: 9, count: 1400)
      for i in 0..<3000 { encoder.frame(Frame(time: Timestamp(nanoseconds: Int64(i)), bytes: octets)) }
      let path = "\(folder)/big.pcapng"
      try Data(encoder.take()).write(to: URL(fileURLWithPath: path))
      var file = try SessionFile(path: path)
      var count: Int64 = 0
      while let record = file.next() {
        guard case .frame(let frame) = record else { continue }
        #expect(frame.time?.nanoseconds == count && frame.bytes.count == 1400)
        count += 1
      }
      #expect(count == 3000)
    }
  }
}

/// splitmix64: the same numbers on every run.
struct Generator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
