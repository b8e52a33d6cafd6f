import Bytes
import CLinux
import Glibc
import Session
import Testing

@testable import ProtoKit

/// The wire without a kernel's network: its links are pairs of datagram sockets.
@Suite struct WireTests {
  /// Frames leave in the order of their moments, those of one moment in the order of their coming, each with its own
  /// octets, whatever was added and taken before.
  @Test(arguments: 1...8) func framesLeaveWhenTheyAreDue(_ seed: UInt64) {
    var random = SplitMix64(state: seed)
    var frames = WaitingFrames()
    var expected: [(due: Int64, id: UInt64, octets: [UInt8])] = []
    var id: UInt64 = 0
    for _ in 0..<4000 {
      if Int.random(in: 0..<5, using: &random) < 3 {
        id += 1
        let size = Int.random(in: 0..<9, using: &random) == 0 ? 60_000 : 64
        let octets = (0..<size).map { UInt8(truncatingIfNeeded: UInt64($0) &* id) }
        // Few moments, so that many frames share one.
        let due = Int64.random(in: 0..<50, using: &random)
        unsafe octets.withUnsafeBytes { unsafe frames.add($0, due: due, id: id, target: Int(id % 3)) }
        let at = expected.firstIndex { $0.due > due } ?? expected.endIndex
        expected.insert((due, id, octets), at: at)
      } else {
        let taken = frames.takeFirst()
        let wanted = expected.isEmpty ? nil : expected.removeFirst()
        #expect(taken?.id == wanted?.id && taken?.due == wanted?.due)
        guard let taken, let wanted else { continue }
        let octets = unsafe frames.withOctets { base in
          unsafe [UInt8](
            UnsafeBufferPointer(start: base + taken.place.offset, count: Int(taken.place.length)))
        }
        #expect(octets == wanted.octets)
      }
      #expect(frames.count == expected.count && frames.first?.due == expected.first?.due)
    }
  }

  /// A wire between three hosts, and the hosts' ends of its links.
  private final class Bench {
    var wire: Wire
    var stream = SessionStream()
    let ends: [CInt]
    private let hubs: [CInt]

    init(_ links: [LinkPlan]) throws {
      var (ends, hubs): ([CInt], [CInt]) = ([], [])
      for _ in 0..<3 {
        var pair: [CInt] = [-1, -1]
        try #require(unsafe socketpair(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0, &pair) == 0)
        ends.append(pair[0])
        hubs.append(pair[1])
      }
      self.ends = ends
      self.hubs = hubs
      wire = Wire(
        sockets: hubs, hosts: ["a", "b", "c"].enumerated().map { LabHost(name: $1, index: $0) },
        links: links)
    }

    deinit { (ends + hubs).forEach { close($0) } }

    /// Sends a frame from one host; `target` is its destination, nil for every host.
    func send(_ number: UInt8, from host: Int, to target: Int?) {
      var frame = [UInt8](repeating: number, count: 60)
      frame.replaceSubrange(
        0..<6, with: target.map { [2, 0, 0, 0, 0, UInt8($0 + 1)] } ?? [255, 255, 255, 255, 255, 255])
      _ = unsafe Glibc.send(ends[host], frame, frame.count, 0)
      _ = wire.take(from: host, into: &stream)
    }

    /// The numbers of the frames that have arrived at a host.
    func arrived(at host: Int) -> [UInt8] {
      var found: [UInt8] = []
      var frame = [UInt8](repeating: 0, count: 2000)
      while unsafe recv(ends[host], &frame, frame.count, CInt(MSG_DONTWAIT)) > 0 { found.append(frame[20]) }
      return found
    }
  }

  private func link(_ hosts: [String], _ values: [String: String]) throws -> LinkPlan {
    try LinkPlan(hosts: hosts, values)
  }

