import Bytes
import Dissect
import Session

extension FuzzTarget {
  /// Texts that a user types, or that are cleaned to be shown.
  static let texts = [
    FuzzTarget("filter", seeds: { $0.isFirst ? filters.map { Array($0.utf8) } : [] }) {
      octets throws(Finding) in
      let text = String(decoding: octets, as: UTF8.self)
      do throws(FilterError) {
        let filter = try Filter(text)
        let rows = unsafe sample
        for row in 1...rows.rows.count { _ = rows.matches(filter, row: row) }
      } catch {
        guard error.column >= 1, error.column <= text.unicodeScalars.count + 1 else {
          throw Finding("\(error) in a text of \(text.unicodeScalars.count) characters")
        }
      }
    },
    FuzzTarget("display", seeds: { $0.values(of: "http.file_data") + $0.values(of: "websocket.payload") }) {
      octets throws(Finding) in
      var text = TextBuffer()
      text.append(clean: unsafe octets.span.bytes)
      try Clean.line(text.bytes)
      if text.count > 3 * octets.count { throw Finding("\(octets.count) octets became \(text.count)") }
      var again = TextBuffer()
      again.append(clean: text.text)
      if again != text { throw Finding("clean text changes when it is cleaned again") }
      // The same octets where names and comments stand.
      let name = String(decoding: octets, as: UTF8.self)
      try WholeWay.take(
        [
          .interface(Interface(name: name, description: name)),
          .names([NameRecord(address: "10.0.0.1", name: name)]),
          .frame(Frame(time: nil, comments: [name], bytes: octets)),
          .event(Event(.note, at: Timestamp(nanoseconds: 0), name, [EventField("what", name)])),
        ], octets)
    },
  ]

  /// Rows that filters are tried on: a request in HTTP, a datagram of DNS, an event.
  nonisolated(unsafe) private static let sample: Analysis = {
    let analysis = Analysis()
    var packets = Packets(port: 80)
    packets.open()
    packets.send([
      text(false, "GET /a?b=c HTTP/1.1\r\nHost: lab.test\r\nX-Odd: \u{1B}\r\n\r\n"),
      text(true, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
    ])
    var questions = Packets(port: 53)
    questions.datagram(
      isServer: false,
      [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 108, 97, 98, 4, 116, 101, 115, 116, 0, 0, 1, 0, 1])
    for record in packets.records + questions.records { analysis.append(record) }
    analysis.append(
      .event(
        Event(
          .kernel, at: Timestamp(nanoseconds: 1_700_000_000_000_000_000), "two wait",
          [EventField("host", "server"), EventField("accept_queue", 2)])))
    return analysis
  }()

  private static let filters = [
    "tcp.port == 80 && !(ip.addr == 10.0.0.0/8)", "http.request.method in {\"GET\", \"POST\"}",
    "tcp.payload[0:3] == 47:45:54", "http.host matches \"(?i)lab\\\\.test$\"", "tcp.flags & 0x02",
    "frame.time >= \"2023-11-14 22:13:20\"", "kernel.accept_queue == 2 || wire.delivered > 200ms",
    "len(http.host) > 3 and lower(http.host) contains \"lab\"", "dns.qry.name == \"lab.test\"",
    "any tcp.port in {1..1024}", "all ip.addr == 10.0.0.1", "ip.src == ${ip.dst}",
    "max(tcp.len, 3) >= {tcp.len + 1}",
    "frame[2:] contains \"\\x1b\\u202e\"", "eth.addr[0:3] != 00:00:5e",
    "tcp.len % 2 == 0 xor tcp.seq_raw == -1",
    "!!!!((((tcp))))", "http.request.full_uri ~ \"^http\"", "ipv6.addr == 2001:db8::/32",
    "not tcp.analysis.flags",
    "tcp.port == http", "@http.host == 6c:61:62", "string(tcp.port) matches \"8.\"",
    "http.request.line#1 == \"x\"",
  ]
}
