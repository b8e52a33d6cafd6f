import Session
import Testing

@testable import ProtoKit

/// Roles that send octets, datagrams and forged packets, on the loopback.
@Suite(.serialized) struct NetworkRolesTests {
  @Test func aMessageWaitsForItsAnswer() throws {
    let port = freePort()
    let server = try RunningRole("tcp-reader", ["port": port, "answer": "100", "acks": "quick"])
    #expect(server.line() == "ready")
    let client = try RunningRole(
      "tcp-sender",
      [
        "to": "server:\(port)", "messages": "3", "size": "100", "writes": "4", "answers": "yes",
        "nagle": "cork",
      ])
    #expect(client.line() == "ready")
    #expect(client.line() == "done")
    #expect(client.calls("send").compactMap { $0.number("result") } == Array(repeating: 25, count: 12))
    #expect(client.events.count { $0.text("what") == "answered" } == 3)
    #expect(client.calls("setsockopt").count { $0.text("arguments")?.contains("TCP_CORK") == true } == 6)
    #expect(client.event("Both sides have ended") != nil)
    server.drain()
    #expect(server.calls("setsockopt").contains { $0.text("arguments")?.contains("TCP_QUICKACK, 1") == true })
  }

  @Test func aReaderThatDoesNotReadStopsItsWriter() throws {
    let port = freePort()
    let server = try RunningRole("tcp-reader", ["port": port, "reads": "manual", "receive-buffer": "8192"])
    #expect(server.line() == "ready")
    let client = try RunningRole(
      "tcp-sender", ["to": "server:\(port)", "size": "200000", "send-buffer": "16384"])
    #expect(client.line() == "ready")
    #expect(client.event(" = -1 EAGAIN")?.text("name") == "send")
    #expect(server.calls("recv").isEmpty)
    server.send("1 read 2")
    #expect(server.line()?.hasPrefix("1 ok ") == true)
    server.send("2 set reads auto")
    #expect(server.line()?.hasPrefix("2 ok ") == true)
    #expect(client.line() == "done")
    server.drain()
    #expect(server.calls("recv").compactMap { $0.number("result") }.reduce(0, +) == 200_000)
  }

  @Test func aSlowReaderTakesItsTime() throws {
    let port = freePort()
    let server = try RunningRole("tcp-reader", ["port": port, "read": "10", "every": "1ms"])
    #expect(server.line() == "ready")
    let client = try RunningRole(
      "tcp-sender", ["to": "server:\(port)", "size": "95", "pause": "1ms", "writes": "5"])
    #expect(client.line() == "ready")
    #expect(client.line() == "done")
    server.drain()
    let taken = server.calls("recv").compactMap { $0.number("result") }
    #expect(taken.max() == 10 && taken.reduce(0, +) == 95 && taken.count >= 10)
  }

  @Test func datagramsKeepTheirBoundaries() throws {
    let port = freePort()
    let server = try RunningRole("udp-echo", ["port": port, "read": "10"])
    #expect(server.line() == "ready")
    let client = try RunningRole(
      "udp-client", ["to": "server:\(port)", "datagrams": "3", "burst": "3", "size": "5", "grow": "10"])
    #expect(client.line() == "ready")
    #expect(client.line() == "done")
    server.drain()
    let came = server.events.filter { $0.text("what") == "datagram" }
    #expect(came.map { $0.number("octets") } == [5, 15, 25])
    #expect(came.map { $0.number("taken") } == [5, 10, 10])
    #expect(client.event("Every datagram has its answer") != nil)
  }

  @Test(arguments: ["yes", "no"]) func onlyAConnectedSocketIsTold(connected: String) throws {
    let client = try RunningRole(
      "udp-client", ["to": "server:\(freePort())", "connected": connected, "wait": "200ms"])
    #expect(client.line() == "ready")
    #expect(client.line() == "done")
    client.drain()
    #expect(client.events.contains { $0.text("errno") == "ECONNREFUSED" } == (connected == "yes"))
  }

  @Test func forgedAddressesStayInsideOfALab() throws {
    let stranger = try RunningRole("syn-sender", ["to": "server:9"])
    #expect(stranger.event("in a lab's own network only")?.text("what") == "trouble")
    #expect(stranger.calls("socket").isEmpty)
    var plan = LabPlan(lesson: "trial", text: "")
    plan.hosts = ["server", "stranger"]
    plan.processes = [ProcessPlan(host: "stranger", role: "syn-sender", parameters: ["to": "server:9"])]
    plan.loopback = true
    #expect(LoopbackLab.refusal(plan)?.contains("syn-sender needs a lab with namespaces") == true)
  }

  @Test(arguments: [("none", 2), ("look", 1)]) func aLostAnswerIsAskedForAgain(keys: String, payments: Int)
    throws
  {
    let port = freePort()
    let server = try RunningRole("payment", ["port": port, "keys": keys, "lose": "1"])
    #expect(server.line() == "ready")
    let client = try RunningRole(
      "retrier", ["to": "server:\(port)", "method": "POST", "path": "/pay", "key": "each"])
    #expect(client.line() == "ready")
    #expect(client.line() == "done")
    #expect(client.event("was answered")?.number("attempt") == 2)
    server.drain()
    let paid = server.events.compactMap { $0.number("payments") }.max()
    #expect(paid.map(Int.init) == payments)
    #expect(server.events.compactMap { $0.number("balance") }.min() == Int64(100 - 10 * payments))
  }

  @Test(arguments: [("look", 2), ("claim", 1)]) func twoAtOnceAreARace(keys: String, payments: Int) throws {
    let port = freePort()
    let server = try RunningRole("payment", ["port": port, "keys": keys, "work": "100ms"])
    #expect(server.line() == "ready")
    let client = try RunningRole(
      "retrier",
      [
        "to": "server:\(port)", "method": "POST", "path": "/pay", "key": "same", "requests": "2",
        "burst": "2",
        "retries": "50", "pause": "20ms",
      ])
    #expect(client.line() == "ready")
    #expect(client.line() == "done")
    server.drain()
    #expect(server.events.compactMap { $0.number("payments") }.max().map(Int.init) == payments)
    #expect(server.events.contains { $0.text("what") == "conflict" } == (keys == "claim"))
  }

  @Test func aBudgetBoundsRetries() throws {
    let client = try RunningRole(
      "retrier",
      ["to": "server:\(freePort())", "requests": "8", "burst": "8", "retries": "5", "budget": "25"])
    #expect(client.line() == "ready")
    #expect(client.line() == "done")
    client.drain()
    #expect(client.events.count { $0.text("what") == "attempt" } == 10)
    #expect(client.events.count { $0.message.contains("the budget for retries is spent") } == 8)
  }
}
