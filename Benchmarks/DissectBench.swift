import Session

/// `backlab dissect` and tshark on the same file.
struct DissectBench {
  private let bench: Bench
  private static let frames = 200_000
  private static let fixtures = ["http1", "http2", "ws", "udp", "tfo", "tls12", "tls13"]
  private static let fields = [
    "frame.number", "ip.src", "ip.dst", "tcp.srcport", "tcp.dstport", "tcp.seq", "tcp.len",
    "tcp.analysis.flags", "tls.handshake.type", "http.request.uri",
  ]

  init(_ bench: Bench) { self.bench = bench }

  func rows() throws -> [Row] {
    var maker = try CaptureMaker(Self.fixtures.map { "\(bench.fixtures)/\($0).pcapng" })
    let path = bench.folder + "/many.pcapng"
    let size = try maker.write(Self.frames, to: path)
    let named = "\(Self.frames / 1000)k frames of many protocols, \(size / 1_000_000) MB"
    let fields = ["-T", "fields"] + Self.fields.flatMap { ["-e", $0] }
    return try http2()
      + compare("dissect (\(named))", path, [])
      + compare("dissect -T fields, \(Self.fields.count) -e (\(named))", path, fields)
  }

  /// The same on a capture of HTTP/2, in TLS with its secrets and in the clear, that h2load and nghttpd make.
  private func http2() throws -> [Row] {
    let path = bench.folder + "/http2.pcapng"
    let made = try Spawned.run(["Scripts/http2-capture", path], inherits: true)
    guard made.status == 0 else {
      Bench.say("no capture of HTTP/2 can be made here; Scripts/http2-capture FILE says why")
      return [Row(name: "dissect (HTTP/2)", measured: "missing", peer: "", peerMeasured: "")]
    }
    var file = try SessionFile(path: path)
    var frames = 0
    var record: Record?
    repeat {
      file.frames { _, _ in frames += 1 }
      record = file.next()
      if case .frame? = record { frames += 1 }
    } while record != nil
    let named = "HTTP/2, \(frames / 1000)k frames"
    return try compare("dissect (\(named))", path, [])
      + compare("dissect -Y http2.type == 1 (\(named))", path, ["-Y", "http2.type == 1"])
      + compare("dissect -V (\(named))", path, ["-V"])
      + compare("dissect -T json (\(named))", path, ["-T", "json"])
  }

  /// Rows of time, memory and output.
  private func compare(_ name: String, _ file: String, _ options: [String]) throws -> [Row] {
    var (own, peer) = (Figures(), Figures())
    let tshark = Bench.path(of: "tshark")
    for _ in 0..<min(3, bench.runs) {
      // By turns, so that what else the machine does meets both.
      own.add(try Spawned.run([bench.program, "dissect", file] + options))
      if let tshark { peer.add(try Spawned.run([tshark, "-2", "-n", "-r", file] + options)) }
    }
    guard own.areGood, peer.areGood else {
      throw Problem("\(name): exit status \(own.status) of backlab, \(peer.status) of tshark")
    }
    let isThere = tshark != nil
    return [
      Row(
        name: name, measured: own.time.text("s", decimals: 2), peer: "tshark -2 -n -r",
        peerMeasured: isThere ? peer.time.text("s", decimals: 2) : "missing",
        ratio: isThere ? peer.time.median / own.time.median : nil),
      Row(
        name: "  memory of its largest process", measured: own.memory.text("MB"),
        peer: isThere ? "tshark" : "",
        peerMeasured: isThere ? peer.memory.text("MB") : "",
        ratio: isThere ? peer.memory.median / own.memory.median : nil),
      Row(
        name: "  written", measured: own.output.text("MB"), peer: isThere ? "tshark" : "",
        peerMeasured: isThere ? peer.output.text("MB") : ""),
    ]
  }

  private struct Figures {
    var time = Series()
    var memory = Series()
    var output = Series()
    var status: CInt = 0
    var areGood: Bool { status == 0 }

    mutating func add(_ end: Spawned) {
      time.add(end.seconds)
      memory.add(Double(end.memory) / 1e6)
      output.add(Double(end.octets) / 1e6)
      if end.status != 0 { status = end.status }
    }
  }
}
