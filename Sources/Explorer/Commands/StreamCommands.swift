import ArgumentParser
import Bytes
import Dissect

/// `backlab follow`: what two sides said to each other.
struct FollowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "follow", abstract: "Show what the two sides of a connection said to each other.",
    discussion: """
      Octets of the side that spoke first begin lines, those of the other side have a tab before them, as tshark
      -z follow prints them. `backlab streams FILE` numbers the connections.
      """)

  @Argument(help: "A pcapng or pcap file; `-` reads standard input.") var file: String
  @Argument(help: "`tcp`, `tls` (what was decrypted), `http` (heads and whole bodies) or `http2`.")
  var layer: String
  @Argument(help: "The connection's number, from 0: tcp.stream.") var stream: Int
  @Argument(help: "For http2 the stream in it: http2.streamid.") var substream: Int?
  @Option(help: ArgumentHelp("`ascii`, `hex` or `raw`.", valueName: "style")) var style = "ascii"

  func validate() throws {
    if Follow.Layer(rawValue: layer) == nil {
      throw ValidationError("\(layer): nothing can be followed there. Write tcp, tls, http or http2.")
    }
    if (layer == "http2") != (substream != nil) {
      throw ValidationError(
        "http2, and nothing else, needs the number of a stream in the connection. Write http2 \(stream) 1.")
    }
    if Follow.Style(rawValue: style) == nil {
      throw ValidationError("--style \(style): there is no such style. Write ascii, hex or raw.")
    }
  }

  func run() throws {
    let analysis = try Capture.analysis(file)
    guard let layer = Follow.Layer(rawValue: layer), let style = Follow.Style(rawValue: style),
      let follow = Follow(layer, stream: stream, substream: substream ?? 0, in: analysis)
    else {
      throw Failure.usage(
        "\(file): there is no TCP connection \(stream). `backlab streams \(file)` lists those that there are."
      )
    }
    if follow.isEmpty {
      complain("\(file): connection \(stream) has nothing of \(layer.rawValue) that can be read.")
    }
    var output = Output()
    try output.append { follow.append(as: style, to: &$0) }
    try output.flush()
  }
}

/// `backlab streams`: the conversations of a capture.
struct StreamsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "streams",
    abstract: "List the conversations of a capture: who, how much, how long, in which protocols.")

  @Argument(help: "A pcapng or pcap file; `-` reads standard input.") var file: String

  func run() throws {
    let streams = try Capture.analysis(file).streams()
    if streams.isEmpty { complain("\(file): no TCP segment and no UDP datagram is in it.") }
    var output = Output()
    try output.append { streams.append(to: &$0) }
    try output.flush()
  }
}

/// `backlab stats`: what a capture holds, in numbers.
struct StatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Count what a capture holds: rows, octets, protocols, and what TCP's analysis found.")

  @Argument(help: "A pcapng or pcap file; `-` reads standard input.") var file: String

  func run() throws {
    let figures = CaptureFigures(try Capture.analysis(file))
    var output = Output()
    try output.append { figures.append(to: &$0) }
    try output.flush()
  }
}
