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
}
