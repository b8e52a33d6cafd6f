import Bytes
import Glibc
import Session

/// Makes a big capture of small ones: their frames again and again, each time with ports and moments of their own.
/// The same fixtures give the same octets.
struct CaptureMaker {
  private var conversations: [[Frame]] = []
  private var secrets: [String] = []
  private var nextPort = 0
  /// Frames are so far apart, in nanoseconds.
  private static let distance: Int64 = 100_000

  /// Reads the captures at `paths`; frames that are not Ethernet are left out.
  init(_ paths: [String]) throws {
    for path in paths {
      var file = try SessionFile(path: path)
      var frames: [Frame] = []
      while let record = file.next() {
        switch record {
        case .frame(let frame) where frame.linkType == 1: frames.append(frame)
        case .secrets(let text): secrets.append(text)
        default: break
        }
      }
      conversations.append(frames)
    }
  }

  /// Writes `count` frames to `path`: the file's size.
  mutating func write(_ count: Int, to path: String) throws -> Int {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Problem("\(path): \(unsafe String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    guard conversations.contains(where: { !$0.isEmpty }) else { throw Problem("no frames to repeat") }
    var encoder = SessionEncoder()
    encoder.begin(application: "backlab-bench")
    encoder.interface(Interface(number: 0, linkType: 1))
    for text in secrets { encoder.secrets(text) }
    var (written, size) = (0, 0)
    nextPort = 0
    repeat {
      for frames in conversations {
        var ports: [UInt16: UInt16] = [:]
        for frame in frames where written < count {
          var frame = frame
          (frame.interface, frame.packetID, frame.comments, frame.flags) = (0, nil, [], nil)
          frame.time = Timestamp(nanoseconds: 1_700_000_000_000_000_000 + Int64(written) * Self.distance)
          change(&frame.bytes, &ports)
          encoder.frame(frame)
          written += 1
        }
        if encoder.count > 1 << 16 || written == count {
          size += try Self.write(encoder.take(), to: descriptor, path)
        }
      }
    } while written < count
    return size
  }

  private static func write(_ bytes: [UInt8], to descriptor: CInt, _ path: String) throws -> Int {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw Problem("\(path): \(unsafe String(cString: strerror(errno)))") }
      rest = rest.dropFirst(count)
    }
    return bytes.count
  }

  /// Gives the ephemeral ports (32768 and more) of a TCP or UDP segment other numbers, and mends its checksum.
  private mutating func change(_ bytes: inout [UInt8], _ ports: inout [UInt16: UInt16]) {
    guard bytes.count > 54 else { return }
    let (start, number): (Int, UInt8)
    switch (bytes[12], bytes[13]) {
    case (0x08, 0x00):
      // A fragment other than the first has no ports.
      guard bytes[20] & 0x1F == 0, bytes[21] == 0 else { return }
      (start, number) = (14 + Int(bytes[14] & 15) * 4, bytes[23])
    case (0x86, 0xDD): (start, number) = (54, bytes[20])
    default: return
    }
    let sum = start + (number == 6 ? 16 : 6)
    guard number == 6 || number == 17, bytes.count >= sum + 2 else { return }
    for at in [start, start + 2] {
      let old = UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1])
      guard old >= 32768 else { continue }
      let new: UInt16
      if let known = ports[old] {
        new = known
      } else {
        new = UInt16(10_000 + nextPort % 50_000)
        nextPort += 1
        ports[old] = new
      }
      (bytes[at], bytes[at + 1]) = (UInt8(new >> 8), UInt8(truncatingIfNeeded: new))
      Self.mend(&bytes, sum, old, new)
    }
  }

  /// RFC 1624, section 3: HC' = ~(~HC + ~m + m').
  private static func mend(_ bytes: inout [UInt8], _ at: Int, _ old: UInt16, _ new: UInt16) {
    let had = UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1])
    var sum = UInt32(~had) + UInt32(~old) + UInt32(new)
    while sum > 0xFFFF { sum = sum >> 16 + sum & 0xFFFF }
    let made = ~UInt16(sum)
    (bytes[at], bytes[at + 1]) = (UInt8(made >> 8), UInt8(truncatingIfNeeded: made))
  }
}
