import Bytes
import Testing

@testable import Dissect

/// Known answers: RFC 8448 section 3 (TLS 1.3 key schedule), RFC 5869 appendix A, RFC 4231, and the vector of the TLS 1.2
/// PRF that implementers pass around.
@Suite struct CryptoTests {
  private func bytes(_ text: String) -> [UInt8] { Hex.bytes(text) ?? [] }

  @Test func hmac() {
    let tag = CryptoHash.sha256.hmac(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
    #expect(Hex.text(tag) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    let long = CryptoHash.sha384.hmac(key: Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
    #expect(
      Hex.text(long)
        == "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649")
  }

  @Test func digest() {
    #expect(Hex.text(CryptoHash.md5.digest(Array("abc".utf8))) == "900150983cd24fb0d6963f7d28e17f72")
    #expect(
      Hex.text(CryptoHash.sha256.digest([]))
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(CryptoHash.sha256.digest(Array("HelloRetryRequest".utf8)) == TLSState.helloRetry)
  }

  @Test func hkdf() {
    let pseudorandom = CryptoHash.sha256.extract(
      salt: bytes("000102030405060708090a0b0c"), [UInt8](repeating: 0x0B, count: 22))
    #expect(Hex.text(pseudorandom) == "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5")
    let out = CryptoHash.sha256.expand(pseudorandom, info: bytes("f0f1f2f3f4f5f6f7f8f9"), count: 42)
    #expect(
      Hex.text(out)
        == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")
  }

  @Test func keySchedule() {
    let hash = CryptoHash.sha256
    let zeros = [UInt8](repeating: 0, count: 32)
    let early = hash.extract(salt: zeros, zeros)
    #expect(Hex.text(early) == "33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a")
    let derived = hash.expandLabel(early, "derived", context: hash.digest([]), count: 32)
    #expect(Hex.text(derived) == "6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba")
    let shared = bytes("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d")
    let handshake = hash.extract(salt: derived, shared)
    #expect(Hex.text(handshake) == "1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac")
    let transcript = bytes("860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8")
    let server = hash.expandLabel(handshake, "s hs traffic", context: transcript, count: 32)
    #expect(Hex.text(server) == "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38")
  }

  @Test func recordKeys() {
    let server = CryptoKey(
      trafficSecret: bytes("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38"),
      CryptoSuite(.aes128GCM, .sha256))
    #expect(Hex.text(server.key) == "3fce516009c21727d0f2e4e86ee403bc")
    #expect(Hex.text(server.iv) == "5d313eb2671276ee13000b30")
  }

  @Test func opensTheClientsFinished() throws {
    let client = CryptoKey(
      trafficSecret: bytes("b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21"),
      CryptoSuite(.aes128GCM, .sha256))
    #expect(Hex.text(client.key) == "dbfaa693d1762c5b666af5d950258d01")
    #expect(Hex.text(client.iv) == "5bd3c71b836e0b76bb73265f")
    let record = bytes(
      """
      1703030035 75ec4dc238cce60b298044a71e219c56cc77b0517fe9b93c7a4bfc44d87f38f80338ac98fc46deb384bd1caeacab6867
      d726c40546
      """)
    let header = Array(record.prefix(5))
    let body = Array(record.dropFirst(5))
    let openers = CryptoOpeners()
    let opened = client.open13(body.raw, header: header, sequence: 0, openers)
    let plain = try #require(opened)
    #expect(
      Hex.text(plain) == "14000020a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce6116")
    let next = client.open13(body.raw, header: header, sequence: 1, openers)
    #expect(next == nil)
  }

  @Test func pseudorandomFunctionOfTLS12() {
    let out = CryptoHash.sha256.prf(
      bytes("9bbe436ba940f017b17652849a71db35"), "test label",
      seed: bytes("a0ba9f936cda311827a6f796ffd5198c"),
      count: 100)
    #expect(
      Hex.text(out) == """
        e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077d\
        ef17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66
        """)
  }

  @Test func pseudorandomFunctionBeforeTLS12() {
    let secret = [UInt8](repeating: 0xAB, count: 48)
    let seed = [UInt8](repeating: 0xCD, count: 64)
    let out = CryptoHash.earlyPRF(secret, "PRF Testvector", seed: seed, count: 104)
    #expect(
      Hex.text(out) == """
        d3d4d1e349b5d515044666d51de32bab258cb521b6b053463e354832fd976754443bcf9a296519bc289abcbc1187e4ebd31e602353776c\
        408aafb74cbc85eff69255f9788faa184cbb957a9819d84a5d7eb006eb459d3ae8de9810454b8b2d8f1afbc655a8c9a013
        """)
    // The halves of an odd secret share an octet.
    let odd = (0..<47).map { UInt8($0) }
    let mixed = zip(
      CryptoHash.md5.prf(Array(odd[..<24]), "a", seed: seed, count: 40),
      CryptoHash.sha1.prf(Array(odd[23...]), "a", seed: seed, count: 40)
    ).map { $0 ^ $1 }
    #expect(CryptoHash.earlyPRF(odd, "a", seed: seed, count: 40) == mixed)
  }

  @Test func chaCha20Poly1305() {
    // RFC 8439 section 2.8.2.
    let key = (0x80...0x9F).map { UInt8($0) }
    let sealed = bytes(
      """
      d31a8d34648e60db7b86afbc53ef7ec2 a4aded51296e08fea9e2b5a736ee62d6 3dbea45e8ca9671282fafb69da92728b
      1a71de0a9e060b2905d6a5b67ecd3b36 92ddbd7f2d778b8c9803aee328091b58 fab324e4fad675945585808b4831d7bc
      3ff4def08e4b7a9de576d26586cec64b 6116 1ae10b594f09e26a7e902ecbd0600691
      """)
    let additional = bytes("50515253c0c1c2c3c4c5c6c7")
    let nonce = bytes("070000004041424344454647")
    let plain = CryptoAEAD.chaCha20Poly1305.open(sealed[...], key: key, nonce: nonce, additional: additional)
    #expect(plain.map { String(decoding: $0, as: UTF8.self) }?.hasPrefix("Ladies and Gentlemen") == true)
    var changed = sealed
    changed[3] ^= 1
    #expect(
      CryptoAEAD.chaCha20Poly1305.open(changed[...], key: key, nonce: nonce, additional: additional) == nil)
  }

  @Test func refusesWhatCannotBeSealed() {
    let key = [UInt8](repeating: 0, count: 16)
    let nonce = [UInt8](repeating: 0, count: 12)
    #expect(CryptoAEAD.aes128GCM.open([1, 2, 3], key: key, nonce: nonce, additional: []) == nil)
    #expect(
      CryptoAEAD.aes256GCM.open([UInt8](repeating: 0, count: 32)[...], key: key, nonce: nonce, additional: [])
        == nil)
    #expect(CryptoSuite(0x0005) == nil)
    #expect(CryptoSuite(0xC050) == nil)
    #expect(CryptoSuite(0xC02F) == CryptoSuite(.aes128GCM, .sha256))
  }
}
