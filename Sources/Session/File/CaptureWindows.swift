import Bytes
import Glibc

/// Octets of a file anywhere, for those who know where what they want stands: read in windows, a few of which are kept.
///
/// The windows live in memory of their own and stay where they are while they are looked at, so that one may be read
/// while another is in use.
public final class CaptureWindows {
  /// Octets between the beginnings of two windows.
  private static let step = 1 << 18
  /// A window reaches that far into the next one, so that most frames stand whole in one.
  private static let overlap = 1 << 15
  /// Windows that are kept.
  private static let limit = 12

  @safe private final class Window {
    private(set) var start: Int64 = 0
    let octets: UnsafeMutableRawPointer
    let room: Int
    private(set) var count = 0

    init(room: Int) {
      self.room = max(1, room)
      unsafe octets = UnsafeMutableRawPointer.allocate(byteCount: self.room, alignment: 16)
    }

    func read(_ file: Descriptor, at start: Int64) {
      self.start = start
      count = 0
      while count < room {
        let rest = unsafe UnsafeMutableRawBufferPointer(start: octets + count, count: room - count)
        guard case .success(let n) = unsafe file.read(into: rest, at: start + Int64(count)), n > 0 else {
          return
        }
        count += n
      }
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
    let isUsual = needed <= Self.step + Self.overlap
    let oldest = windows.count == Self.limit ? windows.removeFirst() : nil
    let window = reusable(oldest, isUsual) ?? Window(room: isUsual ? Self.step + Self.overlap : count)
    window.read(file, at: isUsual ? start : offset)
    windows.append(window)
    return window
  }

  /// The oldest window, if its memory will do for the next and nobody looks at it.
  private func reusable(_ oldest: consuming Window?, _ isUsual: Bool) -> Window? {
    guard isUsual, var window = oldest, window.room == Self.step + Self.overlap,
      isKnownUniquelyReferenced(&window)
    else { return nil }
    return window
  }
}
