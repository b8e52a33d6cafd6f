import Bytes
import Foundation
import TestSupport

@testable import Dissect

/// Our values of a capture beside those of `tshark -2 -n`: every field of every protocol that we read, and the columns.
struct Comparison {
  /// A difference that is meant, and why. What it does not name, it is about all of.
  struct Exception {
    /// By name without its ending.
    var captures: Set<String> = []
    /// Row numbers.
    var rows: Set<Int> = []
    /// By field, also `_ws.col.Info` and `_ws.col.Protocol`; one that ends with a star stands for all that begin so.
    var fields: Set<String> = []
    var reason: String

    init(_ reason: String, captures: Set<String> = [], rows: Set<Int> = [], fields: Set<String> = []) {
      (self.reason, self.captures, self.rows, self.fields) = (reason, captures, rows, fields)
    }

    func covers(_ capture: String, _ row: Int, _ field: String) -> Bool {
      (captures.isEmpty || captures.contains(capture)) && (rows.isEmpty || rows.contains(row))
        && (fields.isEmpty || fields.contains(field)
          || fields.contains { $0.last == "*" && field.hasPrefix($0.dropLast()) })
    }
  }

  /// Values looked at.
  private(set) var compared = 0
  /// Fields of rows that differ without an exception.
  private(set) var differing = 0
  /// Values that are covered by an exception.
  private(set) var excepted = 0
  /// Values of ours in rows whose protocol tshark does not find, and the number of such rows.
  private(set) var more = 0, moreRows = 0
  /// Rows of protocols that are not read yet, and values with characters that are cleaned here.
  private(set) var foreignRows = 0, cleaned = 0
  /// By field, the first rows in which it differs and how.
  private(set) var differences: [String: [String]] = [:]
  /// Which exceptions were needed, and which of `remarks`.
  private(set) var used: Set<Int> = [], usedRemarks: Set<Int> = []

  private let capture: String
  private let exceptions: [Exception]

  /// The differences as text, a line a field.
  var report: String {
    differences.sorted { $0.key < $1.key }.map { name, words in
      "\(name) (\(words.count)) \(words.prefix(2).joined(separator: "\n    "))"
    }.joined(separator: "\n")
  }

  /// Agreement in words.
  var figures: String {
    let share = compared == 0 ? 100 : 100 * Double(compared - differing) / Double(compared)
    return "\(compared) values compared, \(differing) differ (\(String(format: "%.3f", share)) % agree), "
      + "\(excepted) excepted, \(cleaned) cleaned, \(more) more than tshark's in \(moreRows) rows, "
      + "\(foreignRows) rows of other protocols"
  }

  /// The figures of both.
  func adding(_ other: Comparison) -> Comparison {
    var sum = self
    sum.compared += other.compared
    sum.differing += other.differing
    sum.excepted += other.excepted
    sum.cleaned += other.cleaned
    sum.more += other.more
    sum.moreRows += other.moreRows
    sum.foreignRows += other.foreignRows
    sum.used.formUnion(other.used)
    sum.usedRemarks.formUnion(other.usedRemarks)
    return sum
  }

  /// Names that tshark gives to parts of certificates, which to us are one layer.
  private static let certificateNames: Set = [
    "pkcs-1", "pkix1explicit", "pkix1implicit", "ns_cert_exts", "ocsp",
  ]

  private static let columns = [
    "_ws.col.Source", "_ws.col.Destination", "_ws.col.Length", "_ws.col.Protocol", "_ws.col.Info",
  ]

  /// Compares a capture. `mode` is what tshark is told besides.
  init(_ path: String, _ analysis: Analysis, mode: [String] = [], exceptions: [Exception] = []) throws {
    capture = URL(filePath: path).deletingPathExtension().lastPathComponent
    self.exceptions = exceptions
    let names = Tshark.ofOurProtocols + Self.columns
    // Marks that stand in no value.
    let theirs = try Tshark.lines(
      ["-2", "-n", "-r", path] + mode + ["-T", "fields", "-E", "separator=\u{0E}", "-E", "aggregator=\u{0F}"]
        + names.flatMap { ["-e", $0] })
    note("rows", 0, ["\(theirs.count)"], ["\(analysis.rows.count)"])
    var reader = RowValues()
    for (index, line) in theirs.enumerated() where index < analysis.rows.count {
      let row = index + 1
      var ours = reader.values(row, analysis, Self.columns)
      let parts = line.split(separator: "\u{0E}", omittingEmptySubsequences: false)
      var values: [String: [String]] = [:]
      for (name, part) in zip(names, parts) where !part.isEmpty {
        values[name] = part.split(separator: "\u{0F}", omittingEmptySubsequences: false).map {
          // A field of no octets, or of no characters.
          $0 == "<MISSING>" ? "" : String($0)
        }
      }
      leaveRemarks(&values)
      leaveRemarks(&ours)
      compare(row, values, ours)
    }
  }