  /// A pair's link is its own; every other one does what the line without hosts says.
  @Test func aPairHasItsOwnLink() throws {
    let bench = try Bench([
      link(["b", "a"], ["delay": "1s"]), link([], ["delay": "5s"]), link(["b", "c"], ["loss": "100%"]),
    ])
    for (number, ends) in [(0, 1), (1, 0), (0, 2), (2, 1)].enumerated() {
      bench.send(UInt8(number), from: ends.0, to: ends.1)
    }
    let now = Descriptor.now.nanoseconds
    bench.wire.deliver(at: now + 2_000_000_000, into: &bench.stream)
    #expect(bench.arrived(at: 1) == [0] && bench.arrived(at: 0) == [1] && bench.arrived(at: 2).isEmpty)
    bench.wire.deliver(at: now + 6_000_000_000, into: &bench.stream)
    #expect(bench.arrived(at: 2) == [2] && bench.arrived(at: 1).isEmpty && bench.wire.isEmpty)
    #expect(try bench.wire.set("a-b", "delay", "2s") && bench.wire.set("link", "delay", "0"))
    #expect(try !bench.wire.set("a-c", "delay", "2s"))
    #expect(bench.wire.longestDelay == 2_000_000_000)
  }

  /// What is for everyone goes to everyone over each one's link, and each copy has its own fate.
  @Test func aBroadcastGoesOverEveryLink() throws {
    let bench = try Bench([link(["a", "b"], ["loss": "100%"])])
    bench.send(7, from: 0, to: nil)
    bench.send(8, from: 2, to: nil)
    bench.wire.deliver(at: .max, into: &bench.stream)
    #expect(bench.arrived(at: 1) == [8] && bench.arrived(at: 2) == [7] && bench.arrived(at: 0) == [8])
  }

  /// By hand: a held wire gives one frame at a time, the one that is due first.
  @Test func aHandTakesWhatIsDueFirst() throws {
    let bench = try Bench([link([], ["delay": "1s"]), link(["a", "c"], ["delay": "10ms"])])
    #expect(bench.wire.command(["pause"], into: &bench.stream) == "paused")
    bench.send(1, from: 0, to: 1)
    bench.send(2, from: 0, to: 2)
    bench.send(3, from: 0, to: 1)
    bench.wire.deliver(at: .max, into: &bench.stream)
    #expect(bench.arrived(at: 1).isEmpty && bench.arrived(at: 2).isEmpty && bench.wire.deadline == nil)
    #expect(bench.wire.command(["next"], into: &bench.stream) == "2 frames wait")
    #expect(bench.arrived(at: 2) == [2])
    #expect(bench.wire.command(["drop"], into: &bench.stream) == "1 frames wait")
    #expect(bench.wire.command(["resume"], into: &bench.stream) == "resumed")
    bench.wire.deliver(at: .max, into: &bench.stream)
    #expect(bench.arrived(at: 1) == [3])
  }

  /// More frames than one call moves arrive all, in order, and each is in the session with its delivery.
  @Test func manyFramesKeepTheirOrder() throws {
    let bench = try Bench([])
    var arrived: [UInt8] = []
    for number in 0..<250 {
      bench.send(UInt8(number), from: 0, to: 1)
      if number % 5 == 4 {
        bench.wire.deliver(at: .max, into: &bench.stream)
        arrived += bench.arrived(at: 1)
      }
    }
    #expect(arrived == (0..<250).map { UInt8($0) })
    let (reading, writing) = try #require(Descriptor.pipe())
    defer { close(reading) }
    var session = SessionStream()
    swap(&session, &bench.stream)
    #expect(session.flush(to: writing, until: .max) && !session.isHeldUp)
    close(writing)
    // The section is the lab's to begin: the blocks alone are counted by their types.
    var bytes: [UInt8] = []
    while let part = Descriptor.read(reading), !part.isEmpty { bytes += part }
    var types: [UInt32: Int] = [:]
    var at = 0
    while at + 8 <= bytes.count {
      let word = { (at: Int) in (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) } }
      types[word(at), default: 0] += 1
      at += Int(word(at + 4))
    }
    #expect(types == [6: 250, 0x8000_0B01: 250] && at == bytes.count)
  }
}
