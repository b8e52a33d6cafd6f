import Bytes

/// TLS key log lines, by label and client random: the NSS key log format (draft-ietf-tls-keylogfile).
///
/// A class, because a dissection under way must see lines that come later.
public final class Secrets {
  /// Secrets by label, then by client random.
  private var table: [String: [[UInt8]: [UInt8]]] = [:]
  /// Counts up when lines were added: what could not be decrypted may be tried again.
  public private(set) var generation = 0

  /// Keys made of the secrets, ready to be used.
  let ciphers = CryptoOpeners()

  /// No secrets.
  public init() {}

  /// Takes in key log text: `LABEL client_random_hex secret_hex` a line. Lines that are no such are skipped.
  public func add(_ text: String) {
    for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      let parts = line.split(separator: " ")
      guard parts.count == 3, let random = Hex.bytes(parts[1]), random.count == 32,
        let secret = Hex.bytes(parts[2])
      else { continue }
      table[String(parts[0]), default: [:]][random] = secret
    }
    generation += 1
  }

  /// The secret of `label` for the connection whose ClientHello has `random`.
  public func secret(_ label: String, clientRandom random: [UInt8]) -> [UInt8]? { table[label]?[random] }
}
