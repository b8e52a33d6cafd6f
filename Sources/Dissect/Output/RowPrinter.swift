public import Bytes

/// The formats of `-T`, and the text without it.
public enum OutputFormat: String, CaseIterable, Sendable {
  case text, tabs, fields, json, ek, pdml, psml

  /// Whether `-x` shows octets in it.
  public var showsOctets: Bool {
    switch self {
    case .text, .tabs, .json, .ek: true
    case .fields, .pdml, .psml: false
    }
  }

  /// Whether its rows are the columns of the list, or lines of text.
  var isText: Bool { self == .text || self == .tabs || self == .psml }
}

/// What is printed of a capture, and how: tshark's options.
public struct OutputOptions: Sendable {
  /// `-T`.
  public var format = OutputFormat.text
  /// `-e`.
  public var fields: [SelectedField] = []
  /// `-E`.
  public var style = FieldsStyle()
  /// `-V`.
  public var isWhole = false
  /// `-O`: the protocols that `-V` shows whole; nil for all.
  public var protocols: Set<String>?
  /// Whether whole rows have the layer of what Backlab derives too, which tshark has not.
  public var hasDerived = false
  /// `-x`.
  public var hasOctets = false
  /// The capture's name.
  public var file = ""

  /// A line a row.
  public init() {}

  /// Whether the time since the row shown before is printed.
  var showsDisplayed: Bool {
    if !fields.isEmpty { return fields.contains { $0.name == "frame.time_delta_displayed" } }
    return !format.isText || isWhole
  }
}

/// Prints rows one after the other in constant memory, in any of tshark's formats.
public struct RowPrinter {
  private let options: OutputOptions
  private var tree: Dissection
  private var text = TextWriter()
  private var json: JSONWriter
  private var ek: EKWriter
  private var pdml = PDMLWriter()
  private var fields = FieldsWriter()
  private let filter: Filter
  /// When the row printed last was.
  private var lastTime: Int64?
  /// The row before which others were printed that are not known here.
  private var resumed: Int?

  /// Prints rows that match `filter` as `options` say.
  public init(_ options: OutputOptions, filter: Filter) {
    self.options = options
    self.filter = filter
    json = JSONWriter(hasOctets: options.hasOctets)
    ek = EKWriter(hasOctets: options.hasOctets)
    var wants: Wanted = filter.wantsOctets ? [.octets] : []
    if filter.isSelective { wants.insert(.nodes) }
    switch options.format {
    case .psml: wants.insert(.columns)
    case .text where !options.isWhole, .tabs where !options.isWhole:
      wants.insert(.columns)
      if options.hasOctets { wants.formUnion([.octets, .nodes]) }
    case _ where !options.fields.isEmpty:
      wants.insert(.nodes)
      if options.fields.contains(where: \.isColumn) { wants.insert(.columns) }
      if options.fields.contains(where: \.wantsOctets) { wants.insert(.octets) }
      if options.fields.contains(where: \.wantsLabels) { wants.insert(.labels) }
      if options.fields.contains(where: \.isDerived) { wants.insert(.derived) }
    default: wants = options.hasDerived ? [.labels, .octets, .nodes, .derived] : [.labels, .octets, .nodes]
    }
    if filter.wantsDerived { wants.insert(.derived) }
    tree = Dissection(wants: wants)
  }

  /// Whether all it prints is lines of the list, of every row.
  public var isList: Bool { tree.wants == .columns && !filter.isSelective }

  /// Appends what stands before the first row.
  public func begin(_ output: inout TextBuffer) {
    switch options.format {
    case .text, .tabs, .ek: break
    case .fields: fields.begin(options.fields, options.style, &output)
    case .json: json.begin(&output)
    case .psml: PSMLWriter.begin(&output)
    case .pdml: pdml.begin(options.file, &output)
    }
  }

  /// Goes on before `row`, behind rows that another printer printed. Each row then has its separator before it.
  public mutating func resume(before row: Int) {
    json.resume()
    lastTime = nil
    resumed = row
  }

  /// Octets that stand between two rows, and before the first one behind `resume`.
  public var separatorCount: Int { options.format == .json ? 1 : 0 }

  /// Appends what stands behind the last row; `hasRows` says whether any row was printed, by whomever.
  public func end(_ output: inout TextBuffer, hasRows: Bool? = nil) {
    switch options.format {
    case .text, .tabs, .ek, .fields: break
    case .json: json.end(&output, hasRows: hasRows)
    case .psml: PSMLWriter.end(&output)
    case .pdml: pdml.end(&output)
    }
  }

  /// Appends a row (from 1) if it matches; says whether it does.
  public mutating func append(_ row: Int, of analysis: Analysis, to output: inout TextBuffer) -> Bool {
    analysis.draw(row, into: &tree)
    guard filter.matches(tree) else { return false }
    let time = analysis.store.time(row)
    if let before = resumed {
      if options.showsDisplayed { lastTime = timeShown(before, analysis) }
      resumed = nil
    }
    let displayed = (time ?? 0) &- (lastTime ?? time ?? 0)
    lastTime = analysis.store.lastTime(upTo: row)
    let columns = analysis.columns(row)
    switch options.format {
    case .text, .tabs: appendText(columns, displayed, &output)
    case .psml: PSMLWriter.append(tree, columns, to: &output)
    case .fields:
      fields.append(
        tree, displayed: displayed, fields: options.fields, columns: columns, options.style, to: &output)
    case .json:
      json.append(
        tree, time: time, displayed: displayed, fields: options.fields, columns: columns, to: &output)
    case .ek:
      ek.append(
        tree, time: time, displayed: displayed, fields: options.fields, columns: columns, to: &output)
    case .pdml:
      pdml.append(
        tree, time: time, row: row, displayed: displayed, fields: options.fields, columns: columns,
        to: &output)
    }
    return true
  }

  /// When the last row before `row` was that the filter lets through.
  private func timeShown(_ row: Int, _ analysis: Analysis) -> Int64? {
    var before = row - 1
    if filter.isSelective {
      var tree = Dissection(for: .list, filter: filter)
      while before > 0 {
        analysis.draw(before, into: &tree)
        if filter.matches(tree) { break }
        before -= 1
      }
    }
    return before > 0 ? analysis.store.lastTime(upTo: before) : nil
  }

  private mutating func appendText(_ columns: RowColumns, _ displayed: Int64, _ output: inout TextBuffer) {
    if options.isWhole {
      text.append(
        tree, displayed: displayed, protocols: options.protocols, dumpsData: !options.hasOctets, to: &output)
      output.append(octet: 10)
    } else if !options.hasOctets {
      columns.appendLine(tree, separator: options.format == .tabs ? 9 : 32, to: &output)
      output.append(octet: 10)
    }
    if options.hasOctets {
      HexDump.append(tree, to: &output)
      output.append(octet: 10)
    }
  }
}
