import Bytes
import Foundation
import Session
import Testing

@testable import ProtoKit

@Suite struct LatencyHistogramTests {
  /// Percentiles of what was counted differ from those of the sorted values by less than a thousandth.
  @Test(arguments: [1, 2, 3]) func percentilesAreExactToThreeDigits(_ seed: UInt64) {
    var random = SplitMix64(state: seed)
    var histogram = LatencyHistogram()
    var values: [Int64] = []
    for _ in 0..<20_000 {
      let value = Int64(exp(Double.random(in: 0...25, using: &random)))
      values.append(value)
      histogram.record(value)
    }
    values.sort()
    for share in [0.0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1] {
      let exact = values[max(0, Int((Double(values.count) * share).rounded(.up)) - 1)]
      let found = histogram.percentile(share)
      #expect(found >= exact && Double(found - exact) <= Double(exact) / 1000, "\(share): \(found), \(exact)")
    }
    #expect(histogram.max == values.last && histogram.min == values.first)
    #expect(histogram.count == 20_000)
    let mean = Double(values.reduce(0, +)) / 20_000
    #expect(abs(Double(histogram.mean) - mean) <= 1)
  }

  @Test func bucketsTileTheNumbers() {
    var next: Int64 = 0
    for index in 0..<33 << 10 {
      let values = LatencyHistogram.values(index)
      #expect(values.lowerBound == next)
      #expect(
        LatencyHistogram.index(values.lowerBound) == index
          && LatencyHistogram.index(values.upperBound) == index)
      next = values.upperBound + 1
    }
    #expect(next == 1 << 42)
    var histogram = LatencyHistogram()
    #expect(histogram.percentile(0.5) == 0 && histogram.mean == 0 && histogram.text == "")
    histogram.record(-5)
    histogram.record(.max)
    #expect(histogram.min == 0 && histogram.max == 1 << 42 - 1)
  }

  /// A stall of 1 s in a row of 1 ms: what should have been asked meanwhile is added (the example of HdrHistogram's author).
  @Test func omissionIsCorrected() {
    var histogram = LatencyHistogram()
    histogram.record(1_000_000, times: 999)
    histogram.record(1_000_000_000)
    #expect(histogram.percentile(0.99) < 1_001_000)
    let corrected = histogram.corrected(interval: 1_000_000)
    // 999 more: 999 ms, 998 ms, ... 1 ms.
    #expect(corrected.count == 1000 + 999)
    let half = Double(corrected.percentile(0.75)) / 500_000_000
    #expect(abs(half - 1) < 0.01)
    #expect(histogram.corrected(interval: 0).count == 1000)
  }

  @Test func thePictureHoldsEveryValue() {
    var histogram = LatencyHistogram()
    for value: Int64 in [0, 7, 8, 15, 16, 17, 18, 1_000_000, 1_000_001, 9_000_000] { histogram.record(value) }
    let pairs = histogram.text.split(separator: " ").map { $0.split(separator: ":").compactMap { Int64($0) } }
    #expect(pairs.map { $0[1] }.reduce(0, +) == 10)
    #expect(pairs.map { $0[0] } == [0, 7, 8, 15, 16, 18, 983_040, 8_388_608])
  }
}

@Suite(.serialized) struct LoadTests {
  private func backend(_ more: [String: String] = [:]) throws -> (SpawnedRole, String) {
    try #require(try BackendForm(pattern: "single-thread", wait: "epoll", more: more).start(records: false))
  }

  private func run(_ parameters: [String: String]) throws -> Event {
    let load = try SpawnedRole("load", parameters)
    #expect(load.line() == "ready")
    #expect(load.line() == "done")
    return try #require(load.event { $0.kind == .load && $0.text("phase") == "end" })
  }

  @Test(arguments: [
    ["connections": "1"], ["connections": "7", "pipeline": "5"], ["connections": "3", "rate": "2000"],
    ["connections": "4", "skew": "zipf"], ["connections": "4", "rate": "3000", "skew": "60%"],
    ["connections": "2", "body": "500"], ["connections": "2", "every": "1ms"],
  ]) func asManyAreAnsweredAsWereAsked(_ parameters: [String: String]) throws {
    let (server, port) = try backend()
    let end = try run(parameters.merging(["to": "server:\(port)", "requests": "300"]) { $1 })
    #expect(end.number("requests") == 300 && end.number("errors") == 0 && end.number("sent") == 300)
    #expect(end.number("connections") == Int64(parameters["connections"] ?? ""))
    let order = ["p50", "p90", "p99", "p999", "max"].compactMap { end.number($0) }
    #expect(order.count == 5 && order == order.sorted() && order[0] > 0)
    let counted = end.text("buckets")?.split(separator: " ").compactMap {
      $0.split(separator: ":").last.flatMap { Int($0) }
    }
    #expect(counted?.reduce(0, +) == 300)
    #expect(try #require(end.number("cpu")) > 0)
    let isOpen = parameters["rate"] != nil || parameters["every"] != nil
    #expect((end.number("service_p50") != nil) == isOpen && (end.number("corrected_p99") != nil) == !isOpen)
    withExtendedLifetime(server) {}
  }

