import Bytes

extension HTTP2Drawer {
  /// Draws a body that is there as a whole, which stands in the current source from `place`: unpacked where it is packed,
  /// and what its type makes of it.
  func entity(_ body: RawSpan, at place: Int, _ half: HTTP2HalfStream, _ tree: inout Dissection) {
    let value = conversation.texts.all[Int(half.encoding)]
    let codings = body.isEmpty ? ContentCodings.none : ContentCodings(value.raw)
    guard case .known(let list) = codings, !half.isPart else {
      tree.add(HTTP2Field.data, at: place, body.byteCount)
      if codings == .none { return content(body, at: place, half, &tree) }
      let name = Clean.text(String(decoding: value, as: UTF8.self))
      tree.add(
        HTTP2Field.unread,
        text: half.isPart
          ? "it is a part of a body (206), and a part can't be unpacked alone"
          : "it is packed by \(name), which is not known here", at: place, body.byteCount)
      return
    }
    // Wireshark knows three of the names, and only in lower case.
    let isTold = ["gzip", "deflate", "br"].contains { value.starts(with: $0.utf8) }
    let source = tree.source
    let name = isTold ? "\(list[0].name)" : Clean.text(String(decoding: value, as: UTF8.self))
    let before = "Content-encoded entity body (\(name)): \(body.byteCount) bytes"
    let group = tree.open(HTTP2Field.encoded, at: place, body.byteCount, text: before)
    guard tree.sources.count < 250, let plain = tree.unpack(body, list),
      !plain.bytes.isEmpty || plain.end == .whole
    else {
      tree.add(HTTP2Field.decompressionFailed, at: place, 0)
      tree.add(HTTP2Field.unread, text: "it can't be unpacked as \(name)", at: place, body.byteCount)
      tree.close(group)
      tree.add(HTTP2Field.data, at: place, body.byteCount)
      return
    }
    tree.retitle(group, "\(before) -> \(plain.bytes.count) bytes")
    if let why = plain.end.words { tree.add(HTTP2Field.unread, text: why, at: place, body.byteCount) }
    if !isTold { tree.add(HTTP2Field.data, at: place, body.byteCount) }
    tree.addSource("Uncompressed entity body", plain.bytes)
    if isTold { tree.add(HTTP2Field.data, at: 0, plain.bytes.count) }
    tree.close(group)
    content(plain.bytes.raw, at: 0, half, &tree)
    tree.source = source
  }

  /// Draws what the type of a body makes of it, within the stream, where Wireshark has it.
  private func content(_ body: RawSpan, at place: Int, _ half: HTTP2HalfStream, _ tree: inout Dissection) {
    let type = conversation.texts.all[Int(half.contentType)]
    let range = type.raw.mediaTypeRange()
    switch HTTP2Media(HTTP2Media.plain(type)) {
    case .other: return
    case .json, .text, .xml:
      tree.bodyLayers(body, base: place, MediaKind(type.raw.extracting(range)), type.raw.extracting(range))
    }
  }
}
