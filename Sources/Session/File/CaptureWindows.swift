import Bytes
import Glibc

/// Octets of a file anywhere, for those who know where what they want stands: read in windows, a few of which are kept.
///
/// The windows live in memory of their own and stay where they are while they are looked at, so that one may be read
/// while another is in use.
public final class CaptureWindows {
  /// Octets between the beginnings of two windows.
  private static let step = 1 << 20
  /// A window reaches that far into the next one, so that most frames stand whole in one.
  private static let overlap = 1 << 17
  /// Windows that are kept.
  private static let limit = 12

  @safe private final class Window {
    let start: Int64
    let octets: UnsafeMutableRawPointer
    let count: Int

    init(_ file: Descriptor, at start: Int64, size: Int) {
      self.start = start
      unsafe octets = UnsafeMutableRawPointer.allocate(byteCount: max(1, size), alignment: 16)
      var have = 0
      while have < size {
        let n = unsafe pread(file.number, octets + have, size - have, off_t(start) + have)
        if n > 0 { have += n } else if n == 0 || errno != EINTR { break }
      }
      count = have
    }

    deinit { unsafe octets.deallocate() }
  }

  private let file: Descriptor
  /// The one used last is last.
  private var windows: [Window] = []

  /// Opens the file; it must be one that can be read anywhere, not a pipe.
  public init(path: String) throws(SessionError) { file = try Descriptor.read(path) }

  /// Reads a file that is open already.
  init(_ file: Descriptor) { self.file = file }

  /// Gives `body` `count` octets from `offset`; fewer when the file has become shorter.
  public func with<R>(_ offset: Int64, _ count: Int, _ body: (RawSpan) -> R) -> R {
    let window = find(offset, count)
    let first = min(Int(offset - window.start), window.count)
    return unsafe body(
      RawSpan(
        _unsafeStart: UnsafeRawPointer(window.octets) + first, byteCount: min(count, window.count - first)))
  }

  private func find(_ offset: Int64, _ count: Int) -> Window {
    func holds(_ window: Window) -> Bool {
      window.start <= offset && offset + Int64(count) <= window.start + Int64(window.count)
    }
    if let last = windows.last, holds(last) { return last }
    if let place = windows.lastIndex(where: holds) {
      let window = windows.remove(at: place)
      windows.append(window)
      return window
    }
    let start = offset / Int64(Self.step) * Int64(Self.step)
    let needed = Int(offset - start) + count
    let window =
      needed <= Self.step + Self.overlap
      ? Window(file, at: start, size: Self.step + Self.overlap) : Window(file, at: offset, size: count)
    if windows.count == Self.limit { windows.removeFirst() }
    windows.append(window)
    return window
  }
}
