import Bytes
import Glibc

/// The records of a capture file, read in windows of 1 MiB.
public struct SessionFile: Sendable {
  private static let window = 1 << 20

  private let file: Descriptor
  private var decoder = SessionDecoder()
  private var offset: Int64 = 0
  private var isAtEnd = false

  /// Opens the file; its octets are read by `next`. Fails when it is missing, forbidden or a directory.
  public init(path: String) throws(SessionError) { file = try Descriptor.read(path) }

  /// Whether the file's octets can be read again at any offset: it is no pipe.
  public var isSeekable: Bool { file.status.st_mode & S_IFMT == S_IFREG }

  /// Hands over plain frames where they stand, as `SessionDecoder.frames` does; `next` gives what stopped it.
  public mutating func frames(_ take: (FrameHeader, RawSpan) -> Void) { decoder.frames(take) }

  /// The next record; nil after the last. What is wrong in the file comes as `Record.trouble`.
  public mutating func next() -> Record? {
    while !isAtEnd {
      if let record = decoder.next() { return record }
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
        isAtEnd = true
        decoder = SessionDecoder(ended: ())
        return .trouble(
          Trouble(offset: offset, text: "the file can't be read on: \(errorText(failure.code))", isEnd: true))
      }
    }
    return decoder.finish()
  }
}
