public import Bytes

/// What a capture says of a frame beside its octets: the trivial part of `Frame`, for those who read many.
public struct FrameHeader: Sendable {
  /// Interface number within the section, from 0.
  public var interface: Int
  /// Section number, from 1.
  public var section: Int
  /// When the frame was taken; nil when the file has no stamp.
  public var time: Timestamp?
  /// LINKTYPE of the interface.
  public var linkType: UInt16
  /// Octets on the wire.
  public var originalLength: Int
  /// Where the captured octets stand in the file.
  public var offset: Int64

  /// Makes a header.
  public init(
    interface: Int, section: Int, time: Timestamp?, linkType: UInt16, originalLength: Int, offset: Int64
  ) {
    self.interface = interface
    self.section = section
    self.time = time
    self.linkType = linkType
    self.originalLength = originalLength
    self.offset = offset
  }
}

extension SessionDecoder {
  /// Hands over plain frames where they stand, without making records of them, and stops at the first thing that is
  /// none: a frame with options, another block, damage, the end of what was pushed. `next` gives that.
  ///
  /// The octets are only there during the call of `take`.
  public mutating func frames(_ take: (FrameHeader, RawSpan) -> Void) {
    guard waiting.isEmpty else { return }
    switch format {
    case .pcap(let reader, isOpen: true): reader.frames(&window, take)
    case .blocks(let splitter):
      guard section.isSupported, splitter.isAtBlock, window.skip == 0 else { return }
      blocks(isBig: splitter.isBig, take)
    default: break
    }
  }

  private mutating func blocks(isBig: Bool, _ take: (FrameHeader, RawSpan) -> Void) {
    window.consume(passed(isBig: isBig, take))
  }

  /// Hands over the frames at hand; returns how many octets they take.
  private func passed(isBig: Bool, _ take: (FrameHeader, RawSpan) -> Void) -> Int {
    var at = window.start
    let end = window.end
    let octets = unsafe window.bytes.span.bytes
    func word(_ octets: RawSpan, _ place: Int) -> Int {
      let raw = unsafe octets.unsafeLoadUnaligned(fromUncheckedByteOffset: place, as: UInt32.self)
      return Int(isBig ? raw.bigEndian : raw.littleEndian)
    }
    while end - at >= 32, word(octets, at) == Int(BlockType.enhancedPacket) {
      let length = word(octets, at + 4)
      guard length >= 32, length % 4 == 0, length <= end - at, word(octets, at + length - 4) == length else {
        break
      }
      let index = word(octets, at + 8)
      let captured = word(octets, at + 20)
      // An option list makes the block longer than its octets.
      guard index < section.interfaces.count, 32 + captured <= length, length - 32 - captured < 4 else {
        break
      }
      let ticks = UInt64(word(octets, at + 12)) << 32 | UInt64(word(octets, at + 16))
      let header = FrameHeader(
        interface: index, section: section.number, time: section.interfaces[index].ticks.moment(ticks),
        linkType: section.interfaces[index].interface.linkType, originalLength: word(octets, at + 24),
        offset: window.offset + Int64(at - window.start + 28))
      take(header, octets.extracting(at + 28..<at + 28 + captured))
      at += length
    }
    return at - window.start
  }
}

extension PcapReader {
  /// Hands over the frames at hand where they stand.
  func frames(_ window: inout Window, _ take: (FrameHeader, RawSpan) -> Void) {
    while let size = frame(window, take) { window.consume(size) }
  }

  private func frame(_ window: borrowing Window, _ take: (FrameHeader, RawSpan) -> Void) -> Int? {
    guard !isEnded, window.available >= recordHeader else { return nil }
    let captured = window.word(at: 8, isBig: isBig)
    guard captured <= Self.largestFrame, window.available >= recordHeader + Int(captured) else { return nil }
    let first = window.start + recordHeader
    let header = FrameHeader(
      interface: 0, section: 1, time: time(window), linkType: linkType,
      originalLength: Int(window.word(at: 12, isBig: isBig)), offset: window.offset + Int64(recordHeader))
    unsafe take(header, window.bytes.span.bytes.extracting(first..<first + Int(captured)))
    return recordHeader + Int(captured)
  }
}
