import Bytes

extension TLSState {
  /// What opening a record came to.
  enum Opening {
    /// The plaintext, and the record's number under the direction's key.
    case opened([UInt8], sequence: UInt64)
    case sealed(String)
  }

  /// The labels of this connection in a key log: draft-ietf-tls-keylogfile.
  static let labels = [
    "CLIENT_RANDOM", "CLIENT_EARLY_TRAFFIC_SECRET", "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
    "SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0",
  ]

  /// How a person recognises the connection in a key log.
  private var randomWords: String { "client random \(Hex.text(clientRandom.prefix(4)))…" }

  /// Opens a TLS 1.3 record: with the key that is due, or else with a later one, as its tag tells. A key log may lack
  /// the secrets of the handshake, and a server may have refused early data.
  mutating func open13(_ record: TLSRecord, _ body: RawSpan, secrets: Secrets) -> Opening {
    let half = Int(record.side.rawValue)
    let isClient = record.side == clientSide
    // Nearly every record is under the key of the one before.
    if let key = directions[half].key,
      let plain = key.open13(record, body, directions[half].sequence, secrets)
    {
      directions[half].sequence += 1
      return .opened(plain, sequence: directions[half].sequence - 1)
    }
    var missing: String?
    var mismatched: String?
    for phase in phases(directions[half].phase, isClient: isClient) {
      let isCurrent = phase == directions[half].phase
      let label = phase.secretName(isClient: isClient)
      let cached = isCurrent ? directions[half].secret : nil
      guard let secret = cached ?? trafficSecret(phase, label, secrets) else {
        missing = missing ?? label
        continue
      }
      let suites =
        phase == .early || suite == nil
        ? CryptoSuite.candidates(secretLength: secret.count)
        : suite.flatMap { CryptoSuite($0) }.map { [$0] } ?? []
      if suites.isEmpty { return .sealed(unsupported) }
      let sequence = isCurrent ? directions[half].sequence : 0
      for suite in suites where suite.hash.length == secret.count {
        let current = isCurrent ? directions[half].key : nil
        let key =
          current.flatMap { $0.suite == suite ? $0 : nil } ?? CryptoKey(trafficSecret: secret, suite)
        guard let plain = key.open13(record, body, sequence, secrets) else { continue }
        if !isCurrent || directions[half].key == nil { directions[half].place = nil }
        directions[half].phase = phase
        directions[half].sequence = sequence + 1
        directions[half].key = key
        directions[half].secret = secret
        return .opened(plain, sequence: sequence)
      }
      mismatched = mismatched ?? label
    }
    if let missing { return .sealed("no \(missing) of this connection among the secrets (\(randomWords))") }
    return .sealed("its tag does not match under \(mismatched ?? "any secret") (\(randomWords))")
  }

  /// Opens a record before TLS 1.3, which in TLS 1.0 goes on from `chain`.
  mutating func open12(
    _ record: TLSRecord, _ body: RawSpan, chain: [UInt8], _ openers: CryptoOpeners
  ) -> Opening {
    let half = Int(record.side.rawValue)
    let sequence = directions[half].sequence
    directions[half].sequence &+= 1
    guard let key = directions[half].key else { return .sealed(directions[half].reason) }
    let opened = key.open12(
      body, type: record.type, version: record.version, sequence: sequence, chain: chain, openers)
    guard let opened else {
      let what = if case .block = key.suite.cipher { "its HMAC or padding" } else { "its tag" }
      return .sealed("\(what) does not match under the key of CLIENT_RANDOM (\(randomWords))")
    }
    return .opened(opened, sequence: sequence)
  }

  /// The secret that a direction's key was made of, as a key log calls it, and what was done to it since.
  func keyName(_ half: Int) -> String {
    let phase = directions[half].phase
    return phase.secretName(isClient: half == Int(clientSide.rawValue)) + Self.generation(phase)
  }

  /// A direction begins to use the keys that the two hellos agreed on: RFC 5246 section 7.1.
  mutating func changeCipherSpec(_ side: Side, secrets: Secrets) {
    let half = Int(side.rawValue)
    var number = 1
    if case .block(let n) = directions[half].phase { number = n + 1 }
    directions[half].enter(.block(number))
    guard !clientRandom.isEmpty, !serverRandom.isEmpty, let suite else {
      directions[half].reason = "the capture does not hold both hellos of this connection"
      return
    }
    guard let version, hasBlocks, let parts = CryptoSuite(suite) else {
      directions[half].reason = unsupported
      return
    }
    guard let master = secrets.secret("CLIENT_RANDOM", clientRandom: clientRandom) else {
      directions[half].reason = "no CLIENT_RANDOM of this connection among the secrets (\(randomWords))"
      return
    }
    directions[half].key = CryptoKey(
      master: master, clientRandom: clientRandom, serverRandom: serverRandom, isClient: side == clientSide,
      parts, version: version, isTagOutside: encryptsThenMACs)
  }

  /// Whether the version agreed on is TLS 1.0, 1.1 or 1.2.
  private var hasBlocks: Bool { version.map { (0x0301...0x0303).contains($0) } ?? false }

  private var unsupported: String {
    let name = suite.flatMap { tlsSuite(UInt64($0)) } ?? "an unknown suite"
    return hasBlocks || isTLS13
      ? "\(name) can't be decrypted here: AES in GCM, CCM and CBC and ChaCha20-Poly1305 can"
      : "\(version.flatMap { tlsVersion(UInt64($0)) } ?? "This version") can't be decrypted here: TLS 1.0 to 1.3 can"
  }

  /// The keys that a record may be under, the likeliest first.
  private func phases(_ phase: TLSPhase, isClient: Bool) -> [TLSPhase] {
    switch phase {
    case .clear:
      isClient && offersEarlyData ? [.early, .handshake, .application(0)] : [.handshake, .application(0)]
    case .early: [.early, .handshake, .application(0)]
    case .handshake: [.handshake, .application(0)]
    case .application, .block: [phase]
    }
  }

  /// The secret of a phase as the key log has it, updated as often as the phase says: RFC 8446 section 7.2.
  private func trafficSecret(_ phase: TLSPhase, _ label: String, _ secrets: Secrets) -> [UInt8]? {
    guard var secret = secrets.secret(label, clientRandom: clientRandom) else { return nil }
    guard case .application(let count) = phase, let hash = suite.flatMap({ CryptoSuite($0) })?.hash else {
      return secret
    }
    for _ in 0..<count { secret = hash.expandLabel(secret, "traffic upd", count: hash.length) }
    return secret
  }

  private static func generation(_ phase: TLSPhase) -> String {
    if case .application(let n) = phase, n > 0 { ", updated \(n) time\(n == 1 ? "" : "s")" } else { "" }
  }
}

extension CryptoKey {
  /// Opens a TLS 1.3 record.
  func open13(_ record: TLSRecord, _ body: RawSpan, _ sequence: UInt64, _ secrets: Secrets) -> [UInt8]? {
    let (a, b, c, d, e) = record.header
    return open13(body, header: [a, b, c, d, e], sequence: sequence, secrets.ciphers)
  }
}

extension TLSKey {
  /// Opens a record that this key opened before.
  func open(
    _ record: TLSRecord, _ body: RawSpan, chain: [UInt8], _ openers: CryptoOpeners
  ) -> [UInt8]? {
    if case .block = phase {
      return key.open12(
        body, type: record.type, version: record.version, sequence: record.sequence, chain: chain, openers)
    }
    let (a, b, c, d, e) = record.header
    return key.open13(body, header: [a, b, c, d, e], sequence: record.sequence, openers)
  }
}
