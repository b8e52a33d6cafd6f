import Bytes
import CLinux
import Foundation
import Session
import Testing

@testable import ProtoKit

/// One record in several forms: what is written is read again, and nothing else is.
@Suite struct RecordTests {
  @Test(arguments: RecordForm.allCases, [0, 1, 3, 64]) func whatIsWrittenIsRead(
    _ form: RecordForm, _ items: Int
  ) throws {
    let order = OrderRecord.sample(items: items)
    #expect(order.items.count == items)
    let octets = form.write(order, to: "server:8080")
    #expect(try form.size(octets) == octets.count)
    #expect(try form.read(octets) == order)
    // Any part of it is no record, and what follows is not taken for its own.
    for end in octets.indices { #expect(try form.size(Array(octets[..<end])) == nil) }
    #expect(try form.size(octets + octets) == octets.count)
  }

  /// Names cost octets, and text more than numbers.
  @Test(arguments: [0, 3, 64]) func aFormHasItsSize(_ items: Int) {
    let sizes = [RecordForm.protobuf, .json, .http].map {
      $0.write(.sample(items: items), to: "h:1").count
    }
    #expect(sizes == sizes.sorted() && Set(sizes).count == 3)
  }

  @Test func equalRecordsHaveEqualDigests() {
    var orders = (0..<4).map { OrderRecord.sample(items: $0) }
    var other = orders[3]
    other.items[0] += other.items[1]
    other.items[1] = ""
    orders.append(other)
    other = orders[0]
    swap(&other.customer, &other.remark)
    orders.append(other)
    #expect(Set(orders.map(\.digest)).count == orders.count)
    #expect(OrderRecord.sample(items: 2).digest == orders[2].digest)
  }

  /// Octets that nobody meant are refused or read, and stop nothing.
  @Test(arguments: RecordForm.allCases) func damagedRecordsAreRefused(_ form: RecordForm) throws {
    var random = SplitMix64(state: 5)
    let good = form.write(.sample(items: 3), to: "server:8080")
    var refused = 0
    for _ in 0..<3000 {
      var octets = good
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let at = Int.random(in: 0..<octets.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: octets[at] = UInt8.random(in: 0...255, using: &random)
        case 1: octets.remove(at: at)
        default: octets.removeSubrange(at...)
        }
        if octets.isEmpty { octets = [0] }
      }
      _ = try? form.size(octets)
      if (try? form.read(octets)) == nil { refused += 1 }
    }
    #expect(refused > 300)
  }

  @Test func whatIsTooLongIsRefused() {
    let long = [UInt8](repeating: 65, count: RecordForm.most + 100)
    #expect(throws: RecordError.self) { try RecordForm.json.size(long) }
    #expect(throws: RecordError.self) { try RecordForm.http.size(long) }
    #expect(throws: RecordError.self) { try RecordForm.protobuf.size([0xFF, 0xFF, 0xFF, 0x7F]) }
    #expect(throws: RecordError.self) { try RecordForm.protobuf.size([UInt8](repeating: 0xFF, count: 11)) }
  }

  /// The examples of protobuf.dev, Encoding.
  @Test func protobufIsWrittenAsItIsDocumented() throws {
    var writer = Writer()
    Protobuf.write(1, 150, to: &writer)
    Protobuf.write(2, "testing", to: &writer)
    #expect(writer.bytes == [0x08, 0x96, 0x01, 0x12, 0x07] + Array("testing".utf8))
    let octets = writer.bytes
    var reader = unsafe Reader(octets.span.bytes)
    #expect(try Protobuf.key(&reader) == (1, .varint))
    #expect(try Protobuf.varint(&reader) == 150)
    #expect(try Protobuf.key(&reader) == (2, .octets))
    #expect(try Protobuf.text(&reader) == "testing")
    for value in [0, 1, 127, 128, 1 << 21, UInt64.max] {
      var writer = Writer()
      Protobuf.write(value, to: &writer)
      let octets = writer.bytes
      var reader = unsafe Reader(octets.span.bytes)
      #expect(try Protobuf.varint(&reader) == value && reader.isAtEnd)
    }
  }

  /// Fields that nobody knows are passed over, and what is no field is refused.
  @Test func unknownFieldsArePassedOver() throws {
    let order = OrderRecord.sample(items: 1)
    let message = RecordForm.protobuf.write(order, to: "").dropFirst()
    let unknown: [UInt8] = [0x78, 5, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7A, 2, 9, 9, 0x7D, 1, 2, 3, 4]
    #expect(try RecordForm.protobuf.read([UInt8(message.count + unknown.count)] + unknown + message) == order)
    for wrong in [[3, 0x7A, 9, 0], [2, 0x7B, 1], [2, 0x00, 1], [2, 0x08, 0x80]] as [[UInt8]] {
      #expect(throws: RecordError.self) { try RecordForm.protobuf.read(wrong) }
    }
  }

