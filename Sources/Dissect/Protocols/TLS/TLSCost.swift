extension TLSConversation {
  func account(
    _ message: StreamMessage, _ part: Range<Int>, of side: Side, _ source: any OctetSource,
    into cost: inout RowCost
  ) {
    guard Int(message.token) < records.count else { return cost.payload += part.count }
    let record = records[Int(message.token)]
    // What an alert or a key costs is TLS's own; so is what can't be opened but for the application's.
    guard record.content == 23 else { return cost.tls += part.count }
    var start = 5
    if record.protection == .opened, case .block = key(of: record).phase, key(of: record).key.iv.count == 4 {
      // The part of the nonce that GCM in TLS 1.2 sends along: RFC 5288 section 3.
      start += 8
    }
    let end = record.protection == .sealed ? 5 + Int(record.count) : start + Int(record.plainCount)
    let content = part.clamped(to: start..<max(start, end))
    cost.tls += part.count - content.count
    guard let inner, record.hasInner, !content.isEmpty else { return cost.payload += content.count }
    let first = record.plain + content.lowerBound - start
    plain[Int(side.rawValue)].cutter.account(
      first..<first + content.count, inner, of: side, self, into: &cost)
  }
}
