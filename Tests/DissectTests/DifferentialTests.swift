import Foundation
import TestSupport
import Testing

@testable import Dissect

/// The proof: in every capture of the fixtures every value of every protocol that we read, and every column, is that of
/// `tshark -2 -n`, but for what `exceptions` declares.
@Suite(.enabled(if: Tshark.mayJudge)) struct DifferentialTests {
  /// What differs, and why.
  static let exceptions: [Comparison.Exception] = [
    .init(
      "secrets that come after the records: tshark opens none of them", captures: ["dsb_last", "dsb_mid2"],
      fields: ["tls.*", "http.*", "_ws.*", "frame.protocols", "data-text-lines*"]),
    .init(
      "a body up to the alert that closes TLS: tshark shows it nowhere",
      fields: [
        "tls.reassembled_in", "tls.segment.data", "_ws.col.Info", "http.response_in", "http.next_response_in",
      ]),
    .init(
      "tshark 4.0 takes the first response to pipelined requests for that to the last of them",
      captures: ["http2", "pipeline", "json", "http"],
      fields: [
        "http.response_in", "http.request_in", "http.prev_request_in", "http.next_request_in",
        "http.prev_response_in",
        "http.next_response_in", "http.request_number", "http.response_number", "http.response_for.uri",
        "http.time",
      ]),
    .init(
      "events of a stream show as they come; tshark shows them as a body at its end", captures: ["ssec"],
      rows: [8, 10, 12, 14, 16]),
    .init(
      "tshark counts the frame that ends a stream as an empty segment of what it completes",
      captures: ["bodies", "filters", "http1", "ssec"], fields: ["tcp.segment", "tcp.segment.count"]),
    .init(
      "tshark 4.0 gives a Custom Block a row, which moves the numbers of those behind it",
      captures: ["blocks"]),
    .init(
      "tshark 4.0 names an interface of the second section as that of the first", captures: ["sections"],
      fields: ["frame.interface_name", "frame.interface_description"]),
    .init(
      "options of a frame that few write are not kept", captures: ["opts", "verdict"],
      fields: ["frame.drop_count", "frame.interface_queue", "frame.verdict.ebpf_xdp"]),
    .init("tshark 4.0 writes <none> for no octets", fields: ["ipv6.opt.padn"]),
    .init(
      "historic options", captures: ["ipoptions"],
      fields: ["ip.opt.qs*", "ip.opt.sec_*", "ip.empty_rt_host"]),
    .init(
      "an address that two cards have used: captures of several networks in one file", captures: ["filters"],
      fields: ["arp.duplicate-address-frame", "arp.seconds-since-duplicate-address-frame", "_ws.col.Info"]),
    .init(
      "addresses without a packet have no host's name in tshark", captures: ["exp", "lt", "sctpx"],
      fields: ["ip.host", "ip.src_host", "ip.dst_host"]),
    .init(
      "bodies of HTTP/2 that are JSON, forms or text are not drawn",
      captures: [
        "h2c", "h2frames", "h2grpc", "h2odd", "h2secure", "h2securegrpc", "h2split", "h2types", "http2",
        "https",
      ],
      fields: ["json.*", "urlencoded-form.*", "data.*", "frame.protocols", "_ws.col.*"]),
    .init("what is exported by a protocol's name is not read", captures: ["exp"], rows: [1, 2, 3, 4, 7]),
    .init(
      "records of TLS in CBC mode, and what it carries of no known protocol",
      captures: ["s12cbc", "s13ku", "tls"],
      fields: ["tls.*", "http.*", "_ws.*", "data.*", "frame.protocols"]),
    .init(
      "records that TLS put together, and the protocol in records that were not opened",
      fields: ["tls.reassembled.data", "tls.app_data_proto"]),
    .init(
      "octets in a header of HTTP/2 that are no text", captures: ["h2grpc", "h2types"], rows: [9, 97],
      fields: ["http2.header.*"]),
    .init(
      "Wireshark remarks on more, mostly on what it could not read: there fields of ours say why",
      fields: ["_ws.expert.*"]),
    .init("a body and a message that tshark unpacks", captures: ["h2c"], rows: [18, 20]),
    .init("the same", captures: ["h2grpc"], rows: [13]),
    .init("the same", captures: ["h2frames"], rows: [33]),
    .init("the same", captures: ["h2secure"], rows: [37]),
    .init(
      "media types that tshark reads; a type in capitals; header blocks behind one that can't be read",
      captures: ["h2odd"], rows: [59, 67, 69, 124, 125, 129, 130, 144, 145]),
    .init(
      "tshark 4.0 knows no events, and reads gRPC over HTTP/1.1 and other media types", captures: ["types"],
      rows: [31, 89, 109, 111, 125]),
    .init(
      "tshark 4.0 drops an escape at the end of a string, and cuts texts", captures: ["json"],
      rows: [11, 27, 51]),
  ]

  /// What tshark must be told: gRPC stands on a port of its own.
  static let modes = ["grpc": ["-d", "tcp.port==50051,http2"]]

  @Test func everyValueIsTsharks() async throws {
    let all = try await withThrowingTaskGroup(of: (String, Comparison).self) { group in
      for name in CaptureFile.names {
        group.addTask {
          let path = CaptureFile.url(name).path
          return (
            name,
            try Comparison(
              path, Analysis(path: path), mode: Self.modes[name] ?? [], exceptions: Self.exceptions)
          )
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    for (name, comparison) in all.sorted(by: { $0.key < $1.key }) {
      print("\(name): \(comparison.figures)")
      #expect(comparison.compared > 10)
      #expect(comparison.differences.isEmpty, "\(name):\n\(comparison.report)")
    }
    let sum = all.values.dropFirst().reduce(try #require(all.values.first)) { $0.adding($1) }
    print("all captures: \(sum.figures)")
    #expect(sum.compared > 500_000 && sum.excepted * 50 < sum.compared)
    let idle = Self.exceptions.indices.filter { !sum.used.contains($0) }.map { Self.exceptions[$0].reason }
    #expect(idle.isEmpty, "exceptions that nothing needs: \(idle)")
  }
}
