internal import CLinux

/// Where copied text goes: inside of tmux to a buffer of its own, else to the terminal, which may keep it (OSC 52); and
/// always to a file, since no terminal says whether it did.
enum Clipboard {
  /// Longer texts are refused by many terminals.
  private static let most = 74_000

  /// Copies a text; what is to be said about it.
  static func take(_ text: String) -> String {
    let clean = String(
      String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
    var places: [String] = []
    if StateDirectory.environment("TMUX") != nil {
      let command = "printf %s \(ShellWord.quoted(clean)) | tmux load-buffer -w - >/dev/null 2>&1"
      if unsafe clinux_run_shell(command) == 0 { places.append("tmux's buffer") }
    } else if clean.utf8.count <= most {
      Descriptor.write(Array("\u{1B}]52;c;\(base64(Array(clean.utf8)))\u{7}".utf8), to: 1)
      places.append("the terminal, if it keeps what it is given (OSC 52)")
    }
    if let folder = StateDirectory.path, StateDirectory.make(folder),
      StateDirectory.replace(folder + "/last-copy.txt", with: Array((clean + "\n").utf8))
    {
      places.append(folder + "/last-copy.txt")
    }
    return places.isEmpty
      ? "It can't be copied: no state directory is writable."
      : "Copied to \(places.joined(separator: " and to "))."
  }

  /// RFC 4648, section 4.
  static func base64(_ bytes: [UInt8]) -> String {
    let signs = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = (0..<3).reduce(UInt32(0)) { $0 << 8 | ($1 < group.count ? UInt32(group[start + $1]) : 0) }
      for place in 0..<4 {
        text.append(place <= group.count ? signs[Int(bits >> UInt32(18 - 6 * place) & 63)] : "=")
      }
    }
    return text
  }
}
