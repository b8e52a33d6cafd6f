import COpenSSL
import Session

extension FuzzTarget {
  /// Records of TLS 1.3 that are really sealed, so that any content comes out of them.
  static let sealed = [
    // The first octet of each part is the type of its content.
    FuzzTarget(
      "sealed",
      seeds: { capture in
        [("http2", UInt8(0)), ("http", UInt8(2))].flatMap { proto, first in
          capture.scripts(of: proto).map { seed in
            var script = Script(octets: seed)
            for index in script.parts.indices { script.parts[index].octets.insert(0, at: 0) }
            return [first] + script.octets
          }
        }
      }
    ) { octets throws(Finding) in
      let first = octets.first ?? 0
      var sealers = [Sealer(secret: 0xC1), Sealer(secret: 0x51)]
      var parts = [
        Script.Part(isServer: false, octets: record(22, clientHello)),
        Script.Part(isServer: true, octets: record(22, serverHello)),
      ]
      // With a finished handshake the content is application data, in one of the protocols that ALPN names.
      if first & 1 == 0 {
        let names = ["h2", "http/1.1", "http/1.0", ""]
        let flight = encryptedExtensions(names[Int(first >> 1) % names.count]) + finished
        parts.append(Script.Part(isServer: true, octets: sealers[1].seal(22, flight)))
        parts.append(Script.Part(isServer: false, octets: sealers[0].seal(22, finished)))
        sealers = [Sealer(secret: 0xC2), Sealer(secret: 0x52)]
      }
      for part in Script(octets: Array(octets.dropFirst())).parts {
        guard let kind = part.octets.first else { continue }
        var part = part
        let types: [UInt8] = [23, 22, 21, 24, 23, 20, 23, 22]
        let content = Array(part.octets.dropFirst().prefix(1 << 14))
        part.octets = sealers[part.isServer ? 1 : 0].seal(types[Int(kind & 7)], content)
        parts.append(part)
      }
      var packets = Packets(port: 443)
      packets.open()
      packets.send(parts)
      try WholeWay.take([.secrets(secrets)] + packets.records, octets)
    }
  ]

  static let random = [UInt8](repeating: 0x11, count: 32)
  static let clientHello = handshake(
    1, [3, 3] + random + [0, 0, 2, 0x13, 1, 1, 0, 0, 7, 0, 43, 0, 3, 2, 3, 4])
  private static let serverHello = handshake(
    2, [3, 3] + [UInt8](repeating: 0x22, count: 32) + [0, 0x13, 1, 0, 0, 6, 0, 43, 0, 2, 3, 4])
  private static let finished = handshake(20, [UInt8](repeating: 0x33, count: 32))

  private static func encryptedExtensions(_ name: String) -> [UInt8] {
    let size = UInt8(name.utf8.count)
    guard size > 0 else { return handshake(8, [0, 0]) }
    return handshake(8, [0, size + 7, 0, 16, 0, size + 3, 0, size + 1, size] + Array(name.utf8))
  }

  static func handshake(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
    [type, 0, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
  }

  static func record(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
    [type, 3, 3, UInt8(content.count >> 8), UInt8(content.count & 255)] + content
  }

  /// The key log of these connections.
  private static let secrets: String = {
    func hex(_ octet: UInt8) -> String { String(repeating: String(octet, radix: 16), count: 32) }
    let octets: [(String, UInt8)] = [
      ("CLIENT_HANDSHAKE_TRAFFIC_SECRET", 0xC1), ("SERVER_HANDSHAKE_TRAFFIC_SECRET", 0x51),
      ("CLIENT_TRAFFIC_SECRET_0", 0xC2), ("SERVER_TRAFFIC_SECRET_0", 0x52),
    ]
    return octets.map { "\($0.0) \(hex(0x11)) \(hex($0.1))" }.joined(separator: "\n")
  }()
}

/// Seals one side's records with AES-128-GCM: RFC 8446 section 5.2.
private struct Sealer {
  private let key: [UInt8]
  private let iv: [UInt8]
  private var number: UInt64 = 0

  /// Derives the keys of a traffic secret whose octets are all the same: RFC 8446 section 7.3.
  init(secret octet: UInt8) {
    let secret = [UInt8](repeating: octet, count: 32)
    key = Self.expand(secret, "tls13 key", 16)
    iv = Self.expand(secret, "tls13 iv", 12)
  }

  private static func expand(_ secret: [UInt8], _ label: String, _ count: UInt8) -> [UInt8] {
    let info = [0, count, UInt8(label.utf8.count)] + Array(label.utf8) + [0, 1]
    var out = [UInt8](repeating: 0, count: 32)
    var size: UInt32 = 0
    unsafe HMAC(EVP_sha256(), secret, 32, info, info.count, &out, &size)
    return Array(out.prefix(Int(count)))
  }

  /// A record whose content of a type is sealed.
  mutating func seal(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
    var nonce = iv
    for place in 0..<8 { nonce[11 - place] ^= UInt8(truncatingIfNeeded: number >> UInt64(8 * place)) }
    number += 1
    let plain = content + [type]
    let count = plain.count + 16
    let header: [UInt8] = [23, 3, 3, UInt8(count >> 8), UInt8(count & 255)]
    guard let context = unsafe EVP_CIPHER_CTX_new() else { fatalError("no memory for a cipher") }
    defer { unsafe EVP_CIPHER_CTX_free(context) }
    var sealed = [UInt8](repeating: 0, count: plain.count)
    var tag = [UInt8](repeating: 0, count: 16)
    var done: Int32 = 0
    let isSealed =
      unsafe EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), nil, key, nonce) == 1
      && EVP_EncryptUpdate(context, nil, &done, header, 5) == 1
      && EVP_EncryptUpdate(context, &sealed, &done, plain, Int32(plain.count)) == 1
      && EVP_EncryptFinal_ex(context, nil, &done) == 1
      && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, &tag) == 1
    if !isSealed { fatalError("libcrypto seals nothing") }
    return header + sealed + tag
  }
}
