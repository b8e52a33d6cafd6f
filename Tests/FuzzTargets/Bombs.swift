/// Input whose size says nothing of what it would cost: what fuzzing finds seldom, because it keeps its inputs small.
public struct Bombs {
  /// All of them: the target that each is for, what it is, its octets.
  public static var all: [(target: String, name: String, octets: [UInt8])] {
    var bombs = Bombs()
    bombs.manyReferencesToALargeField()
    bombs.deepNesting()
    bombs.lengthsThatNobodySends()
    bombs.countsOfHTTP2()
    bombs.chainsOfPointers()
    bombs.floodsOfFragments()
    bombs.oneOctetAtATime()
    bombs.blocksWithoutContent()
    bombs.packedZeros()
    return bombs.made
  }

  private var made: [(target: String, name: String, octets: [UInt8])] = []

  private mutating func add(_ target: String, _ octets: [UInt8], _ name: String = #function) {
    made.append((target, String(name.prefix { $0 != "(" }), octets))
  }

  /// A part of a script: see `Script`.
  private func part(_ octets: [UInt8], isServer: Bool = false) -> [UInt8] {
    [0xFE, 0xFF, isServer ? 1 : 0] + octets
  }

  /// A field of HPACK of 4,000 octets, and references to it of one octet each.
  private mutating func manyReferencesToALargeField() {
    let field: [UInt8] = [0x40, 1, 120, 0x7F, 0xA1, 0x1E] + [UInt8](repeating: 97, count: 4000)
    let block = [UInt8](repeating: 0xBE, count: 16_000)
    add("hpack", part(field) + part(block) + part(block, isServer: true) + part(block))
  }

  private mutating func deepNesting() {
    for pair in ["[]", "{}"] {
      let open = pair == "[]" ? "[" : "{\"a\":"
      add("json", Array(String(repeating: open, count: 20_000).utf8))
    }
    // A long name in front of many values, each of which tells the way to it.
    let name = String(repeating: "n", count: 4000)
    add("json", Array("{\"\(name)\":[\(String(repeating: "1,", count: 20_000))1]}".utf8))
    add("resp", part(Array(String(repeating: "*1\r\n", count: 20_000).utf8), isServer: true))
    // Messages of protobuf in each other, each 3 octets longer than what it holds.
    var message: [UInt8] = [8, 1]
    while message.count < 8000 {
      let count = message.count
      message = [0x0A, UInt8(count & 127 | 128), UInt8(count >> 7)] + message
    }
    add("protobuf", part(message))
  }

