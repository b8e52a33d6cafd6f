import Glibc
import Pty

/// Execution patterns and ways of waiting on the same small request, beside nginx and HAProxy: wrk asks over 64 connections
/// from the other core, and every subject has its turn in each round, nginx first.
struct PatternBench {
  private let bench: Bench
  private static let connections = 64, seconds = 2

  private struct Subject {
    var name: String
    /// Parameters of our backend; none for a peer.
    var parameters: [String: String]?
    var command: [String] = []
    /// Whether one worker does everything: then it has a core of its own.
    var isSingle = false
    var rates = Series(), ratios = Series(), p99 = Series(), wakeUps = Series(), cpu = Series()
    var calls: Double?
  }

  init(_ bench: Bench) { self.bench = bench }

  func rows() throws -> [Row] {
    guard Bench.path(of: "wrk") != nil, let nginx = Served.path(of: "nginx") else {
      throw Problem("wrk and nginx are needed; `make bench` gets them")
    }
    var subjects = try peers(nginx) + ours()
    for _ in 0..<min(bench.runs, 3) {
      var first = 0.0
      for index in subjects.indices {
        Bench.say("  \(subjects[index].name)")
        let one = try measure(subjects[index])
        if index == 0 { first = one.rate }
        subjects[index].rates.add(one.rate)
        subjects[index].ratios.add(one.rate / first)
        subjects[index].p99.add(one.p99)
        subjects[index].wakeUps.add(one.wakeUps)
        subjects[index].cpu.add(one.cpu)
      }
    }
    for index in subjects.indices { subjects[index].calls = try countCalls(subjects[index]) }
    return subjects.map { subject in
      let calls = subject.calls.map { fixed($0, 2) } ?? "?"
      return Row(
        name: subject.name,
        measured:
          "\(subject.rates.text("req/s", decimals: 0)), p99 \(fixed(subject.p99.median, 2)) ms; a request: "
          + "\(fixed(subject.cpu.median, 1)) us of processor, \(calls) calls, \(fixed(subject.wakeUps.median, 2)) waits",
        peer: "nginx, one worker", peerMeasured: "\(fixed(subjects[0].rates.median, 0)) req/s",
        ratio: subject.ratios.median)
    }
  }

  private func ours() -> [Subject] {
    func one(_ pattern: String, _ wait: String, _ more: [String: String] = [:], single: Bool = false)
      -> Subject
    {
      let words = more.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
      return Subject(
        name: "\(pattern) wait=\(wait)\(words)",
        parameters: ["pattern": pattern, "wait": wait].merging(more) { $1 }, isSingle: single)
    }
    let two = ["workers": "2"]
    let single = ["select", "poll", "epoll", "epoll-edge", "io-uring"].map {
      one("single-thread", $0, single: true)
    }
    return single + [
      one("acceptor-readers", "epoll", two), one("message-balancing", "epoll", two),
      one("shared-socket", "epoll", two),
      one("shared-socket", "epoll", ["workers": "2", "wakeup": "exclusive"]),
      one("shared-socket", "epoll", ["workers": "2", "wakeup": "mutex"]), one("sharded", "epoll", two),
      one("sharded", "epoll", ["workers": "2", "unit": "process"]), one("sharded", "io-uring", two),
      one("thread-per-connection", "blocking"), one("process-per-connection", "blocking"),
      one("pre-fork", "blocking", ["workers": "64"]),
    ]
  }

