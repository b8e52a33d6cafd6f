import Bytes

/// The record that is sent in several forms: an order, of a few texts, numbers and things.
struct OrderRecord: Equatable {
  var id: UInt64 = 0
  var customer = ""
  var cents: UInt64 = 0
  var isPaid = false
  var remark = ""
  var items: [String] = []

  /// An order of so many things. Its remark has what JSON must escape.
  static func sample(items: Int) -> OrderRecord {
    OrderRecord(
      id: 90_210_475, customer: "Ada Lovelace, London", cents: 1_299_900, isPaid: true,
      remark: "ring twice, ask for \"Byron\"",
      items: (0..<items).map { "copper gear with \($0 + 12) teeth" })
  }

  /// A digest of everything in it (the highest 52 bits of FNV-1a, which a floating number holds exactly): equal records have
  /// equal ones.
  var digest: Int64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ octets: some Sequence<UInt8>) {
      for octet in octets { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01B3 }
      // No text holds this octet: what ends here can't be taken for the beginning of what follows.
      hash = (hash ^ 0xFF) &* 0x100_0000_01B3
    }
    for number in [id, cents, isPaid ? 1 : 0, UInt64(items.count)] { add("\(number)".utf8) }
    for text in [customer, remark] + items { add(text.utf8) }
    return Int64(hash >> 12)
  }
}

/// Why a record can't be read.
struct RecordError: Error, Equatable {
  var text: String
  init(_ text: String) { self.text = text }
}

/// How a record is written: what stands between its values, and whether their names go along.
enum RecordForm: String, CaseIterable {
  /// A JSON object in one line.
  case json
  /// A protocol buffers message behind its length: `message Order { uint64 id = 1; string customer = 2; uint64 cents = 3;
  /// bool paid = 4; string remark = 5; repeated string item = 6; }`
  case protobuf
  /// A request of HTTP/1.1 whose header fields are the values.
  case http

  static let words = allCases.map(\.rawValue)
  /// The most octets that a record may have.
  static let most = 65536

