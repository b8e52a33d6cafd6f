/// Roles that lessons about the network and the kernel's buffers need.
extension Roles {
  private static let count: ClosedRange<Int64> = 1...10000
  private static func receiveBuffer(_ what: String) -> Parameter {
    Parameter(
      "receive-buffer", .number(0...16_777_216), standard: "0",
      "SO_RCVBUF of \(what); the kernel doubles it, and 0 leaves it to the kernel")
  }
  private static let reads = Parameter(
    "reads", .choice(["auto", "manual"]), standard: "auto", isLive: true,
    "whether it reads what waits, or on command only")
  private static let pressed = (usage: "press", meaning: "starts the next one (by=key, by=step)")

  /// Senders and readers of octets over TCP.
  static let streams: [RoleDescription] = [
    RoleDescription(
      "tcp-sender", "Sends octets over a connection of its own each time, fast or slowly.",
      parameters: [
        to,
        Parameter("connections", .number(count), standard: "1", "how many connections, one after the other"),
        every("connections"), by,
        Parameter("messages", .number(count), standard: "1", "how many messages over each connection"),
        Parameter("size", .number(1...67_108_864), standard: "1000", "octets of a message"),
        Parameter(
          "writes", .number(count), standard: "1", isLive: true,
          "how many send() calls a message is spread over"),
        Parameter(
          "pause", .duration, standard: "0", isLive: true,
          "the time between two of these calls: a slow writer"),
        Parameter(
          "answers", .choice(["no", "yes"]), standard: "no",
          "whether a message waits for an octet in answer to the one before"),
        Parameter(
          "nagle", .choice(["on", "off", "cork"]), standard: "off",
          "what holds a small segment back: Nagle's algorithm, nothing (TCP_NODELAY), or TCP_CORK until the message is whole"
        ),
        Parameter(
          "mss", .number(0...1460), standard: "0",
          "TCP_MAXSEG, octets of the largest segment; 0 for what fits"),
        Parameter(
          "send-buffer", .number(0...16_777_216), standard: "0",
          "SO_SNDBUF; the kernel doubles it, and 0 leaves it to the kernel"),
        Parameter(
          "end", .choice(["fin", "hold", "rst"]), standard: "fin", isLive: true,
          "what follows the last message: FIN and waiting for the peer's, nothing, or RST"),
      ], commands: [pressed], starts: "connection"),
    RoleDescription(
      "tcp-reader", "Accepts connections and reads from them: all at once, slowly, or on command.",
      parameters: [
        port, backlog, receiveBuffer("its connections"),
        Parameter(
          "read", .number(1...1_048_576), standard: "65536", isLive: true, "octets that each recv() asks for"),
        Parameter(
          "every", .duration, standard: "0", isLive: true,
          "the time between two recv() calls on a connection: a slow reader"),
        reads,
        Parameter(
          "answer", .number(0...1_000_000), standard: "0",
          "octets of a message, each answered by one octet; 0 answers nothing"),
        Parameter(
          "acks", .choice(["delayed", "quick"]), standard: "delayed",
          "how the kernel acknowledges: as it thinks best, or asked to hurry after each recv() (TCP_QUICKACK)"
        ),
      ],
      commands: [("read [N]", "calls recv() N times on each connection that has something, once if not said")]
    ),
  ]

  /// Datagrams, packets, and what forges or forwards them.
  static let packets: [RoleDescription] = [
    RoleDescription(
      "udp-echo", "Receives datagrams and sends each back to its sender.",
      parameters: [
        port, receiveBuffer("its socket"),
        Parameter(
          "read", .number(1...65535), standard: "65535", isLive: true,
          "octets that each recvfrom() takes; the rest of a longer datagram is lost"),
        Parameter(
          "every", .duration, standard: "0", isLive: true, "the time between two recvfrom() calls"),
        reads,
        Parameter(
          "answers", .choice(["yes", "no"]), standard: "yes", isLive: true, "whether it sends them back"),
      ], commands: [("read [N]", "calls recvfrom() N times, once if not said")]),
    RoleDescription(
      "udp-client", "Sends datagrams, each longer than the one before if asked to, and waits for answers.",
      parameters: [
        to,
        Parameter("datagrams", .number(count), standard: "1", "how many datagrams to send"),
        every("starts"), by,
        Parameter("burst", .number(count), standard: "1", "how many datagrams go at each start"),
        Parameter("size", .number(0...65507), standard: "16", isLive: true, "octets of a datagram"),
        Parameter(
          "grow", .number(0...65507), standard: "0", isLive: true, "so many octets more in each next one"),
        Parameter(
          "connected", .choice(["yes", "no"]), standard: "yes",
          "whether connect() names the peer, so that errors come back"),
        Parameter(
          "fragment", .choice(["yes", "no"]), standard: "yes",
          "whether a datagram too large for the path may be cut (IP_MTU_DISCOVER)"),
        Parameter(
          "answers", .choice(["yes", "no"]), standard: "yes", "whether answers are waited for"),
        Parameter(
          "wait", .duration, standard: "1s", isLive: true, "how long, after the last datagram"),
      ], commands: [pressed], starts: "datagram"),
    RoleDescription(
      "ping", "Sends ICMP echo requests and tells what comes of them.",
      parameters: [
        Parameter("to", .text, standard: nil, "whom to ask: a host of the lab, or an address"),
        Parameter("requests", .number(1...1000), standard: "1", "how many requests to send"),
        every("requests"), by,
        Parameter(
          "size", .number(0...65507), standard: "56", isLive: true, "octets behind the header of ICMP"),
        Parameter(
          "ttl", .number(1...255), standard: "64", isLive: true, "how many routers they may pass, and one"),
        Parameter(
          "climb", .number(0...10), standard: "0", isLive: true,
          "so much more in each next one, as traceroute does"),
        Parameter(
          "fragment", .choice(["yes", "no"]), standard: "yes", isLive: true,
          "whether a request too large for the path may be cut (IP_MTU_DISCOVER)"),
        Parameter("wait", .duration, standard: "1s", isLive: true, "how long an answer is waited for"),
      ], commands: [pressed], starts: "request"),
    RoleDescription(
      "router",
      "Carries packets between two networks: hosts before it are in 192.0.2.0/24, those after it in 198.51.100.0/24.",
      parameters: [
        Parameter(
          "mtu", .number(68...1500), standard: "1500",
          "octets of the largest packet that the second network carries")
      ]),
    RoleDescription(
      "syn-sender",
      "Forges SYNs from 203.0.113.0/24 and answers nothing: a small flood, inside the lab's network only.",
      parameters: [
        to,
        Parameter("syns", .number(1...1000), standard: "100", "how many SYNs to send"),
        Parameter("rate", .number(1...1000), standard: "200", "how many a second"),
        by,
      ], commands: [("press", "begins (by=key, by=step)")], starts: "flood"),
  ]