  @Test func allocationsAreCounted() {
    var kept: [[UInt8]] = []
    kept.reserveCapacity(10)
    clinux_count_allocations()
    for _ in 0..<10 { kept.append([UInt8](repeating: 1, count: 1000)) }
    let memory = clinux_counted_allocations()
    #expect(memory.calls == 10 && memory.octets >= 10_000)
    kept = []
    clinux_count_allocations()
    let nothing = clinux_counted_allocations()
    #expect(nothing.calls == 0 && nothing.octets == 0)
    // Each function of the C library's allocator, and memory of each is the library's to free.
    clinux_count_allocations()
    unsafe free(realloc(malloc(10), 20))
    unsafe free(calloc(3, 5))
    var aligned: UnsafeMutableRawPointer?
    #expect(unsafe posix_memalign(&aligned, 4096, 100) == 0)
    unsafe free(aligned)
    unsafe free(aligned_alloc(64, 128))
    #expect(unsafe posix_memalign(&aligned, 3, 100) == EINVAL)
    let all = clinux_counted_allocations()
    #expect(all.calls >= 5 && all.octets >= 10 + 20 + 15 + 100 + 128)
  }
}

@Suite struct JSONValueTests {
  private func read(_ text: String) throws -> JSONValue {
    let octets = Array(text.utf8)
    return try JSONValue(unsafe octets.span.bytes)
  }

  @Test func valuesOfEachKind() throws {
    #expect(
      try read(" { \"a\" : [ 1 , -2.5e1 , true , false , null , \"\" ] , \"a\" : {} } ")
        == .object([
          .init(
            name: "a",
            value: .list([.number(1), .number(-25), .truth(true), .truth(false), .null, .text("")])),
          .init(name: "a", value: .object([])),
        ]))
    #expect(
      try read(#""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud83dx\udc00""#)
        == .text("a\"\\/\u{8}\u{c}\n\r\t\u{e9}\u{1f600}\u{fffd}x\u{fffd}"))
    #expect(try read("9007199254740992") == .number(9_007_199_254_740_992))
    #expect(try read("[[[[]]]]") == .list([.list([.list([.list([])])])]))
    #expect(try read("{\"x\":7}")["x"] == .number(7) && read("[]")["x"] == nil)
  }

  @Test(arguments: [
    "", " ", "{", "[", "\"", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "[1 2]", "01", "-", "+1", ".5", "1.",
    "1e", "--1",
    "1e999", "tru", "nulll", "[1]x", "\"\n\"", "\"\\x\"", "\"\\u12\"", "]", "1.e5",
  ]) func whatIsNoJSONIsRefused(_ text: String) {
    #expect(throws: ReadError.self) { try read(text) }
  }

  @Test func depthIsBounded() throws {
    for (deep, isRead) in [(JSONValue.deepest - 1, true), (JSONValue.deepest + 1, false), (1_000_000, false)]
    {
      let text = String(repeating: "[", count: deep) + String(repeating: "]", count: deep)
      #expect(((try? read(text)) != nil) == isRead)
    }
  }

  /// What Foundation reads is read, and what it refuses is refused.
  @Test func itAgreesWithFoundation() throws {
    var random = SplitMix64(state: 3)
    let seeds = [
      #"{"id":90210475,"name":"x \"y\" \u00e9","list":[1,-2.5,3e2,true,null],"in":{"a":{},"b":[]}}"#,
      #"[0,-0,0.5,10,1E+2,"a",{"k":"v"}]"#, String(decoding: Load.json(300), as: UTF8.self),
    ].map { Array($0.utf8) }
    let signs = Array("{}[]\",:0159.eE+-tfn \\x".utf8)
    var taken = 0
    for round in 0..<10_000 {
      var octets = seeds[round % seeds.count]
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        let at = Int.random(in: 0..<octets.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: octets[at] = signs.randomElement(using: &random) ?? 0
        case 1: octets.remove(at: at)
        default: octets.insert(signs.randomElement(using: &random) ?? 0, at: at)
        }
      }
      let ours = try? JSONValue(unsafe octets.span.bytes)
      let theirs = try? JSONSerialization.jsonObject(with: Data(octets), options: [.fragmentsAllowed])
      if ours != nil { taken += 1 }
      let text = String(decoding: octets, as: UTF8.self)
      // A comma behind a list's last value, which RFC 8259 does not know, is nothing to Foundation.
      let isLenient = text.filter { !$0.isWhitespace }.contains(",]")
      #expect((ours != nil) == (theirs != nil) || ours == nil && isLenient, "\(text)")
    }
    #expect(taken > 1000)
  }
}

