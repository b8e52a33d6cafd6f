/// A part of the program that any octets may come to.
public struct FuzzTarget: Sendable {
  /// How it is called.
  public let name: String
  /// Leads octets through it; fails when something came out that must never.
  public let run: @Sendable ([UInt8]) throws(Finding) -> Void
  /// Octets of a capture that are worth beginning with.
  let seeds: @Sendable (SeedCapture) -> [[UInt8]]

  init(
    _ name: String, seeds: @escaping @Sendable (SeedCapture) -> [[UInt8]],
    _ run: @escaping @Sendable ([UInt8]) throws(Finding) -> Void
  ) {
    (self.name, self.seeds, self.run) = (name, seeds, run)
  }

  /// All of them.
  public static let all: [FuzzTarget] = readers + network + streams + sealed + certificates + wrapped + texts

  /// The one of a name.
  public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }

  /// What a capture file has for each target to begin with.
  public static func seeds(ofCapture path: String) -> [(target: String, octets: [UInt8])] {
    let capture = SeedCapture(path)
    return all.flatMap { target in target.seeds(capture).map { (target.name, $0) } }
  }
}
