import TestSupport
import Testing

@testable import Dissect

@Suite struct CatalogueTests {
  @Test func everyFieldIsDescribed() {
    for layer in Layer.allCases {
      for field in layer.fields {
        #expect(
          !field.name.isEmpty && !field.title.isEmpty && !field.meaning.isEmpty && !field.source.isEmpty)
        #expect(field.meaning.hasSuffix("."), "\(field.name)")
        #expect(Catalogue.shared.byName[field.name] != nil)
      }
    }
  }

  @Test(.enabled(if: Tshark.mayJudge)) func eachFieldIsOneOfTsharks() throws {
    let known = Set(
      try Tshark.lines(["-G", "fields"]).compactMap { line -> String? in
        let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0] == "F" || parts[0] == "P" else { return nil }
        return String(parts[2])
      })
    #expect(known.count > 100_000)
    let own: [Layer] = [
      .session, .syscall, .kernel, .knob, .process, .request, .load, .note, .wire, .backlab, .eventStream,
    ]
    for layer in Layer.allCases where !own.contains(layer) {
      for field in layer.fields where !field.name.hasPrefix("backlab.") {
        #expect(known.contains(field.name), "\(field.name) is no field of tshark's")
      }
    }
  }

  /// Types and masks of fields as `tshark -G fields` lists them, for `-T json -x`.
  @Test(.enabled(if: Tshark.mayJudge)) func typesAreWiresharks() throws {
    let names = [
      "FT_NONE", "FT_PROTOCOL", "FT_BOOLEAN", "FT_CHAR", "FT_UINT8", "FT_UINT16", "FT_UINT24", "FT_UINT32",
      "FT_UINT40", "FT_UINT48", "FT_UINT56", "FT_UINT64", "FT_INT8", "FT_INT16", "FT_INT24", "FT_INT32",
      "FT_INT40", "FT_INT48", "FT_INT56", "FT_INT64", "FT_IEEE_11073_SFLOAT", "FT_IEEE_11073_FLOAT",
      "FT_FLOAT", "FT_DOUBLE", "FT_ABSOLUTE_TIME", "FT_RELATIVE_TIME", "FT_STRING", "FT_STRINGZ",
      "FT_UINT_STRING", "FT_ETHER", "FT_BYTES", "FT_UINT_BYTES", "FT_IPv4", "FT_IPv6", "FT_IPXNET",
      "FT_FRAMENUM", "FT_GUID", "FT_OID", "FT_EUI64", "FT_AX25", "FT_VINES", "FT_REL_OID", "FT_SYSTEM_ID",
      "FT_STRINGZPAD",
    ]
    // Some names stand for more than one field.
    var theirs: [String: [(kind: UInt8, mask: UInt64)]] = [:]
    for line in try Tshark.lines(["-G", "fields"]) {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      // What is listed as a protocol may be one in name only, whose octets are a value.
      if parts[0] == "P" { theirs[String(parts[2]), default: []] += [(1, 0), (30, 0)] }
      guard parts[0] == "F", parts.count > 6, let kind = names.firstIndex(of: String(parts[3])) else {
        continue
      }
      theirs[String(parts[2]), default: []].append(
        (UInt8(kind), UInt64(parts[6].dropFirst(2), radix: 16) ?? 0))
    }
    var compared = 0
    var wrong: [String] = []
    for plate in FieldPlates.shared.plates {
      let name = String(
        decoding: FieldPlates.shared.octets[Int(plate.name.start)..<Int(plate.name.start + plate.name.count)],
        as: UTF8.self)
      // Names of two fields, of which the list has one: multicast DNS's, and one without a mask.
      if ["dns.rr.udp_payload_size", "mqtt.conack.flags.reserved"].contains(name) { continue }
      guard let other = theirs[name], !plate.traits.contains(.textOnly) else { continue }
      compared += 1
      let mask = plate.isPart ? plate.mask == 0 ? FieldKind.wholeMask : plate.mask : 0
      if !other.contains(where: { $0.kind == plate.kind && $0.mask == mask }) {
        wrong.append("\(name): \(other), ours \(plate.kind) \(mask)")
      }
    }
    #expect(compared > 1000)
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
  }
}