  private mutating func lengthsThatNobodySends() {
    add("resp", part(Array("*2147483647\r\n$2147483647\r\n".utf8)))
    add("resp", part(Array("*9223372036854775807\r\n%9223372036854775807\r\n".utf8), isServer: true))
    add("mqtt", part([0x30, 0xFF, 0xFF, 0xFF, 0x7F] + [UInt8](repeating: 0, count: 100)))
    add("websocket", part([0x82, 0x7F] + [UInt8](repeating: 0xFF, count: 8) + [1, 2, 3]))
    add(
      "websocket", part([0x82, 0x7F, 0x7F] + [UInt8](repeating: 0xFF, count: 7) + [1, 2, 3], isServer: true))
    for length in [
      "9223372036854775807", "18446744073709551615", "99999999999999999999999", "-1", "4294967296",
    ] {
      add("http1", part(Array("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\nabc".utf8)))
    }
    for size in ["7fffffffffffffff", "ffffffffffffffff", "fffffffffffffffff0", "80000000"] {
      add(
        "http1",
        part(Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(size)\r\nabc".utf8)))
    }
    add("http2", part([0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1] + [UInt8](repeating: 1, count: 200)))
    add("grpc", part([0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3]) + part([4, 5, 6]))
    // A handshake message of 16 MiB.
    add("tls", part([22, 3, 3, 0, 8, 11, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4]))
  }

  /// Windows that are opened over and over, streams that are begun over and over.
  private mutating func countsOfHTTP2() {
    var frames: [UInt8] = []
    for number in stride(from: UInt32(1), to: 6000, by: 2) {
      let stream = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
      frames += [0, 0, 1, 1, 4] + stream + [0x82]
      frames += [0, 0, 4, 8, 0] + stream + [0x7F, 0xFF, 0xFF, 0xFF]
      frames += [0, 0, 4, 8, 0, 0, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF]
      frames += [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0xFF, 0xFF, 0xFF, 0xFF]
    }
    add("http2", part(frames))
  }

  /// Records of DNS whose names all go through the same chain of pointers.
  private mutating func chainsOfPointers() {
    var message: [UInt8] = [0, 1, 0x80, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0]
    for index in 0..<100 {
      let before = 12 + 4 * max(0, index - 1)
      message += index == 0 ? [1, 97, 0, 0] : [1, 97, 0xC0 | UInt8(before >> 8), UInt8(before & 255)]
    }
    let last = 12 + 4 * 99
    for _ in 0..<2000 {
      message += [0xC0 | UInt8(last >> 8), UInt8(last & 255), 0, 2, 0, 1, 0, 0, 0, 0, 0, 2, 0xC0, 12]
    }
    add("dns", part(message, isServer: true))
    add("dns", part([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 12, 0, 1, 0, 1]))
  }

  /// Pieces of packets that never become whole, and pieces on top of each other.
  private mutating func floodsOfFragments() {
    var never: [UInt8] = []
    var same: [UInt8] = []
    for index in 0..<4000 {
      never += part(
        [UInt8(index & 3), UInt8(index >> 8), UInt8(index & 255), 17] + [1, 2, 3, 4, 5, 6, 7, 8])
      same += part([0, 0, UInt8(index & 1), 17] + [UInt8](repeating: 0, count: 16))
    }
    // The last piece comes last.
    add("fragments", never + [0xFE, 0xFF, 10, 0, 0x0F, 0xA0, 17, 1, 2, 3, 4, 5, 6, 7, 8])
    add("fragments", same + [0xFE, 0xFF, 10, 0, 0, 3, 17, 1, 2, 3, 4, 5, 6, 7, 8])
  }

  /// A head, chunks and lines that come an octet at a time.
  private mutating func oneOctetAtATime() {
    func slow(_ octets: [UInt8], isServer: Bool = false) -> [UInt8] {
      octets.flatMap { part([$0], isServer: isServer) }
    }
    let fields = String(repeating: "X-Odd: aaaaaaaaaaaaaaaa\r\n", count: 100)
    add("http1", slow(Array("GET / HTTP/1.1\r\n\(fields)".utf8)))
    let chunks = String(repeating: "1\r\na\r\n", count: 400)
    add(
      "http1", slow(Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)".utf8)))
    add("resp", slow(Array(("*1000\r\n" + String(repeating: "$1\r\na\r\n", count: 300)).utf8)))
    add("sse", slow(Array("data: \(String(repeating: "a", count: 2000))".utf8)))
    add("hpack", slow([0, 0x7F, 0xFF, 0xFF, 0x03] + [UInt8](repeating: 97, count: 500)))
    add("tls", slow([22, 3, 3, 8, 4, 1, 0, 8, 0] + [UInt8](repeating: 3, count: 2000)))
  }

  /// Files that are all headers.
  private mutating func blocksWithoutContent() {
    func little(_ value: UInt32) -> [UInt8] {
      [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
    }
    let section =
      little(0x0A0D_0D0A) + little(28) + little(0x1A2B_3C4D) + [1, 0, 0, 0]
      + [UInt8](repeating: 255, count: 8) + little(28)
    let interface = little(1) + little(20) + [1, 0, 0, 0] + little(0) + little(20)
    func frame(_ number: UInt32) -> [UInt8] {
      little(6) + little(32) + little(number) + little(0) + little(0) + little(0) + little(0) + little(32)
    }
    add(
      "pcapng",
      section + (0..<100_000).flatMap { _ in interface } + (0..<10_000).flatMap { frame(99_999 - $0) })
    add("pcapng", (0..<20_000).flatMap { _ in section })
    for length: UInt32 in [0, 4, 12, 0x7FFF_FFFC, 0xFFFF_FFFC, 256 << 20, 16 << 20] {
      add(
        "pcapng", section + little(6) + little(length) + [UInt8](repeating: 0, count: 40) + little(length))
      add("pcapng", section + little(0xBAD) + little(length) + [UInt8](repeating: 0, count: 40) + section)
    }
    let classic =
      little(0xA1B2_C3D4) + [2, 0, 4, 0] + little(0) + little(0) + little(0xFFFF_FFFF) + little(1)
    for length: UInt32 in [0, 262_144, 262_145, 0x7FFF_FFFF, 0xFFFF_FFFF] {
      add(
        "pcap",
        classic + little(0xFFFF_FFFF) + little(0xFFFF_FFFF) + little(length) + little(length) + [1, 2, 3])
    }
  }

  /// Deflate of zeros, 258 octets in 13 bits each time: RFC 1951 section 3.2.6.
  private func zeros(_ repeats: Int) -> [UInt8] {
    var out: [UInt8] = []
    var word: UInt32 = 0
    var count: UInt32 = 0
    func put(_ bits: UInt32, _ size: UInt32) {
      for place in (0..<size).reversed() {
        word |= (bits >> place & 1) << count
        count += 1
        if count == 8 {
          out.append(UInt8(word))
          (word, count) = (0, 0)
        }
      }
    }
    put(0b010, 3)
    put(0b0011_0000, 8)
    for _ in 0..<repeats { put(0b1100_0101_00000, 13) }
    put(0, 7)
    put(0, 8)
    return out
  }

  /// 60 MB in 400 kB, as a body and as messages that refer to those before.
  private mutating func packedZeros() {
    let packed = zeros(240_000)
    let gzip: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + packed
    add("bodies", [0] + gzip)
    add("bodies", [13] + packed)
    let small = zeros(4000)
    let size = [56, 48, 40, 32, 24, 16, 8, 0].map { UInt8(truncatingIfNeeded: small.count >> $0) }
    let message = part([0xC2, 127] + size + small, isServer: true)
    add("websocket", (0..<20).flatMap { _ in message })
  }
}
