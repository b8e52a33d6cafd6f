import Bytes

extension HTTP2Drawer {
  /// The most that is put together of frames; more is left where it is, and said so.
  static var mostBody: Int { 1 << 26 }

  /// Draws a DATA frame's own fields. Returns what the heading says more.
  func data(_ header: HTTP2FrameHeader, _ pdu: RawSpan, _ tree: inout Dissection) -> String {
    guard let content = header.content(pdu) else {
      malformed("the padding is longer than the frame", &tree)
      return ""
    }
    padding(header, content.padding, &tree)
    let half = stream?[side]
    let place = base + content.range.lowerBound
    let isPlain = half?.kind == .plain
    if isPlain, header.endsStream, record.link != HTTP2Record.none, let stream {
      wholeBody(stream, last: token, current: pdu, isTrailer: false, &tree)
    } else {
      if isPlain, !header.endsStream, let half, half.endRow != 0, content.range.count > 0 {
        tree.add(HTTP2Field.reassembledIn, UInt64(half.endRow), at: base, 0)
      }
      tree.add(HTTP2Field.data, at: place, content.range.count)
    }
    if content.padding > 0 {
      tree.add(HTTP2Field.dataPadding, at: base + content.range.upperBound, content.padding)
    }
    if record.stream != HTTP2Record.none { windows(of: side, hasStream: true, &tree) }
    guard half?.kind != .grpc else { return "" }
    return (header.endsStream ? "" : " (partial entity body)")
      + (half?.kind == .tunnel ? " (tunneled data)" : "")
  }

  /// Draws the DATA frames of a body that ends here, and the body that they make.
  func wholeBody(
    _ stream: HTTP2Stream, last: UInt32, current: borrowing RawSpan?, isTrailer: Bool,
    _ tree: inout Dissection
  ) {
  }

  /// Draws what a body holds, behind the frame.
  func body(_ header: HTTP2FrameHeader, _ pdu: RawSpan, _ stream: HTTP2Stream, _ tree: inout Dissection) {
  }
}
