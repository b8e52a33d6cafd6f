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
      fields: [
        "tls.*", "http.*", "_ws.*", "frame.protocols", "data-text-lines*", "x509*", "pkcs1.*", "ber.*",
      ]),
    .init(
      "certificates in DTLS are not read", captures: ["dtls12", "rtc", "rtc2"],
      fields: ["x509*", "pkcs1.*", "ber.*"]),
    .init(
      "tshark writes where CONNECT leads into each packet of its tunnel, and looks into none to port 80",
      captures: ["connect", "h1edge"],
      fields: ["frame.protocols", "http.proxy_connect_host", "http.proxy_connect_port"]),
    .init(
      "what goes through a tunnel to port 80, and a transfer that is packed and chunked: tshark shows neither",
      captures: ["h1edge"], rows: [18, 19, 35, 36]),
    .init(
      "messages of gRPC of codings that tshark does not unpack, or that are broken", captures: ["grpccoded"],
      rows: [28, 32, 60, 63, 77, 81, 84, 88, 105, 109]),
    .init(
      "trailers behind an answer of 100, for which tshark looks up another type", captures: ["h2programs"],
      rows: [150]),
    .init(
      "tshark does not look into streams that HTTP/2 carries, nor unpacks codings in capitals",
      captures: ["h2frames", "h2secure", "h2websocket", "h2odd", "h2coded", "h2trailers"],
      fields: ["tcp.pdu.size", "media.type", "json.*"]),
    .init(
      "tshark 4.0 does not read the flags of an answer in MQTT 3.1, and cuts a text at control characters",
      captures: ["mqttall"], rows: [24, 28]),
    .init(
      "key exchanges of suites that tshark does not know",
      captures: ["tls12-aria", "tls12-dhepsk", "tls12-ecdhepsk"],
      fields: ["tls.handshake.*"]),
    .init(
      "tshark does not uncompress certificates", captures: ["tls13-compressed", "tls13-gnutls-comp"],
      fields: [
        "tls.*", "x509*", "pkcs1.*", "ber.*", "pkix1*", "ns_cert_exts.*", "ns.cert.*", "frame.protocols",
      ]),
    .init(
      "tshark opens nothing behind a client's certificate that comes after the handshake",
      captures: ["tls13-pha"],
      fields: ["tls.*"]),
    .init(
      "behind a gap tshark goes on with the records that follow", captures: ["tls12-frames", "tls13-frames"],
      fields: ["tcp.segment_data"]),
    .init(
      "a body up to the alert that closes TLS: tshark shows it nowhere",
      fields: [
        "tls.reassembled_in", "tls.segment.data", "_ws.col.Info", "http.response_in", "http.next_response_in",
      ]),
    .init(
      "tshark 4.0 takes the first response to pipelined requests for that to the last of them",
      captures: ["http2", "pipeline", "json", "http", "h1edge"],
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
      "tshark has names of its own for fields of the journal", captures: ["blocks"],
      fields: ["systemd_journal.*"]),
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
        "h2c", "h2coded", "h2frames", "h2grpc", "h2odd", "h2programs", "h2secure", "h2trailers",
        "h2securegrpc", "h2split", "h2types", "http2",
        "https",
      ],
      fields: ["json.*", "urlencoded-form.*", "data.*", "frame.protocols", "_ws.col.*"]),
    .init("what is exported by a protocol's name is not read", captures: ["exp"], rows: [1, 2, 3, 4, 7]),
    .init(
      "records that TLS put together, and the protocol in records that were not opened",
      fields: ["tls.reassembled.data", "tls.app_data_proto"]),
    .init(
      "octets in a header of HTTP/2 that are no text", captures: ["h2grpc", "h2types"], rows: [9, 97],
      fields: ["http2.header.*"]),
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
    let unmade = Comparison.remarks.indices.filter { !sum.usedRemarks.contains($0) }
    #expect(
      unmade.isEmpty, "remarks that nobody makes: \(unmade.map { Comparison.remarks[$0].start })")
  }
}