/// The roles that send and read records.
@Suite(.serialized) struct RecordRoleTests {
  private func trial(
    _ form: String, items: Int = 3, requests: Int = 3
  ) throws -> (requests: [Event], sent: [Int64]) {
    let port = freePort()
    let server = try SpawnedRole("record-reader", ["port": port, "form": form, "repeats": "100"])
    #expect(server.line() == "ready")
    let client = try SpawnedRole(
      "record-sender",
      ["to": "\(form)@server:\(port)", "items": "\(items)", "requests": "\(requests)"])
    #expect(client.line() == "ready")
    #expect(client.line() == "done")
    client.drain()
    #expect(client.events.count { $0.text("what") == "answered" } == requests)
    #expect(server.event { _ in server.events.count { $0.kind == .request } == requests } != nil)
    return (
      server.events.filter { $0.kind == .request }, client.calls("send").compactMap { $0.number("result") }
    )
  }

  @Test func eachFormHasItsCost() throws {
    var costs: [String: (octets: Int64, allocations: Int64)] = [:]
    var digests: Set<Int64> = []
    for form in RecordForm.words {
      let (requests, sent) = try trial(form)
      #expect(requests.map { $0.number("number") } == [1, 2, 3])
      #expect(requests.compactMap { $0.number("octets") } == sent)
      // Each reading of one record asks for the same.
      #expect(Set(requests.map { $0.number("allocations") }).count == 1)
      #expect(Set(requests.map { $0.number("allocated") }).count == 1)
      for request in requests {
        #expect(request.text("form") == form && request.number("repeats") == 100)
        for part in ["read", "parse", "write", "total", "each"] { #expect((request.number(part) ?? 0) > 0) }
      }
      digests.formUnion(requests.compactMap { $0.number("digest") })
      costs[form] = (requests[0].number("octets") ?? 0, requests[0].number("allocations") ?? 0)
    }
    #expect(digests == [OrderRecord.sample(items: 3).digest])
    let (json, protobuf, http) = try (
      #require(costs["json"]), #require(costs["protobuf"]), #require(costs["http"])
    )
    #expect(protobuf.octets < json.octets && json.octets < http.octets)
    #expect(protobuf.allocations < json.allocations && protobuf.allocations < http.allocations)
  }

  /// Each thing of the order is a text of its own, too long to stand within its value.
  @Test(arguments: RecordForm.words) func moreThingsCostMore(_ form: String) throws {
    let few = try trial(form, items: 0, requests: 1).requests,
      many = try trial(form, items: 64, requests: 1).requests
    let allocations = [few, many].compactMap { $0.first?.number("allocations") }
    #expect(allocations.count == 2 && allocations[1] >= allocations[0] + 64)
  }

  @Test(arguments: [
    ("json", "{\"id\":1}\n"), ("json", "hello\n"), ("http", "GET / HTTP/1.1\r\n\r\n"),
    ("protobuf", "\u{2}\u{0}\u{1}"),
    ("protobuf", "\u{7F}"),
  ]) func whatIsNoRecordEndsItsConnection(_ form: String, _ text: String) throws {
    let port = freePort()
    let server = try SpawnedRole("record-reader", ["port": port, "form": form])
    #expect(server.line() == "ready")
    for _ in 0..<2 {
      let client = try PlainClient(port)
      client.send(text)
      client.finish()
      if form == "http" { #expect(client.answer()?.head.hasPrefix("HTTP/1.1 400 ") == true) }
      #expect(client.isEnded)
    }
    if text != "\u{7F}" { #expect(server.event { $0.text("what") == "broken" } != nil) }
  }

  /// One order goes to each reader, in its form, whatever became of the others.
  @Test func severalReadersGetTheSame() throws {
    let ports = [freePort(), freePort()]
    let json = try SpawnedRole("record-reader", ["port": ports[0], "form": "json", "repeats": "10"])
    let http = try SpawnedRole("record-reader", ["port": ports[1], "form": "http", "repeats": "10"])
    #expect(json.line() == "ready" && http.line() == "ready")
    let client = try SpawnedRole(
      "record-sender",
      [
        "to": "json@server:\(ports[0])+http@server:\(ports[1])+protobuf@server:\(freePort())",
        "by": "key", "requests": "2",
      ])
    #expect(client.line() == "ready")
    #expect(client.event { $0.text("what") == "failed" } != nil)
    for left in [1, 0] {
      client.send("1 press")
      #expect(client.line() == "1 ok an order was sent, \(left) left")
    }
    #expect(client.line() == "done")
    for server in [json, http] {
      #expect(server.event { _ in server.events.count { $0.kind == .request } == 2 } != nil)
      #expect(!server.events.contains { $0.text("what") == "broken" })
    }
    client.send("1 press")
    #expect(client.line() == "1 ok every order has been sent")
  }

  @Test(arguments: ["server:80", "xml@server:80", "json@server:80+", "json@server", "json@nobody:80"])
  func aReaderIsNamedWithItsForm(_ to: String) throws {
    let client = try SpawnedRole("record-sender", ["to": to])
    #expect(client.line() == nil)
    #expect(client.event { $0.text("what") == "trouble" } != nil)
  }
}
