import Bytes
import Testing

@Suite struct NearNameTests {
  private let names = [
    "run", "roles", "lessons", "ladder", "open", "replay", "tcp-listener", "tcp-connector",
  ]

  @Test(arguments: [
    ("rum", "run"), ("rnu", "run"), ("lesons", "lessons"), ("lessosn", "lessons"), ("laddder", "ladder"),
    ("rolse", "roles"), ("tcp-lstener", "tcp-listener"), ("tcp-con", "tcp-connector"),
  ])
  func findsWhatWasMeant(wanted: String, name: String) {
    #expect(NearName.nearest(to: wanted, among: names) == name)
  }

  @Test(arguments: ["", "x", "backlog", "tcp-", "nobody", "ру"])
  func guessesNothingFarAway(wanted: String) {
    #expect(NearName.nearest(to: wanted, among: names) == nil)
  }

  @Test func ofEqualNamesTheFirstIsTaken() {
    #expect(NearName.nearest(to: "ba", among: ["bc", "bb"]) == "bb")
    #expect(NearName.question(for: "knok", among: ["knock"]) == "Did you mean `knock`? ")
    #expect(NearName.question(for: "other", among: ["knock"]) == "")
  }

  @Test func longTextIsCut() {
    #expect(NearName.nearest(to: String(repeating: "a", count: 100_000), among: names) == nil)
  }
}
