import Bytes

/// The roles that a lab's hosts may have.
public enum Roles {
  typealias Parameter = RoleDescription.Parameter
  static let port = Parameter("port", .number(1...65535), standard: "8080", "the port to listen on")
  static let backlog = Parameter(
    "backlog", .number(0...65535), standard: "128", isLive: true,
    "what listen() is told: one more connection than this may wait for accept()")
  static let to = Parameter("to", .endpoint, standard: nil, "whom to connect to, host:port")
  static let by = Parameter(
    "by", .choice(["time", "key", "step"]), standard: "time",
    "whether the next one starts by time, by a key, or by a step's `do HOST press`")
  static func every(_ what: String) -> Parameter {
    Parameter("every", .duration, standard: "0", isLive: true, "the time between the starts of two \(what)")
  }
  static func close(_ standard: String) -> Parameter {
    Parameter(
      "close", .choice(["fin", "half", "rst"]), standard: standard, isLive: true,
      "how to close: both ways, the sending way only, or by reset (SO_LINGER 0)")
  }
  private static let tls = Parameter(
    "tls", .choice(["none", "1.2", "1.3"]), standard: "none", "the one version of TLS that is spoken")
  static let press = (usage: "press", meaning: "starts the next one (by=key)")

  /// Every role, in the order of the documentation.
  public static let all: [RoleDescription] = first + streams + packets + retries + records