  /// The record as it goes over the wire; `host` is whom it is for.
  func write(_ record: OrderRecord, to host: String) -> [UInt8] {
    var writer = Writer()
    switch self {
    case .json:
      func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
      }
      writer.write(
        "{\"id\":\(record.id),\"customer\":\(quoted(record.customer)),\"cents\":\(record.cents),\"paid\":\(record.isPaid),"
      )
      let items = record.items.map(quoted).joined(separator: ",")
      writer.write("\"remark\":\(quoted(record.remark)),\"item\":[\(items)]}\n")
    case .protobuf:
      Protobuf.write(1, record.id, to: &writer)
      Protobuf.write(2, record.customer, to: &writer)
      Protobuf.write(3, record.cents, to: &writer)
      Protobuf.write(4, record.isPaid ? 1 : 0, to: &writer)
      Protobuf.write(5, record.remark, to: &writer)
      for item in record.items { Protobuf.write(6, item, to: &writer) }
      var whole = Writer()
      Protobuf.write(UInt64(writer.count), to: &whole)
      whole.write(writer.bytes)
      return whole.bytes
    case .http:
      let fields =
        [
          HTTPField("Host", host), HTTPField("Content-Length", 0), HTTPField("Id", "\(record.id)"),
          HTTPField("Customer", record.customer), HTTPField("Cents", "\(record.cents)"),
          HTTPField("Paid", "\(record.isPaid)"), HTTPField("Remark", record.remark),
        ] + record.items.map { HTTPField("Item", $0) }
      return HTTPHead("POST", "/orders", fields).bytes
    }
    return writer.bytes
  }

  /// How many octets the first whole record of a stream has; nil when it is not whole yet.
  func size(_ octets: [UInt8]) throws(RecordError) -> Int? {
    var size: Int?
    switch self {
    case .json: size = octets.firstIndex(of: 10).map { $0 + 1 }
    case .http: size = octets.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound
    case .protobuf:
      var reader = unsafe Reader(octets.span.bytes)
      if let length = try? Protobuf.varint(&reader) {
        guard length <= UInt64(RecordForm.most) else { throw RecordError("it is longer than 64 KiB") }
        if reader.remaining >= length { size = reader.position + Int(length) }
      } else if octets.count >= 10 {
        throw RecordError("its length is no varint")
      }
    }
    if size ?? octets.count > RecordForm.most + 10 { throw RecordError("it is longer than 64 KiB") }
    return size
  }

  /// Reads a record that is whole.
  func read(_ octets: [UInt8]) throws(RecordError) -> OrderRecord {
    do throws(ReadError) {
      switch self {
      case .json: return try RecordForm.order(JSONValue(unsafe octets.span.bytes))
      case .protobuf: return try RecordForm.order(message: octets)
      case .http: return try RecordForm.order(request: octets)
      }
    } catch { throw RecordError("\(error)") }
  }

  private static func order(_ value: JSONValue) throws(ReadError) -> OrderRecord {
    func whole(_ name: String) throws(ReadError) -> UInt64 {
      guard case .number(let number)? = value[name], let whole = UInt64(exactly: number) else {
        throw .malformed("a member that is a whole number is missing", at: 0)
      }
      return whole
    }
    func text(_ value: JSONValue?) throws(ReadError) -> String {
      guard case .text(let text)? = value else {
        throw .malformed("a member that is a string is missing", at: 0)
      }
      return text
    }
    guard case .truth(let isPaid)? = value["paid"], case .list(let items)? = value["item"] else {
      throw .malformed("an order has `paid` and `item`", at: 0)
    }
    var order = OrderRecord(
      id: try whole("id"), customer: try text(value["customer"]), cents: try whole("cents"), isPaid: isPaid,
      remark: try text(value["remark"]))
    order.items.reserveCapacity(items.count)
    for item in items { order.items.append(try text(item)) }
    return order
  }

  private static func order(message octets: [UInt8]) throws(ReadError) -> OrderRecord {
    var reader = unsafe Reader(octets.span.bytes)
    guard try Protobuf.varint(&reader) == UInt64(reader.remaining) else {
      throw .malformed("the length is another", at: 0)
    }
    var order = OrderRecord()
    while !reader.isAtEnd {
      switch try Protobuf.key(&reader) {
      case (1, .varint): order.id = try Protobuf.varint(&reader)
      case (2, .octets): order.customer = try Protobuf.text(&reader)
      case (3, .varint): order.cents = try Protobuf.varint(&reader)
      case (4, .varint): order.isPaid = try Protobuf.varint(&reader) != 0
      case (5, .octets): order.remark = try Protobuf.text(&reader)
      case (6, .octets): order.items.append(try Protobuf.text(&reader))
      case (_, let form): try Protobuf.skip(form, &reader)
      }
    }
    return order
  }

  private static func order(request octets: [UInt8]) throws(ReadError) -> OrderRecord {
    var engine = HTTPReader(.request)
    guard case .head(let head)? = engine.add(octets).first else {
      throw .malformed("this is no head of a request", at: 0)
    }
    var order = OrderRecord()
    var found = 0
    for field in head.fields {
      found += 1
      switch field.name.lowercased() {
      case "id": order.id = try number(field.value)
      case "customer": order.customer = field.value
      case "cents": order.cents = try number(field.value)
      case "paid": order.isPaid = field.value == "true"
      case "remark": order.remark = field.value
      case "item":
        order.items.append(field.value)
        found -= 1
      default: found -= 1
      }
    }
    guard found == 5 else { throw .malformed("an order has five fields, and items", at: 0) }
    return order
  }

  private static func number(_ text: String) throws(ReadError) -> UInt64 {
    guard let number = HTTPReader.number(text) else { throw .malformed("a field is no whole number", at: 0) }
    return UInt64(number)
  }

  /// What is answered to a record that was read.
  var answer: [UInt8] {
    switch self {
    case .json: Array("{\"ok\":true}\n".utf8)
    case .protobuf: [2, 8, 1]
    case .http: HTTPHead(status: 204).bytes
    }
  }
}
