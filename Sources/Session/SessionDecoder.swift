import Bytes

/// Records of pcapng or classic pcap octets, pushed as they come: a whole file, windows of it, or a live stream.
///
/// The format is told from the first octets. Nothing is allocated by a length that the octets claim, and nothing odd
/// stops more than it must: it is passed over, reported as `Record.trouble`, or ends the file
/// (draft-ietf-opsawg-pcapng; docs/session-file.md).
public struct SessionDecoder: Sendable {
  enum Format: Sendable {
    case unknown, ended
    case blocks(BlockSplitter)
    case pcap(PcapReader, isOpen: Bool)
  }

  var window = Window()
  private(set) var format = Format.unknown
  private(set) var section = SectionReader()
  /// Records found and not yet handed over; the next one is last.
  private(set) var waiting: [Record] = []
  private var isFinished = false

  /// A decoder at the start of a file.
  public init() {}

  /// A decoder that gives nothing, of a file that can't be read on.
  init(ended: Void) { format = .ended }

  /// Adds the octets that follow those pushed before; any number of them.
  public mutating func push(_ bytes: [UInt8]) {
    if case .ended = format { return }
    window.push(bytes)
  }

  /// Adds the octets, at most `count`, that `fill` writes where they are needed, and counts.
  mutating func read(_ count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int) {
    if case .ended = format { return }
    _ = unsafe window.read(count, fill)
  }

  /// The next record; nil when more octets are needed, or nothing more can be read.
  public mutating func next() -> Record? {
    while true {
      if let record = waiting.popLast() { return record }
      switch format {
      case .ended: return nil
      case .unknown: if !detect() { return nil }
      case .pcap(var reader, let isOpen):
        if !isOpen {
          guard window.available >= 24 else { return nil }
          waiting = reader.open(&window)
          format = reader.isEnded ? .ended : .pcap(reader, isOpen: true)
          continue
        }
        let record = reader.next(&window)
        format = reader.isEnded ? .ended : .pcap(reader, isOpen: true)
        return record
      case .blocks(var splitter):
        let piece = splitter.next(&window)
        format = splitter.isEnded ? .ended : .blocks(splitter)
        switch piece {
        case nil: return nil
        case .trouble(let trouble): return .trouble(trouble)
        case .block(let block): decode(block)
        }
      }
    }
  }

  /// Says that nothing follows: hands over what is left, then the cut at the end of the file if there is one, then
  /// nil. Call it until it gives nil.
  public mutating func finish() -> Record? {
    if let record = next() { return record }
    guard !isFinished else { return nil }
    isFinished = true
    let trouble: Trouble?
    switch format {
    case .ended: trouble = nil
    case .unknown:
      trouble = Trouble(
        offset: 0,
        text: window.available == 0 ? "the file is empty" : "the file is too short to be a capture",
        isEnd: true)
    case .blocks(let splitter): trouble = splitter.tail(window)
    case .pcap(_, let isOpen):
      trouble =
        window.available == 0
        ? nil
        : Trouble(
          offset: window.offset,
          text: "the file is cut off: \(window.available) octets of a \(isOpen ? "record" : "file header")"
            + "; what stands before it is kept", isEnd: true)
    }
    format = .ended
    return trouble.map { .trouble($0) }
  }

  /// Octets that the decoder holds room for.
  var heldCapacity: Int { window.bytes.capacity }

  private mutating func detect() -> Bool {
    guard window.available >= 4 else { return false }
    let magic = window.word(at: 0, isBig: true)
    if magic == BlockType.section {
      format = .blocks(BlockSplitter())
    } else if let reader = PcapReader(magic: magic) {
      format = .pcap(reader, isOpen: false)
    } else {
      format = .ended
      let octets = Hex.text(window.bytes[window.start..<window.start + 4], separator: " ")
      waiting = [
        .trouble(Trouble(offset: 0, text: "neither pcapng nor pcap: it begins with \(octets)", isEnd: true))
      ]
    }
    return true
  }

  private mutating func decode(_ block: RawBlock) {
    if block.type == BlockType.section {
      var opened = section
      let text = unsafe opened.open(window.bytes.span.bytes.extracting(block.range), isBig: block.isBig)
      section = opened
      if let text { waiting = [.trouble(Trouble(offset: block.offset, text: text))] }
      return
    }
    guard section.isSupported else { return }
    let decoded = unsafe section.decode(
      block.type, window.bytes.span.bytes.extracting(block.range), isBig: block.isBig)
    if case .interface(let interface)? = decoded.record, let ticks = decoded.ticks {
      section.interfaces.append((interface, ticks))
    }
    if case .frame(var frame)? = decoded.record, block.type != BlockType.simplePacket {
      frame.offset = block.offset + SectionReader.packetHeader
      waiting.append(.frame(frame))
    } else if let record = decoded.record {
      waiting.append(record)
    }
    if let text = decoded.trouble {
      waiting.insert(.trouble(Trouble(offset: block.offset, text: text)), at: 0)
    }
  }
}
