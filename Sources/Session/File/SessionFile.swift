import Bytes
import Glibc

/// The records of a capture file, read in windows of 256 KiB.
public struct SessionFile: Sendable {
  private static let window = 1 << 18

  private let file: Descriptor
  /// What was read of a pipe, in a file without a name.
  private let copy: Descriptor?
  private var decoder = SessionDecoder()
  /// Octets of the file that were read so far.
  public private(set) var offset: Int64 = 0
  private var isAtEnd = false

  /// Opens the file; its octets are read by `next`. Fails when it is missing, forbidden or a directory. What comes from a
  /// pipe is copied into a file without a name if `copiesPipes`, so that `windows` can give it again.
  public init(path: String, copiesPipes: Bool = false) throws(SessionError) {
    file = try Descriptor.read(path)
    let isFile = file.status.st_mode & S_IFMT == S_IFREG
    copy = copiesPipes && !isFile ? Descriptor.unnamed() : nil
  }

  /// Where frames can be read again by their offsets; nil when they can't.
  public var windows: CaptureWindows? {
    isSeekable ? CaptureWindows(file) : copy.map { CaptureWindows($0) }
  }

  /// Whether the frames come from a pipe, whose rows are to be shown before the next are there.
  public var isCopied: Bool { copy != nil }

  /// Whether the file's octets can be read again at any offset: it is no pipe.
  public var isSeekable: Bool { file.status.st_mode & S_IFMT == S_IFREG }

  /// Octets of the file as it is now; 0 of a pipe.
  public var size: Int64 { isSeekable ? Int64(file.status.st_size) : 0 }

  /// Hands over plain frames where they stand, as `SessionDecoder.frames` does; `next` gives what stopped it.
  public mutating func frames(_ take: (FrameHeader, RawSpan) -> Void) { decoder.frames(take) }

  /// The next record; nil after the last. What is wrong in the file comes as `Record.trouble`.
  public mutating func next() -> Record? {
    while !isAtEnd {
      if let record = decoder.next() { return record }
      if let copy {
        switch file.read(Self.window, at: offset) {
        case .success(let octets):
          isAtEnd = octets.isEmpty
          if let failure = copy.write(octets, at: offset) {
            return end("what comes can't be kept beside memory: \(errorText(failure.code))")
          }
          offset += Int64(octets.count)
          decoder.push(octets)
        case .failure(let failure): return end("the file can't be read on: \(errorText(failure.code))")
        }
        continue
      }
      var result = Result<Int, ReadFailure>.success(0)
      unsafe decoder.read(Self.window) { room in
        result = unsafe file.read(into: room, at: offset)
        return (try? result.get()) ?? 0
      }
      switch result {
      case .success(let count):
        isAtEnd = count == 0
        offset += Int64(count)
      case .failure(let failure):
        return end("the file can't be read on: \(errorText(failure.code))")
      }
    }
    return decoder.finish()
  }

  private mutating func end(_ text: String) -> Record {
    isAtEnd = true
    decoder = SessionDecoder(ended: ())
    return .trouble(Trouble(offset: offset, text: text, isEnd: true))
  }
}