  /// Requests are spread as the skew says.
  @Test func theFirstMaySendMost() throws {
    let (server, port) = try backend()
    let end = try run(["to": "server:\(port)", "requests": "1000", "connections": "5", "skew": "0.6"])
    let most = try #require(end.number("most"))
    #expect((520...680).contains(most))
    let even = try run(["to": "server:\(port)", "requests": "1000", "connections": "5", "rate": "20000"])
    #expect(even.number("least") == 200 && even.number("most") == 200)
    withExtendedLifetime(server) {}
  }

  /// An open loop charges a stall to those that had to wait; from their sending on they were fast.
  @Test func latencyCountsFromWhenARequestWasDue() throws {
    let (server, port) = try backend(["work": "sleep", "cost": "20ms"])
    let end = try run(["to": "server:\(port)", "requests": "20", "rate": "1000"])
    // One a millisecond and 20 ms each: the last one waits for nineteen others.
    #expect(try #require(end.number("max")) >= 19 * 19_000_000)
    #expect(try #require(end.number("service_p50")) < 200_000_000)
    withExtendedLifetime(server) {}
  }

  @Test func aKeyStartsOneRequest() throws {
    let (server, port) = try backend()
    let load = try SpawnedRole("load", ["to": "server:\(port)", "requests": "2", "by": "key"])
    #expect(load.line() == "ready")
    load.send("1 press")
    #expect(load.line() == "1 ok a request was started, 1 left")
    #expect(load.event { $0.text("name") == "recv" } != nil)
    load.send("2 press")
    #expect(Set([load.line(), load.line()]) == ["2 ok a request was started, 0 left", "done"])
    withExtendedLifetime(server) {}
  }

  /// Connections that the server closes are opened again, and none is lost.
  @Test func closedConnectionsAreOpenedAgain() throws {
    let (server, port) = try backend(["keep-alive": "no"])
    let end = try run(["to": "server:\(port)", "requests": "50", "connections": "3"])
    #expect(end.number("requests") == 50 && end.number("errors") == 0)
    withExtendedLifetime(server) {}
  }

  @Test func nobodyThereIsAnError() throws {
    let end = try run(["to": "server:\(freePort())", "duration": "300ms"])
    #expect(end.number("requests") == 0 && (end.number("errors") ?? 0) > 0)
    #expect(end.number("p50") == nil)
  }

  @Test(arguments: [
    (["rate": "5", "every": "1ms"], "`rate=5` is not allowed beside `every=`"),
    (["by": "key", "rate": "5"], "`by=key` is not allowed"),
    (["skew": "2"], "Write zipf, or a share from 0 to 1"), (["connections": "10001"], "from 1 to 10000"),
    (["path": "x"], "it begins with /"),
  ]) func wrongPlansAreNamed(_ parameters: [String: String], _ words: String) throws {
    let load = try SpawnedRole("load", parameters.merging(["to": "server:80"]) { $1 })
    #expect(load.line() == nil)
    let event = load.event { $0.text("what") == "trouble" }
    #expect(event?.message.contains(words) == true, "\(event?.message ?? "")")
  }

  @Test func missingFilesAreTold() throws {
    let load = try SpawnedRole("load", ["to": "server:80", "connections": "100"], files: 64)
    #expect(load.line() == nil)
    let event = load.event { $0.text("what") == "trouble" }
    #expect(
      event?.message.contains("connections=100 needs 116 open files, and 64 are allowed") == true,
      "\(event?.message ?? "")")
  }

  /// Ten thousand connections are held at once, where the machine allows as many files; where not, that is said.
  @Test func tenThousandConnectionsAreHeld() throws {
    let (server, port) = try backend(["backlog": "4096"])
    defer { withExtendedLifetime(server) {} }
    let load = try SpawnedRole("load", ["to": "server:\(port)", "connections": "10000", "requests": "30000"])
    guard load.line() == "ready" else {
      let event = try #require(load.event { $0.text("what") == "trouble" })
      #expect(event.message.contains("needs 10016 open files"))
      return
    }
    #expect(load.line(within: 90) == "done")
    let end = try #require(load.event { $0.kind == .load && $0.text("phase") == "end" })
    #expect(end.number("requests") == 30_000 && end.number("errors") == 0)
    #expect(end.number("connections") == 10_000)
    #expect(try #require(end.number("least")) >= 1)
  }

  /// More than fifty thousand calls a second are counted, and the ring says how many were not told.
  @Test func whatIsTooMuchIsCounted() throws {
    let ring = EventRing.make()
    defer { close(ring) }
    let producer = try #require(EventRing.Producer(fd: ring))
    let consumer = try #require(EventRing.Consumer(fd: ring))
    var told = 0, skipped: Int64 = 0
    // A second of 200,000 calls and one of 40,000, by a clock of the test's own.
    for (rate, start) in [(200_000, 0), (40_000, 2)] {
      var now = 0
      for number in 0..<rate
      where producer.admits(at: Int64(start) * 1_000_000_000 + Int64(number) * Int64(1_000_000_000 / rate)) {
        now += 1
      }
      if rate == 40_000 {
        #expect(now == rate, "each is told")
      } else {
        #expect((50_000...75_000).contains(now))
      }
      told += now
    }
    consumer.drain(hasEnded: true) {
      if let event = $0.event, event.text("what") == "sampled" {
        skipped += event.number("skipped") ?? 0
      }
    }
    #expect(told + Int(skipped) == 240_000)
  }
}
