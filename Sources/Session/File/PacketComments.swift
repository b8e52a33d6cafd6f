import Bytes

/// Adds comments to an Enhanced Packet Block of a little-endian section.
enum PacketComments {
  /// The block with those of `comments` for its packet id that it does not hold yet, after the options it has.
  static func adding(_ comments: [UInt64: [String]], to block: [UInt8]) -> [UInt8] {
    if comments.isEmpty { return block }
    var packetID: UInt64?
    var held: [String] = []
    // Where new options go: before the end of options, or at the end of the block's body.
    var end = block.count - 4
    do throws(ReadError) {
      var reader = unsafe Reader(block.span.bytes)
      try reader.skip(20)
      let captured = Int(try reader.readLittle(UInt32.self))
      try reader.skip(4)
      try reader.skip(captured)
      try reader.skip(-captured & 3)
      while reader.remaining >= 8 {
        let start = reader.position
        let code = try reader.readLittle(UInt16.self)
        let size = Int(try reader.readLittle(UInt16.self))
        if code == 0 {
          end = start
          break
        }
        var value = try reader.take(size)
        try reader.skip(-size & 3)
        if code == 1 { held.append(value.rest.text) }
        if code == 5 { packetID = try value.readLittle(UInt64.self) }
      }
    } catch {
      // Options that can't be read are left alone.
      return block
    }
    let new = packetID.flatMap { comments[$0] }?.filter { !held.contains($0) } ?? []
    if new.isEmpty { return block }
    var out = Array(block[..<end])
    for comment in new { out.option(1, comment) }
    out.little(0 as UInt32)
    let length = UInt32(out.count + 4)
    out.little(length)
    for i in 0..<4 { out[4 + i] = UInt8(truncatingIfNeeded: length >> UInt32(8 * i)) }
    return out
  }
}