  private static let first: [RoleDescription] = [
    RoleDescription(
      "tcp-listener",
      "Listens, and accepts connections by itself or on command; reads and sends nothing back.",
      parameters: [
        port, backlog,
        Parameter(
          "accept", .choice(["auto", "manual"]), standard: "auto", isLive: true,
          "whether accept() is called when a connection waits, or on command only"),
        Parameter(
          "close", .choice(["peer", "fin", "rst", "unread"]), standard: "peer", isLive: true,
          "when an accepted connection is closed: after the peer did, at once, at once by reset, or with data unread"
        ),
        Parameter(
          "hold", .duration, standard: "0", isLive: true,
          "the time until it is closed, with close=fin and close=rst"),
      ], commands: [("accept [N]", "calls accept() N times, once if not said")]),
    RoleDescription(
      "tcp-connector", "Opens connections and holds them; sends nothing.",
      parameters: [
        to,
        Parameter("connections", .number(1...10000), standard: "1", "how many connections to open"),
        every("connections"), by,
        Parameter(
          "hold", .duration, standard: "0", isLive: true,
          "the time until an open connection is closed; 0 holds it"),
        Parameter(
          "timeout", .duration, standard: "0", isLive: true,
          "the time to give up an unanswered connect(); 0 waits"),
        close("fin"),
      ],
      commands: [press, ("close fin|half|rst", "closes every open connection, one way or the other")],
      starts: "client"),
    RoleDescription(
      "tcp-echo-server", "Sends back what it receives.", parameters: [port, backlog]),
    RoleDescription(
      "tcp-echo-client", "Sends messages over one connection and waits for their echo.",
      parameters: [
        to,
        Parameter("messages", .number(1...10000), standard: "1", "how many messages to send"),
        Parameter("size", .number(1...1_000_000), standard: "16", isLive: true, "octets of a message"),
        Parameter(
          "split", .number(1...1000), standard: "1", isLive: true,
          "how many send() calls a message is spread over"),
        Parameter("glued", .choice(["no", "yes"]), standard: "no", "whether all messages go in one send()"),
        every("messages"), by, close("fin"),
        Parameter(
          "end", .choice(["answered", "sent"]), standard: "answered",
          "when to close: after the last echo, or right behind the last message (with close=half)"),
      ], commands: [press, ("close fin|half|rst", "closes the connection, one way or the other")],
      starts: "message"),
    RoleDescription(
      "http-server",
      "Answers HTTP/1.1 on one thread: /, /echo, /chunked, /bytes/N, and uploads by PUT to /upload, in parts too.",
      parameters: [
        port, backlog, tls,
        Parameter(
          "certificate", .choice(["good", "expired", "wrong-name", "unknown-ca"]), standard: "good",
          "what is wrong with its certificate, with tls"),
        Parameter(
          "keep-alive", .choice(["yes", "no"]), standard: "yes", isLive: true,
          "whether a connection goes on after an answer"),
        Parameter(
          "work", .duration, standard: "0", isLive: true,
          "the time that each request takes; its only thread does nothing else meanwhile"),
      ]),
    RoleDescription(
      "http-client", "Sends HTTP/1.1 requests one after the other, or uploads.",
      parameters: [
        to, tls,
        Parameter("requests", .number(0...10000), standard: "1", "how many requests to send"),
        Parameter("path", .text, standard: "/", isLive: true, "what to ask for"),
        every("requests; one waits for the answer to the one before"), by,
        Parameter(
          "keep-alive", .choice(["yes", "no"]), standard: "yes", isLive: true,
          "whether requests share a connection, or each has its own"),
        Parameter(
          "glue", .number(1...100), standard: "1", isLive: true,
          "how many requests go together, before the first is answered"),
        Parameter(
          "split", .number(1...1000), standard: "1", isLive: true,
          "how many send() calls these requests are spread over"),
        Parameter(
          "between", .choice(["ack", "pause"]), standard: "ack",
          "what the next of them waits for: that the one before is acknowledged, or the pause"),
        Parameter("pause", .duration, standard: "10ms", isLive: true, "the time between them"),
        Parameter(
          "upload", .number(0...67_108_864), standard: "0", isLive: true,
          "octets to PUT instead; path is /upload if it isn't said"),
        Parameter(
          "chunk", .number(0...67_108_864), standard: "0", isLive: true,
          "octets of each part of an upload; 0 for all in one"),
        Parameter(
          "cut", .share, standard: "0", isLive: true,
          "the share of an upload after which it is broken off, to be resumed over a new connection"),
      ],
      commands: [
        press, ("request /PATH", "sends a request more"),
        ("close [fin|half|rst]", "closes the connection, one way or the other"),
      ], starts: "request"),
    RoleDescription(
      "backend",
      "Answers HTTP/1.1 in a chosen execution pattern: who listens, accepts, reads, works and writes, and how it waits.",
      parameters: [
        port, backlog, tls,
        Parameter(
          "pattern", .choice(BackendPlan.patternWords), standard: "single-thread",
          "who does what: see docs/patterns.md"),
        Parameter(
          "workers", .number(1...64), standard: "4",
          "how many threads or processes read, answer or accept, where the pattern has several"),
        Parameter(
          "queue", .number(0...100_000), standard: "0",
          "how many requests may wait for a worker, with pattern=message-balancing: more are answered 503 at once; 0 for no limit"
        ),
        Parameter(
          "unit", .choice(["thread", "process"]), standard: "thread", "what workers are, with pattern=sharded"
        ),
        Parameter(
          "wait", .choice(BackendPlan.waitWords), standard: "epoll",
          "how it waits for sockets; patterns with a thread or process a connection only block"),
        Parameter(
          "wakeup", .choice(["all", "exclusive", "mutex"]), standard: "all",
          "whom a connection wakes, with pattern=shared-socket: all, one (EPOLLEXCLUSIVE), or the holder of a lock"
        ),
        Parameter(
          "multishot", .choice(["on", "off"]), standard: "on",
          "whether one entry of the ring gives many connections and receptions, with wait=io-uring"),
        Parameter(
          "work", .choice(BackendPlan.workWords), standard: "none", isLive: true,
          "what each request takes: nothing, sleep, processor time, its body parsed as JSON, or a file read again and again"
        ),
        Parameter(
          "cost", .duration, standard: "1ms", isLive: true,
          "how much of it, with work=sleep, work=cpu and work=file"),
        Parameter(
          "file", .choice(BackendPlan.readerWords), standard: "blocking",
          "who reads the file: whoever answers, threads beside the event loop, or the kernel, by the ring"),
        Parameter(
          "file-threads", .number(1...64), standard: "4", "how many threads read files, with file=threads"),
        Parameter(
          "file-size", .number(1...64), standard: "16",
          "MiB of the file, which each read takes whole, from the disk where there is one"),
        Parameter(
          "slow", .text, standard: "all", "the one path whose requests have this work; all for every path"),
        Parameter(
          "response", .number(0...1_048_576), standard: "\(BackendAnswers.standardBody)", isLive: true,
          "octets of an answer's body; with 98 the whole answer has 200"),
        Parameter(
          "keep-alive", .choice(["yes", "no"]), standard: "yes", isLive: true,
          "whether a connection goes on after an answer"),
      ],
      commands: [
        (
          "drain [TIME]",
          "accepts nothing any more, ends what was begun, each answer the last of its connection, and then itself, after 10s at the latest if not said; not for patterns of several processes"
        )
      ]),
    RoleDescription(
      "load", "Sends HTTP/1.1 requests over many connections, and measures their latency.",
      parameters: [
        to,
        Parameter(
          "tls", .choice(["none", "1.2", "1.3", "auto"]), standard: "none",
          "the one version of TLS that is spoken; auto for what the server has that started before"),
        Parameter("connections", .number(1...10000), standard: "1", "how many connections to hold"),
        Parameter("path", .text, standard: "/", "what to ask for"),
        Parameter(
          "requests", .number(0...1_000_000_000), standard: "0", "how many requests to send; 0 for no limit"),
        Parameter("duration", .duration, standard: "0", "how long to send them; 0 for no limit"),
        Parameter(
          "rate", .number(0...1_000_000), standard: "0",
          "requests a second, answered or not; 0 sends the next one after an answer"),
        Parameter(
          "every", .duration, standard: "0",
          "the time between the starts of two requests, in the place of rate"),
        by,
        Parameter(
          "pipeline", .number(1...1000), standard: "1",
          "how many requests of a connection may wait for their answers"),
        Parameter(
          "skew", .text, standard: "0",
          "the share of the requests that the first connection sends, or zipf: the k-th sends 1/k as many; 0 for even"
        ),
        Parameter(
          "body", .number(0...1_048_576), standard: "0", "octets of JSON to POST with each; 0 sends GET"),
      ], commands: [press, ("stop", "sends no more and tells what was measured")], starts: "request"),
  ]