  /// Who sends a record in several forms, and who measures what reading it costs.
  static let records: [RoleDescription] = [
    RoleDescription(
      "record-reader", "Reads records of one form, answers each, and measures what reading it costs.",
      parameters: [
        port, backlog,
        Parameter(
          "form", .choice(RecordForm.words), standard: "json",
          "how they are written: a JSON object, a protocol buffers message behind its length, or an HTTP/1.1 request's fields"
        ),
        Parameter(
          "repeats", .number(10...1_000_000), standard: "2000", isLive: true,
          "how often each is read again for the measure, after its answer was sent"),
      ]),
    RoleDescription(
      "record-sender", "Sends an order of several things to several readers, to each in its form.",
      parameters: [
        Parameter(
          "to", .text, standard: nil,
          "to whom in which form, joined by +: json@HOST:PORT+protobuf@HOST:PORT+http@HOST:PORT"),
        Parameter(
          "items", .number(0...64), standard: "3", isLive: true, "how many things the order has"),
        Parameter("requests", .number(count), standard: "1", "how often to send it"),
        every("orders; one waits for all answers to the one before"), by,
      ], commands: [pressed]),
  ]

  /// A service that must not do a thing twice, and a client that asks again.
  static let retries: [RoleDescription] = [
    RoleDescription(
      "payment", "Takes 10 from an account of 100 at each POST /pay.",
      parameters: [
        port, backlog,
        Parameter(
          "keys", .choice(["none", "look", "claim"]), standard: "none", isLive: true,
          "what Idempotency-Key is for: nothing; looked up before and written after the payment; or claimed before it"
        ),
        Parameter(
          "work", .duration, standard: "0", isLive: true,
          "the time that a payment takes; others go on meanwhile"),
        Parameter(
          "lose", .number(0...1000), standard: "0",
          "how many answers never leave: the connection is reset after the payment was made"),
      ]),
    RoleDescription(
      "retrier",
      "Sends HTTP/1.1 requests over a connection each, and tries again what was not answered in time.",
      parameters: [
        to,
        Parameter(
          "requests", .number(count), standard: "1", "how many requests to send, their tries not counted"),
        every("starts"), by,
        Parameter("burst", .number(count), standard: "1", "how many requests begin at each start"),
        Parameter("method", .choice(["GET", "POST"]), standard: "GET", "the method"),
        Parameter("path", .text, standard: "/", "what to ask for"),
        Parameter(
          "key", .choice(["none", "each", "same"]), standard: "none",
          "Idempotency-Key: none, one for each request and all its tries, or one for all requests"),
        Parameter("timeout", .duration, standard: "1s", isLive: true, "how long a try waits for its answer"),
        Parameter(
          "retries", .number(0...100), standard: "3", isLive: true, "how often a request is tried again"),
        Parameter("pause", .duration, standard: "0", isLive: true, "the time before it is tried again"),
        Parameter(
          "backoff", .choice(["fixed", "double"]), standard: "fixed", isLive: true,
          "whether that time stays, or doubles with each try of a request"),
        Parameter(
          "jitter", .choice(["no", "yes"]), standard: "no", isLive: true,
          "whether a random part of it is taken instead of all"),
        Parameter(
          "budget", .number(0...1000), standard: "1000", isLive: true,
          "how many retries a hundred requests may have together; 1000 sets no limit"),
        Parameter("seed", .number(0...Int64.max), standard: "1", "where the random numbers start"),
      ], commands: [pressed], starts: "request"),
  ]
}
