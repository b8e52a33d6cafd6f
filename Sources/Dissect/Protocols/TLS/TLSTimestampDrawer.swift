import Bytes

extension Dissection {
  /// Draws one signature scheme, and how TLS 1.2 read its two octets.
  mutating func scheme(_ reader: inout Reader) throws(ReadError) {
    let offset = reader.position
    let value = try reader.read(UInt16.self)
    let group = open(TLSField.scheme, at: offset, 2)
    set(group, UInt64(value))
    add(TLSField.schemeHash, UInt64(value >> 8), at: offset, 1)
    add(TLSField.schemeSignature, UInt64(value & 255), at: offset + 1, 1)
    close(group)
  }

  /// Draws a list of signed certificate timestamps, with its length in front: RFC 6962 sections 3.2 and 3.3. It stands
  /// in an extension of TLS, of a certificate, or of an answer of OCSP.
  mutating func timestamps(_ reader: inout Reader) throws(ReadError) {
    let count = Int(try read(TLSField.timestampsLength, UInt16.self, from: &reader))
    var list = try reader.take(count)
    while !list.isAtEnd {
      let size = Int(try list.peek(UInt16.self))
      let group = open(TLSField.timestampEntry, at: list.position, min(2 + size, list.remaining))
      try read(TLSField.timestampLength, UInt16.self, from: &list)
      var entry = try list.take(size)
      try read(TLSField.timestampVersion, UInt8.self, from: &entry)
      try bytes(TLSField.timestampLog, 32, from: &entry)
      let offset = entry.position
      let milliseconds = try entry.read(UInt64.self)
      add(TLSField.timestamp, milliseconds &* 1_000_000, at: offset, 8)
      let more = Int(try read(TLSField.timestampExtensionsLength, UInt16.self, from: &entry))
      if more > 0 { try bytes(TLSField.timestampExtensions, more, from: &entry) }
      try scheme(&entry)
      let length = Int(try read(TLSField.timestampSignatureLength, UInt16.self, from: &entry))
      if length > 0 { try bytes(TLSField.timestampSignature, length, from: &entry) }
      close(group)
    }
  }
}
