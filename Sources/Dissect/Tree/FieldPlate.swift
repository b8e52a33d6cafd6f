import Bytes

/// What output needs of a field, worked out once: plain values only, so that a line costs no copy of a `FieldInfo`.
struct FieldPlate {
  /// A stretch of `FieldPlates.octets`.
  struct Place {
    var start: UInt32 = 0, count: UInt32 = 0
  }

  var type: FieldType
  /// How the text behind the title is worded.
  var form: LabelForm
  var traits: FieldTraits
  /// Bits of the containing integer; 0 for all.
  var mask: UInt64
  /// `tcp.srcport`.
  var name = Place()
  /// `Source Port`.
  var title = Place()
  /// The name in `-T ek`: `tcp_tcp_srcport`.
  var member = Place()
  /// Rules of the lines that Wireshark derives from this one.
  var derived: Range<UInt16> = 0..<0
  /// Wireshark's number of the field's type.
  var kind: UInt8 = 0

  /// Whether Wireshark takes the value for a part of its octets.
  var isPart: Bool { mask != 0 && !traits.contains(.wholeOctets) || traits.contains(.partOfOctets) }
}

/// What else output must know of a field.
struct FieldTraits: OptionSet {
  let rawValue: UInt16
  /// Its layer's heading: an object in every format.
  static let proto = FieldTraits(rawValue: 1)
  /// Wireshark has a line of text there and no field; its name in JSON is the text.
  static let textOnly = FieldTraits(rawValue: 2)
  /// In brackets whatever its length.
  static let generated = FieldTraits(rawValue: 4)
  /// Never in brackets.
  static let plain = FieldTraits(rawValue: 8)
  /// In no text; `hide="yes"` in PDML.
  static let hidden = FieldTraits(rawValue: 16)
  /// Octets with colons between them wherever they are printed.
  static let colons = FieldTraits(rawValue: 32)
  /// A field of Wireshark's that stands for a remark: `[Expert Info (Note/Sequence): …]`.
  static let expert = FieldTraits(rawValue: 64)
  /// Drawn as its node's child, shown as its sibling.
  static let sibling = FieldTraits(rawValue: 128)
  /// PDML shows its octets as they are, though its mask leaves bits of them out.
  static let wholeOctets = FieldTraits(rawValue: 256)
  /// PDML shows its octets behind its value, as for those with a mask.
  static let partOfOctets = FieldTraits(rawValue: 512)
  /// The value follows from the node alone, and rows share values.
  static let steadyValue = FieldTraits(rawValue: 1024)
  /// The same of the whole line.
  static let steadyLine = FieldTraits(rawValue: 2048)
  /// A value, where there is one, is the index of a text that stands instead of the line.
  static let worded = FieldTraits(rawValue: 4096)
}

/// The plates of all fields, and of those that output alone knows.
final class FieldPlates: Sendable {
  /// The one table, made at first use.
  static let shared = FieldPlates()
  /// Plates of the catalogue's fields, layer by layer, then those of `DerivedField`.
  let plates: [FieldPlate]
  /// Where the names stand.
  let octets: [UInt8]
  /// Names of values, by plate.
  let names: [(@Sendable (UInt64) -> String?)?]
  /// The first plate of each layer, by raw value, and the number of fields.
  private let starts: [(first: UInt16, count: UInt16)]
  /// The plate of `DerivedField`'s first case.
  let firstDerived: Int
  /// The rules that `FieldPlate.derived` points into.
  let rules: [DerivedRule]

  private init() {
    var plates: [FieldPlate] = []
    var octets: [UInt8] = []
    var names: [(@Sendable (UInt64) -> String?)?] = []
    var starts: [(first: UInt16, count: UInt16)] = []
    func place(_ text: String) -> FieldPlate.Place {
      let start = octets.count
      octets.append(contentsOf: text.utf8)
      return FieldPlate.Place(start: UInt32(start), count: UInt32(octets.count - start))
    }
    func add(_ info: FieldInfo, _ layer: Layer?) {
      var plate = FieldPlate(
        type: info.type, form: LabelForm.of(info), traits: FieldTraits.of(info, layer), mask: info.mask)
      plate.traits.formUnion(FieldTraits.steady(plate.type, plate.form))
      plate.name = place(info.name)
      plate.title = place(LabelForm.titles[info.name] ?? info.title)
      plate.member = place(FieldTraits.member(info, plate.traits))
      plate.kind = FieldKind.number(info, plate.traits)
      plates.append(plate)
      names.append(info.valueName)
    }
    for layer in Layer.allCases {
      let fields = Catalogue.shared.fields[Int(layer.rawValue)]
      starts.append((first: UInt16(plates.count), count: UInt16(fields.count)))
      for info in fields { add(info, layer) }
    }
    firstDerived = plates.count
    for field in DerivedField.allCases {
      add(field.info, nil)
      plates[plates.count - 1].traits.formUnion(field.traits)
      // A field of another protocol's than its name says.
      if field == .versionOfIPv6 { plates[plates.count - 1].member = place("ipv6_ip_version") }
    }
    var rules: [DerivedRule] = []
    for (name, list) in DerivedRule.table {
      for id in Catalogue.shared.byName[name] ?? [] {
        let start = UInt16(rules.count)
        rules += list
        plates[Int(starts[Int(id.layer.rawValue)].first) + Int(id.index)].derived =
          start..<UInt16(rules.count)
      }
    }
    self.plates = plates
    self.octets = octets
    self.names = names
    self.starts = starts
    self.rules = rules
  }

  /// The plate of a field; a field that its layer does not have gets the heading of the frame.
  func index(_ field: FieldID) -> Int {
    let (first, count) = starts[Int(field.layer.rawValue)]
    return UInt16(field.index) < count ? Int(first) + Int(field.index) : 0
  }

  /// The plate of a field that output alone knows.
  func index(_ field: DerivedField) -> Int { firstDerived + Int(field.rawValue) }
}

extension TextBuffer {
  /// Appends one of the names of a plate.
  mutating func append(_ place: FieldPlate.Place, of plates: FieldPlates) {
    let octets = plates.octets
    append(octets.raw.extracting(Int(place.start)..<Int(place.start) + Int(place.count)))
  }
}
