import Bytes
import CBrotli
import CZlib
import Glibc

/// How a body was packed: RFC 9110 section 8.4.1.
enum ContentCoding: UInt8 {
  case gzip, deflate, brotli

  /// The coding of a Content-Encoding, in any case; nil for several of them, `identity` and those unknown.
  init?(_ name: RawSpan) {
    if name.equals("gzip") || name.equals("x-gzip") {
      self = .gzip
    } else if name.equals("deflate") {
      self = .deflate
    } else if name.equals("br") {
      self = .brotli
    } else {
      return nil
    }
  }

  /// As it stands in headers.
  var name: StaticString {
    switch self {
    case .gzip: "gzip"
    case .deflate: "deflate"
    case .brotli: "br"
    }
  }
}

/// What came out of packed octets.
struct Unpacked {
  /// What could be had of it.
  var bytes: [UInt8]
  var end: End

  enum End {
    /// All of it.
    case whole
    /// The packed octets stop early.
    case short
    /// They are broken behind what came out.
    case broken
    /// There is more than `Unpacking.limit`.
    case cut
  }
}

/// Takes packed octets apart. A kilobyte can hold a megabyte, so what comes out is bounded.
enum Unpacking {
  /// The most octets that come out of one body or message.
  static let limit = 16 << 20

  /// Unpacks a body that is there as a whole.
  static func body(_ packed: RawSpan, _ coding: ContentCoding) -> Unpacked {
    switch coding {
    case .brotli: return brotli(packed)
    case .gzip:
      guard let inflater = Inflater(.gzipOrZlib) else { return Unpacked(bytes: [], end: .broken) }
      return inflater.inflate(packed)
    case .deflate:
      // "deflate" is zlib's format, but some servers send it without zlib's header: RFC 9110 section 8.4.1.2.
      let zlib = Inflater(.gzipOrZlib)?.inflate(packed)
      if let zlib, zlib.end != .broken || !zlib.bytes.isEmpty { return zlib }
      return Inflater(.raw)?.inflate(packed) ?? Unpacked(bytes: [], end: .broken)
    }
  }

  private static func brotli(_ packed: RawSpan) -> Unpacked {
    guard let state = unsafe BrotliDecoderCreateInstance(nil, nil, nil) else {
      return Unpacked(bytes: [], end: .broken)
    }
    defer { unsafe BrotliDecoderDestroyInstance(state) }
    var out: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 16)
    let end: Unpacked.End = unsafe packed.withUnsafeBytes { input in
      var inputCount = input.count
      var next = unsafe input.baseAddress?.assumingMemoryBound(to: UInt8.self)
      while true {
        let (result, made) = unsafe room.withUnsafeMutableBufferPointer { buffer in
          var roomCount = buffer.count
          var target = buffer.baseAddress
          let result = unsafe BrotliDecoderDecompressStream(
            state, &inputCount, &next, &roomCount, &target, nil)
          return (result, buffer.count - roomCount)
        }
        out += room.prefix(made)
        if out.count > limit { return .cut }
        switch result {
        case BROTLI_DECODER_RESULT_SUCCESS: return .whole
        case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: continue
        case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT: return .short
        default: return .broken
        }
      }
    }
    if out.count > limit { out.removeLast(out.count - limit) }
    return Unpacked(bytes: out, end: end)
  }
}

/// zlib's decompressor, which keeps its window from one call to the next.
@safe final class Inflater {
  enum Format: Int32 {
    /// A header says which.
    case gzipOrZlib = 47
    /// Deflate alone.
    case raw = -15
  }

  private let stream: UnsafeMutablePointer<z_stream>

  /// Nil when there is no memory for its window.
  init?(_ format: Format) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    guard unsafe backlab_inflate_init(stream, format.rawValue) == Z_OK else {
      unsafe stream.deallocate()
      return nil
    }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// Unpacks `packed`, which goes on from what was given before. Without an end mark in it, `.short` is returned.
  func inflate(_ packed: RawSpan, limit: Int = Unpacking.limit) -> Unpacked {
    var out: [UInt8] = []
    var room = [UInt8](repeating: 0, count: min(1 << 16, max(256, packed.byteCount * 4)))
    let end: Unpacked.End = unsafe packed.withUnsafeBytes { input in
      // zlib takes its input as mutable and never writes to it.
      unsafe stream.pointee.next_in = UnsafeMutablePointer(
        mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
      unsafe stream.pointee.avail_in = UInt32(clamping: input.count)
      while true {
        let (result, made) = unsafe room.withUnsafeMutableBufferPointer { buffer in
          unsafe stream.pointee.next_out = buffer.baseAddress
          unsafe stream.pointee.avail_out = UInt32(buffer.count)
          let result = unsafe CZlib.inflate(stream, Z_SYNC_FLUSH)
          return (result, unsafe buffer.count - Int(stream.pointee.avail_out))
        }
        out += room.prefix(made)
        if out.count > limit { return .cut }
        switch result {
        case Z_STREAM_END: return .whole
        case Z_OK where unsafe made > 0 || stream.pointee.avail_in > 0: continue
        case Z_OK, Z_BUF_ERROR: return .short
        default: return .broken
        }
      }
    }
    if out.count > limit { out.removeLast(out.count - limit) }
    return Unpacked(bytes: out, end: end)
  }

  /// The last octets that came out, up to 32 KiB: what the next ones may refer to.
  func window() -> [UInt8] {
    var count: UInt32 = 0
    var window = [UInt8](repeating: 0, count: 1 << 15)
    guard unsafe inflateGetDictionary(stream, &window, &count) == Z_OK else { return [] }
    return Array(window.prefix(Int(count)))
  }

  /// Goes on as if `window` had come out.
  func set(window: [UInt8]) {
    unsafe inflateReset(stream)
    if !window.isEmpty { unsafe inflateSetDictionary(stream, window, UInt32(window.count)) }
  }
}

extension RawSpan {
  /// Whether the octets are `text` (ASCII in lower case), letters in either case.
  func equals(_ text: StaticString) -> Bool {
    guard byteCount == text.utf8CodeUnitCount else { return false }
    for i in 0..<byteCount {
      let octet = self[octet: i]
      let lower = octet &- 65 < 26 ? octet | 32 : octet
      if unsafe lower != text.utf8Start[i] { return false }
    }
    return true
  }

  /// Whether the octets begin with `text` (ASCII in lower case), letters in either case.
  func begins(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    return byteCount >= count && extracting(0..<count).equals(text)
  }

  /// Whether the octets end with `text` (ASCII in lower case), letters in either case.
  func ends(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    return byteCount >= count && extracting(byteCount - count..<byteCount).equals(text)
  }

  /// The place of the first `octet` from `start` on; nil when there is none.
  func first(_ octet: UInt8, from start: Int) -> Int? {
    guard start < byteCount else { return nil }
    return unsafe withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress,
        let found = unsafe memchr(base + start, Int32(octet), bytes.count - start)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }
}