  /// How remarks begin that only one of us makes, or that we word otherwise, and why.
  static let remarks: [(start: String, why: String)] = [
    ("Duplicate IP address configured", "captures of several networks in one file"),
    ("Malformed Packet (Exception occurred)", "a field of ours says what is malformed, and where"),
    ("Trailing stray characters", "a field of ours says what is malformed, and where"),
    ("Reassembling HTTP2 body for subdissector failed", "a field of ours says why a message is not whole"),
    ("Body decompression failed", "a field of ours says why a body is not unpacked"),
    ("Decompression stopped after 200 header lines", "a limit of tshark's"),
    ("Unencrypted HTTP protocol detected over encrypted port", "HTTP to port 443 in a tunnel is as meant"),
    ("Unknown version (missing the CONNECT packet?)", "a field of ours says it"),
    ("Routing header type is deprecated", "historic options"),
    ("Undecoded IPv6 routing header field", "tshark's remark on what it does not read"),
    ("Unknown Data (not interpreted)", "tshark's remark on what it does not read"),
    ("When IPv6 payload length does not equal 0", "jumbograms are not judged"),
    ("IPv6 header must be exactly 40 bytes", "a field of ours says what is malformed"),
    ("No response seen to ICMP", "a capture that ends tells nothing of answers"),
    ("Bad checksum [should be", "checksums of ICMP are a field of their own"),
    ("Non-zero header padding", "octets behind the last option"),
    ("option length should be", "a field of ours says what is malformed"),
    ("Window scale (option length", "a field of ours says what is malformed"),
    ("Maximum segment size (with too-short", "a field of ours says what is malformed"),
    ("The urgent pointer field is nonzero", "the pointer is a field, and no error"),
    ("Dissector for ICMPv6 Type", "tshark's remark on what it does not read"),
    ("Dissector for DNS Type", "whom to contact is another's concern"), ("Type not decoded", "ours of these"),
    ("Dissector for Websocket Opcode", "whom to contact is another's concern"),
    ("Unknown opcode", "ours of these"),
    ("DNS query retransmission", "the frame of the first query is a field of its own"),
    ("Failed to parse length delimited field", "one remark of ours for all"),
    ("Failed to parse value field", "ours of these"),
    ("BER: Dissector for OID not implemented", "tshark's remark on what it does not read"),
    ("Responder ID list is not implemented", "tshark's remark on what it does not read"),
    ("Request Extensions are not implemented", "tshark's remark on what it does not read"),
    ("5 trailing bytes were unprocessed", "tshark's remark on what it does not read"),
  ]

  /// Takes those of `remarks` away: each is a message, how grave it is and what about.
  private mutating func leaveRemarks(_ values: inout [String: [String]]) {
    guard let messages = values["_ws.expert.message"] else { return }
    let kept = messages.indices.filter { index in
      let place = Self.remarks.firstIndex { messages[index].hasPrefix($0.start) }
      if let place { usedRemarks.insert(place) }
      return place == nil
    }
    guard kept.count < messages.count else { return }
    for name in ["_ws.expert.message", "_ws.expert.severity", "_ws.expert.group"] {
      let all = values[name] ?? []
      values[name] = kept.count <= all.count ? kept.map { all[$0] } : all
    }
  }

  /// Protocols that are not read yet. In their rows what lies beneath is compared.
  static let notRead: Set<Substring> = [
    "quic", "dtls", "sctp", "stun", "rtcdc", "tapa", "xml", "sdp", "mime_multipart", "message-http", "cbor",
    "imf",
    "sipfrag", "netlink", "netlink-sock_diag", "syslog", "user_dlt",
  ]
  /// Fields of what such a protocol takes or carries.
  static let carried: Set<String> = [
    "data.data", "data.len", "media.type", "http.file_data", "frame.protocols",
  ]

