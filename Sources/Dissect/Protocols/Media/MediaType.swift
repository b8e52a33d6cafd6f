import Bytes

/// What a body is, as far as that decides how it is shown: RFC 9110 section 8.3.
enum MediaKind {
  /// Lines of text.
  case text
  case json
  /// Names and values of an HTML form.
  case form
  /// Protocol and info columns name XML; it is shown as lines.
  case xml
  case eventStream
  /// Octets of which nothing more is known.
  case octets
  /// Parts, each with headers of its own.
  case multipart
  /// Anything else that has a name.
  case named

  /// Decides by a type without parameters.
  init(_ type: RawSpan) {
    guard !type.isEmpty else {
      self = .octets
      return
    }
    for entry in mediaKinds where type.equals(entry.name) {
      self = entry.kind
      return
    }
    self = type.begins("multipart/") ? .multipart : .named
  }
}

/// Types whose kind is not their name's; those that Wireshark 4.0 knows. Others of JSON's kind it shows as octets.
private let mediaKinds: [(name: StaticString, kind: MediaKind)] = [
  ("application/json", .json), ("text/plain", .text), ("text/html", .text),
  ("text/event-stream", .eventStream),
  ("application/octet-stream", .octets), ("application/x-www-form-urlencoded", .form), ("text/css", .text),
  ("text/javascript", .text), ("application/x-javascript", .text), ("application/problem+json", .json),
  ("application/x-ndjson", .json), ("application/json-rpc", .json), ("application/jsonrequest", .json),
  ("application/merge-patch+json", .json), ("application/json-patch+json", .json),
  ("application/dds-web+json", .json), ("application/senml+json", .json), ("application/sensml+json", .json),
  ("text/richtext", .text), ("text/enriched", .text), ("text/parameters", .text),
  ("application/x-ns-proxy-autoconfig", .text), ("text/xml", .xml), ("application/xml", .xml),
  ("image/svg+xml", .xml), ("application/atom+xml", .xml), ("application/soap+xml", .xml),
]

extension RawSpan {
  /// The type of a Content-Type: what stands before its parameters, without blanks around it.
  func mediaTypeRange() -> Range<Int> {
    var high = first(59, from: 0) ?? byteCount
    var low = 0
    while low < high, self[octet: low] == 32 || self[octet: low] == 9 { low += 1 }
    while high > low, self[octet: high - 1] == 32 || self[octet: high - 1] == 9 { high -= 1 }
    return low..<high
  }
}
