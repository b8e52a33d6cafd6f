extension HTTP2Drawer {
  /// Names the frames that opened the windows which a DATA frame takes from, as they stood before it: RFC 9113 section 6.9.
  func grants(_ tree: inout Dissection) {
    guard tree.wants.contains(.nodes) else { return }
    let all = conversation[side].grants
    var index = Self.first(in: all, from: token)
    // A window was opened shortly before it is used; what lies further back is not looked for.
    let last = max(0, index - 4096)
    var (connection, own): (UInt32?, UInt32?)
    while index > last, connection == nil || own == nil {
      index -= 1
      let grant = conversation.records[Int(all[index])]
      if grant.setsWindows || grant.stream == record.stream {
        own = own ?? grant.row
      } else if grant.stream == HTTP2Record.none {
        connection = connection ?? grant.row
      }
    }
    if let connection { tree.add(HTTP2Field.connectionFrom, UInt64(connection), at: base, 0) }
    if let own { tree.add(HTTP2Field.streamFrom, UInt64(own), at: base, 0) }
  }

  /// The place of the first of some frames, in order, that does not come before `token`.
  private static func first(in frames: [UInt32], from token: UInt32) -> Int {
    var low = 0
    var high = frames.count
    while low < high {
      let middle = (low + high) / 2
      if frames[middle] < token { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