  /// Compares a row.
  private mutating func compare(_ row: Int, _ theirs: [String: [String]], _ ours: [String: [String]]) {
    let theirProtocols = Set(theirs["frame.protocols"]?.first?.split(separator: ":") ?? [])
    let ourProtocols = Set(ours["frame.protocols"]?.first?.split(separator: ":") ?? [])
    let isForeign = !theirProtocols.isDisjoint(with: Self.notRead)
    let isMore =
      !isForeign && !ourProtocols.isSubset(of: theirProtocols)
      && theirProtocols.subtracting(["data"]).isSubset(of: ourProtocols)
    if isMore { moreRows += 1 }
    if isForeign { foreignRows += 1 }
    for name in Set(theirs.keys).union(ours.keys) {
      let (other, own) = (theirs[name] ?? [], ours[name] ?? [])
      if isForeign,
        Self.carried.contains(name) || name.hasPrefix("tls.") || name.hasPrefix("_ws.")
          || name.hasPrefix("json.")
      {
        continue
      }
      // What tshark shows of octets that it can't read.
      if isMore, Self.unread.contains(name) { continue }
      if isMore, other.isEmpty {
        more += own.count
        continue
      }
      if name == "frame.protocols" {
        note(name, row, other.map(Self.withoutCertificates), own.map(Self.withoutCertificates))
      } else {
        note(name, row, other, own)
      }
    }
  }

  /// A list of protocols without those that Wireshark has for the parts of a certificate.
  private static func withoutCertificates(_ list: String) -> String {
    list.split(separator: ":").filter { !$0.hasPrefix("x509") && !certificateNames.contains(String($0)) }
      .joined(
        separator: ":")
  }

  /// Fields of octets that no protocol has explained, and what follows from having none.
  private static let unread: Set<String> = [
    "tcp.payload", "tcp.segment_data", "data.data", "data.len", "frame.protocols", "_ws.col.Info",
    "_ws.col.Protocol",
  ]

  /// Whether a text holds what is cleaned here for terminals: control characters, and octets that are no UTF-8.
  private static func isCleaned(_ values: [String]) -> Bool {
    values.contains {
      $0.unicodeScalars.contains { $0.value < 32 || $0.value == 0xFFFD || 0x2400...0x2421 ~= $0.value }
    }
  }

  private mutating func note(_ field: String, _ row: Int, _ theirs: [String], _ ours: [String]) {
    // A text of no characters can't be told from none.
    let (theirs, ours) = (theirs.filter { !$0.isEmpty }, ours.filter { !$0.isEmpty })
    let count = max(theirs.count, ours.count)
    if theirs == ours {
      compared += count
    } else if Self.isCleaned(theirs) || Self.isCleaned(ours), theirs.count == ours.count {
      cleaned += count
    } else if let place = exceptions.firstIndex(where: { $0.covers(capture, row, field) }) {
      excepted += count
      used.insert(place)
    } else {
      compared += count
      differing += 1
      differences[field, default: []].append(
        "row \(row): tshark \(theirs.map { $0.prefix(120) }), we \(ours.map { $0.prefix(120) })")
    }
  }
}

/// The values of a row by field's name, as `-T fields` prints them.
struct RowValues {
  private var tree = Dissection(wants: .all)
  private var listing = Listing()
  private var names: [(name: String, field: SelectedField)?] = FieldPlates.shared.plates.indices.map {
    let plate = FieldPlates.shared.plates[$0]
    let place = plate.name
    let name = String(
      decoding: FieldPlates.shared.octets[Int(place.start)..<Int(place.start + place.count)], as: UTF8.self)
    guard plate.type != .heading, !plate.traits.contains(.textOnly), !name.hasPrefix("backlab."),
      let field = SelectedField(name)
    else { return nil }
    return (name, field)
  }

  /// The values of a row (from 1), and its columns.
  mutating func values(_ row: Int, _ analysis: Analysis, _ columns: [String]) -> [String: [String]] {
    analysis.draw(row, into: &tree)
    listing.fill(tree, displayed: analysis.delta(row))
    var values: [String: [String]] = [:]
    var text = TextBuffer()
    for line in listing.lines {
      guard let (name, field) = names[Int(line.plate)], Tshark.fields[name] != nil else { continue }
      text.removeAll()
      field.append(.line(line), listing, tree, as: .field, to: &text)
      values[name, default: []].append(text.text)
    }
    for name in columns {
      text.removeAll()
      SelectedField(name)?.forEach(in: listing, tree, analysis.columns(row)) { value in
        SelectedField(name)?.append(value, listing, tree, as: .field, to: &text)
      }
      if text.count > 0 { values[name] = [text.text] }
    }
    return values
  }
}

extension Analysis {
  /// The time since the row before, in nanoseconds.
  fileprivate func delta(_ row: Int) -> Int64 {
    guard row > 1, let time = store.time(row) else { return 0 }
    return time &- store.lastTime(upTo: row - 1)
  }
}
