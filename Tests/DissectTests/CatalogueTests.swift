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
}
