/// Every field of every protocol, by layer and by name.
public final class Catalogue: Sendable {
  /// The one catalogue, made at first use.
  public static let shared = Catalogue()
  /// Field descriptions by layer and field index.
  let fields: [[FieldInfo]]
  /// Fields by Wireshark's name; several protocols may share a name.
  public let byName: [String: [FieldID]]

  private init() {
    fields = Layer.allCases.map { _ in [] }
    byName = [:]
  }

  /// The description of a field.
  public func info(_ id: FieldID) -> FieldInfo { fields[Int(id.layer.rawValue)][Int(id.index)] }
}
