import Foundation
import TestSupport

@testable import Dissect

extension Tshark {
  /// As it writes a value into its table.
  static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\r", with: "\\r")
      .replacingOccurrences(of: "\n", with: "\\n").replacingOccurrences(of: "\t", with: "\\t")
  }

  /// Fields that have values, by name, with the protocol that each belongs to.
  static let fields: [String: String] = {
    var fields: [String: String] = [:]
    for line in (try? lines(["-G", "fields"])) ?? [] {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard parts.count > 4, parts[0] == "F", parts[3] != "FT_NONE", parts[3] != "FT_PROTOCOL" else {
        continue
      }
      fields[String(parts[2])] = String(parts[4])
    }
    return fields
  }()

  /// The fields with values of every protocol that we read a field of, by name.
  static let ofOurProtocols: [String] = {
    let ours = Set(Catalogue.shared.byName.keys.compactMap { fields[$0] })
    let derived = DerivedField.allCases.map(\.info.name).filter { fields[$0] != nil }
    return Set(fields.filter { ours.contains($0.value) }.keys).union(derived).sorted()
  }()
}