  /// What a link may be told to do to each frame, one way.
  public static let link: [RoleDescription.Parameter] = [
    Parameter(
      "delay", .duration, standard: "0", isLive: true, "added to each frame: a round trip takes twice this"),
    Parameter(
      "jitter", .duration, standard: "0", isLive: true, "up to this much more or less than the delay, evenly"),
    Parameter("loss", .share, standard: "0", isLive: true, "the share of frames that are dropped"),
    Parameter(
      "duplicate", .share, standard: "0", isLive: true, "the share of frames that are delivered twice"),
    Parameter(
      "reorder", .share, standard: "0", isLive: true,
      "the share of frames that are held back by one delay more"),
    Parameter("rate", .rate, standard: "0", isLive: true, "how many bits pass in a second; 0 for no limit"),
    Parameter(
      "lose", .text, standard: "none",
      "frames to drop, joined by +: HOST.KIND.N, or HOST.KIND.N.C within the Cth connection, or none"),
    Parameter("seed", .number(0...Int64.max), standard: "1", "where the random numbers start"),
  ]

  static func make(_ name: String, _ setting: RoleSetting) throws(RoleError) -> any Role {
    switch name {
    case "tcp-listener": TCPListener(setting)
    case "tcp-connector": try TCPConnector(setting)
    case "tcp-echo-server": EchoServer(setting)
    case "tcp-echo-client": try EchoClient(setting)
    case "http-server": try HTTPServer(setting)
    case "http-client": try HTTPClient(setting)
    case "backend": try Backend(setting)
    case "load": try Load(setting)
    case "tcp-sender": try TCPSender(setting)
    case "tcp-reader": TCPReader(setting)
    case "udp-echo": UDPEcho(setting)
    case "udp-client": try UDPClient(setting)
    case "payment": Payment(setting)
    case "retrier": try Retrier(setting)
    case "record-reader": try RecordReader(setting)
    case "record-sender": try RecordSender(setting)
    case "ping": try Ping(setting)
    case "router": RouterRole()
    case "syn-sender": try SYNSender(setting)
    default: throw RoleError("there is no role \(name)")
    }
  }
}
