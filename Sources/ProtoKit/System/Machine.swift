import COpenSSL
import Glibc

/// What a session says of the machine and the program that made it.
public enum Machine {
  /// The program's version.
  public static let version = "0.1"

  /// The kernel's release, as uname(1) -r prints it: `6.18.44`.
  public static var kernel: String {
    var name = utsname()
    guard unsafe uname(&name) == 0 else { return "unknown" }
    return unsafe withUnsafeBytes(of: &name.release) { release in
      unsafe String(decoding: release.prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// The version of OpenSSL that is linked: `OpenSSL 3.0.19`.
  public static var openSSL: String {
    guard let text = unsafe OpenSSL_version(OPENSSL_VERSION) else { return "unknown" }
    return unsafe String(cString: text).split(separator: " ").prefix(2).joined(separator: " ")
  }
}
