/// What a recording says where it is played on another kernel than its own.
enum KernelNote {
  /// A sentence or two; nil where both are of one version, or one is unknown. `recorded` and `own` are releases: `6.12.8-amd64`.
  static func text(_ lesson: Lesson?, recorded: String?, own: String?) -> String? {
    guard let recorded, let own, version(recorded) != version(own) else { return nil }
    let start = "Recorded on Linux \(version(recorded)); you run \(version(own))."
    let there = claims(lesson, kernel: recorded)
    let here = claims(lesson, kernel: own)
    let new = here.filter { !there.contains($0) }
    let old = there.filter { !here.contains($0) }
    guard !(new + old).isEmpty else { return start }
    let words = [
      new.isEmpty ? nil : "A run here claims \(new.joined(separator: ", "))",
      old.isEmpty
        ? nil : "\(new.isEmpty ? "A run here does not claim" : "not") \(old.joined(separator: ", "))",
    ]
    return "\(start) \(words.compactMap(\.self).joined(separator: ", "))."
  }

  /// The first two numbers of a release.
  private static func version(_ release: String) -> String {
    release.split { !$0.isNumber }.prefix(2).joined(separator: ".")
  }

  /// The checks that ask for a kernel, and get it.
  private static func claims(_ lesson: Lesson?, kernel: String) -> [String] {
    var values = KnobValues()
    values.kernel = kernel
    return (lesson?.checks ?? []).filter { check in
      let asked = check.conditions.filter { $0.left == .name("kernel") }
      return !asked.isEmpty && (try? values.satisfy(asked)) == true
    }.map(\.name)
  }
}
