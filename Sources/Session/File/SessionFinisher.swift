import Bytes
import Glibc

/// Rewrites a session when it ends, so that Wireshark can decrypt it and shows what the wire did.
///
/// Wireshark decrypts nothing whose secret stands after the first octet that needs it, and a live session learns its
/// secrets late. So the finished file has the interfaces, the names, one block of all secrets, then the rest in
/// order; the section's length; and a comment on each frame that the wire dropped, duplicated or reordered.
public enum SessionFinisher {
  /// Finishes the session at `path`: the old file or the finished one stands there at every moment.
  ///
  /// The new file has no name until it is whole, then takes the name `.NAME.finished` for the one system call
  /// before it replaces the old one. A block that was cut off at the end is left out. A second call changes nothing.
  /// Fails, and leaves the file as it was, when it is no session of one little-endian section, when it is damaged
  /// before its end, or when the system refuses.
  public static func finish(path: String) throws(SessionError) {
    let old = try Descriptor.read(path)
    let survey = try Survey(old, path)
    var new = try NewFile(replacing: path, mode: old.status.st_mode & 0o7777)
    try survey.write(old, path, to: &new)
    try new.replace()
  }
}

/// What has to stand first in the finished file, and what the wire did with each frame.
private struct Survey {
  var header: [UInt8] = []
  var interfaces: [[UInt8]] = []
  var names: [[UInt8]] = []
  var keyLines: [String] = []
  var otherSecrets: [[UInt8]] = []
  var comments: [UInt64: [String]] = [:]

  init(_ file: Descriptor, _ path: String) throws(SessionError) {
    var seenLines: Set<String> = []
    var seenNames: Set<[UInt8]> = []
    var seenSecrets: Set<[UInt8]> = []
    var section = SectionReader()
    section.number = 1
    var scan = BlockScan(file, path)
    while let (block, octets) = try scan.next() {
      switch block.type {
      case BlockType.section:
        guard header.isEmpty, !block.isBig, octets.count >= 28 else {
          throw SessionError(
            path: path, what: "is no session of one little-endian section",
            remedy: "Only sessions that Backlab recorded are finished; this file can be read as it is.")
        }
        header = octets
      case BlockType.interface: interfaces.append(octets)
      case BlockType.names: if seenNames.insert(octets).inserted { names.append(octets) }
      case BlockType.secrets:
        if case .secrets(let text)? = decode(block, octets, section) {
          for line in text.split(whereSeparator: \.isNewline) where seenLines.insert(String(line)).inserted {
            keyLines.append(String(line))
          }
        } else if seenSecrets.insert(octets).inserted {
          otherSecrets.append(octets)
        }
      case BlockType.fate:
        guard case .fate(let fate)? = decode(block, octets, section), let comment = fate.comment else {
          continue
        }
        if comments[fate.packetID]?.contains(comment) != true {
          comments[fate.packetID, default: []].append(comment)
        }
      default: break
      }
    }
    guard !header.isEmpty else {
      throw SessionError(path: path, what: "holds no section", remedy: "There is nothing in it to finish.")
    }
  }

  private func decode(_ block: RawBlock, _ octets: [UInt8], _ section: SectionReader) -> Record? {
    unsafe section.decode(block.type, octets.span.bytes, isBig: false).record
  }

  func write(_ old: Descriptor, _ path: String, to new: inout NewFile) throws(SessionError) {
    try new.write(header)
    for block in interfaces { try new.write(block) }
    for block in names { try new.write(block) }
    if !keyLines.isEmpty {
      var encoder = SessionEncoder()
      encoder.secrets(keyLines.map { $0 + "\n" }.joined())
      try new.write(encoder.take())
    }
    for block in otherSecrets { try new.write(block) }
    var scan = BlockScan(old, path)
    while let (block, octets) = try scan.next() {
      switch block.type {
      case BlockType.section, BlockType.interface, BlockType.names, BlockType.secrets: continue
      case BlockType.enhancedPacket: try new.write(PacketComments.adding(comments, to: octets))
      default: try new.write(octets)
      }
    }
    try new.flush()
    try new.patch(UInt64(new.size - Int64(header.count)), at: 16)
  }
}

extension WireFate {
  /// The comment that a frame of this fate deserves.
  fileprivate var comment: String? {
    let what: String
    switch kind {
    case .dropped: what = "dropped by the wire"
    case .duplicated: what = "duplicated by the wire"
    case .reordered: what = "reordered by the wire"
    case .delivered, .held: return nil
    }
    return cause.isEmpty ? what : "\(what) (\(cause.oneLine))"
  }
}

/// Every whole block of a file, in order.
private struct BlockScan {
  private let file: Descriptor
  private let path: String
  private var splitter = BlockSplitter(wantsAll: true)
  private var window = Window()
  private var offset: Int64 = 0

  init(_ file: Descriptor, _ path: String) {
    self.file = file
    self.path = path
  }

  /// The next block; nil at the end, or where the last block is cut off.
  mutating func next() throws(SessionError) -> (RawBlock, [UInt8])? {
    while true {
      switch splitter.next(&window) {
      case .block(let block)?: return (block, Array(window.bytes[block.range]))
      case .trouble(let trouble)?:
        throw SessionError(
          path: path, what: "is damaged at offset \(trouble.offset): \(trouble.text)",
          remedy: "It was left as it is and can be read up to there.")
      case nil: break
      }
      switch file.read(1 << 20, at: offset) {
      case .success(let octets):
        if octets.isEmpty { return nil }
        offset += Int64(octets.count)
        window.push(octets)
        if offset == Int64(octets.count),
          window.available < 4 || window.word(at: 0, isBig: true) != BlockType.section
        {
          throw SessionError(
            path: path, what: "is no pcapng file",
            remedy: "Only sessions that Backlab recorded are finished; this file can be read as it is.")
        }
      case .failure(let failed): throw failure(path, "can't be read", failed.code)
      }
    }
  }
}