  /// nginx and HAProxy, which answer the same 200 octets by themselves.
  private func peers(_ nginx: String) throws -> [Subject] {
    func nginxFile(_ workers: Int) throws(Problem) -> String {
      let path = "\(bench.folder)/nginx-\(workers).conf"
      let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
        "\($0)_temp_path \(bench.folder)/\($0);"
      }.joined(separator: " ")
      // nginx's head has 142 octets with its fields here.
      try Served.put(
        path,
        """
        daemon off; worker_processes \(workers); pid \(bench.folder)/nginx-\(workers).pid; error_log stderr crit;
        events { worker_connections 1024; }
        http { access_log off; server_tokens off; keepalive_requests 1000000000; \(folders) default_type text/plain;
          server { listen 127.0.0.1:18080; location / { return 200 "\(String(repeating: "x", count: 54))"; } } }
        """)
      return path
    }
    var all = [
      Subject(
        name: "nginx, one worker", command: [nginx, "-p", bench.folder, "-c", try nginxFile(1)],
        isSingle: true),
      Subject(name: "nginx, two workers", command: [nginx, "-p", bench.folder, "-c", try nginxFile(2)]),
    ]
    if let haproxy = Served.path(of: "haproxy") {
      let path = "\(bench.folder)/haproxy.cfg"
      try Served.put(
        path,
        """
        global
          nbthread 1
        defaults
          mode http
          timeout client 10s
          timeout http-keep-alive 10s
        frontend all
          bind 127.0.0.1:18080
          http-request return status 200 content-type text/plain string "\(String(repeating: "x", count: 119))"

        """)
      all.append(Subject(name: "HAProxy, one thread", command: [haproxy, "-db", "-f", path], isSingle: true))
    }
    return all
  }

  private func start(_ subject: Subject, tracing: String? = nil) throws(Problem) -> Served {
    var command = subject.command
    if let parameters = subject.parameters {
      let all = parameters.merging(["port": "18080", "backlog": "1024"]) { $1 }
      let json = all.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",")
      command = [
        bench.program, "role", "{\"host\":\"server\",\"role\":\"backend\",\"parameters\":{\(json)}}",
        "server=127.0.0.1",
      ]
    }
    if let tracing { command = ["/usr/bin/strace", "-f", "-c", "-qq", "-o", tracing] + command }
    return try Served(command, port: 18080, core: subject.isSingle ? 0 : nil)
  }

  private struct Figures {
    var rate = 0.0
    /// In milliseconds.
    var p99 = 0.0
    /// Of a request: how often a thread waited, and processor time in microseconds.
    var wakeUps = 0.0, cpu = 0.0
  }

  private func measure(_ subject: Subject) throws -> Figures {
    let served = try start(subject)
    defer { served.end() }
    _ = try Wrk.run(connections: Self.connections, seconds: 1)
    let (switches, ticks) = (served.switches, served.ticks)
    let result = try Wrk.run(connections: Self.connections, seconds: Self.seconds)
    guard result.errors == 0 else { throw Problem("\(subject.name): \(result.errors) requests failed") }
    let spent = Double(served.ticks - ticks) / Double(sysconf(CInt(_SC_CLK_TCK)))
    return Figures(
      rate: result.rate, p99: result.p99,
      wakeUps: Double(served.switches - switches) / Double(result.requests),
      cpu: spent * 1e6 / Double(result.requests))
  }

  /// System calls a request, in a run of its own under strace(1), which slows everything: ratios only.
  private func countCalls(_ subject: Subject) throws -> Double? {
    guard unsafe access("/usr/bin/strace", X_OK) == 0 else { return nil }
    let file = "\(bench.folder)/strace"
    let served = try start(subject, tracing: file)
    let result = try Wrk.run(connections: Self.connections, seconds: 2)
    served.end()
    let text = ProcessFigures.text(file)
    let total = text.split(separator: "\n").last { $0.hasSuffix("total") }?.split(separator: " ")
    guard let words = total, words.count >= 4, let calls = Double(words[3]), result.requests > 0 else {
      return nil
    }
    return calls / Double(result.requests)
  }
}

/// What wrk measured.
struct Wrk {
  var rate = 0.0
  /// In milliseconds.
  var p99 = 0.0
  var requests = 0
  var errors = 0

  /// Asks for `/` from the last core.
  static func run(connections: Int, seconds: Int) throws(Problem) -> Wrk {
    let core = max(0, sysconf(CInt(_SC_NPROCESSORS_ONLN)) - 1)
    let run = try Spawned.run(
      [
        "/usr/bin/taskset", "-c", "\(core)", "/usr/bin/wrk", "-t1", "-c\(connections)", "-d\(seconds)s",
        "--latency",
        "http://127.0.0.1:18080/",
      ], keeps: true)
    var wrk = Wrk()
    for line in run.text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.first == "Requests/sec:", words.count > 1 { wrk.rate = Double(words[1]) ?? 0 }
      if words.first == "99%", words.count > 1 { wrk.p99 = milliseconds(words[1]) }
      if words.count > 2, words[1] == "requests" { wrk.requests = Int(words[0]) ?? 0 }
      if words.first == "Non-2xx" || words.first == "Socket" {
        wrk.errors += words.compactMap { Int($0.filter(\.isNumber)) }.reduce(0, +)
      }
    }
    guard wrk.requests > 0 else { throw Problem("wrk measured nothing: \(run.text)") }
    return wrk
  }

  private static func milliseconds(_ text: Substring) -> Double {
    for (unit, scale) in [("us", 0.001), ("ms", 1), ("s", 1000)] where text.hasSuffix(unit) {
      return (Double(text.dropLast(unit.count)) ?? 0) * scale
    }
    return 0
  }
}
