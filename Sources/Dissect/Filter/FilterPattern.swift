import CPCRE2
import Synchronization

/// A pattern of `matches`: Perl's, over octets, upper and lower case alike unless it says `(?-i)`.
@safe final class FilterPattern: Sendable {
  /// What PCRE2 made of the pattern; it is only read after `init`.
  private nonisolated(unsafe) let code: OpaquePointer
  /// The room for a match, and its limits.
  private let room: Mutex<Room>

  @safe private struct Room: @unchecked Sendable {
    var data: OpaquePointer
    var context: OpaquePointer
  }

  /// Steps that a match may take before it counts as none, and kibibytes of memory: a hostile pattern ends.
  private static let steps: UInt32 = 100_000, memory: UInt32 = 8192

  /// Compiles a pattern that stands at `column`.
  init(_ pattern: [UInt8], column: Int) throws(FilterError) {
    var number: Int32 = 0
    var offset = 0
    let code = unsafe pcre2_compile_8(
      pattern, pattern.count, UInt32(PCRE2_CASELESS) | UInt32(PCRE2_NEVER_UTF), &number, &offset, nil)
    guard let code = unsafe code else {
      var words = [UInt8](repeating: 0, count: 256)
      let length = unsafe pcre2_get_error_message_8(number, &words, words.count)
      let why = length > 0 ? String(decoding: words.prefix(Int(length)), as: UTF8.self) : "it can't be read"
      throw FilterError(
        column: column, text: "the pattern is wrong after \(offset) characters: \(Clean.text(why))")
    }
    guard let data = unsafe pcre2_match_data_create_8(1, nil),
      let context = unsafe pcre2_match_context_create_8(nil)
    else { throw FilterError(column: column, text: "there is no memory for the pattern") }
    unsafe pcre2_set_match_limit_8(context, Self.steps)
    unsafe pcre2_set_depth_limit_8(context, Self.steps)
    unsafe pcre2_set_heap_limit_8(context, Self.memory)
    unsafe self.code = code
    room = unsafe Mutex(Room(data: data, context: context))
  }

  deinit {
    unsafe pcre2_code_free_8(code)
    room.withLock { room in
      unsafe pcre2_match_data_free_8(room.data)
      unsafe pcre2_match_context_free_8(room.context)
    }
  }

  /// Whether the pattern is somewhere in the value; not when the search takes too long.
  func matches(_ value: FilterValue) -> Bool {
    value.withOctets { octets in
      room.withLock { room in
        unsafe octets.withUnsafeBufferPointer { octets in
          unsafe pcre2_match_8(code, octets.baseAddress, octets.count, 0, 0, room.data, room.context) >= 0
        }
      }
    }
  }
}
