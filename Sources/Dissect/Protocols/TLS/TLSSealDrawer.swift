import Bytes

extension TLSDrawer {
  /// Says which key opened a record, and which of its octets are no content. `body` is where those behind the header
  /// stand.
  mutating func key(_ key: TLSKey, _ number: UInt64, _ pdu: RawSpan, _ body: (Int, Int)) {
    guard tree.wants.contains(.nodes) else { return }
    let group = tree.add(TLSField.keyName, text: "\(key.name), record \(number)", at: body.0, 0)
    tree.depth += 1
    let secret = key.phase.secretName(isClient: side == conversation.state.clientSide)
    tree.add(TLSField.keySecret, text: secret, at: body.0, 0)
    tree.add(TLSField.keyCipher, text: key.key.words, at: body.0, 0)
    tree.add(TLSField.keyEpoch, key.phase.generation, at: body.0, 0)
    tree.add(TLSField.keySequence, number, at: body.0, 0)
    let explicit = min(key.explicitCount, body.1)
    let nonce = pdu.byteCount >= 5 + explicit ? pdu.extracting(5..<5 + explicit).copied() : []
    if let nonce = key.key.nonceWords(number, explicit: nonce) {
      tree.add(TLSField.keyNonce, text: nonce, at: body.0, 0)
    }
    tree.close(group)
    if explicit > 0 { tree.add(TLSField.explicitNonce, at: body.0, explicit) }
    let tag = key.key.tagCount
    if tag > 0, tag + explicit <= body.1 { tree.add(TLSField.tag, at: body.0 + body.1 - tag, tag) }
  }
}

extension TLSPhase {
  /// The label in a key log of the secret that a side's key is made of in this phase.
  func secretName(isClient: Bool) -> String {
    let side = isClient ? "CLIENT" : "SERVER"
    switch self {
    case .block: return "CLIENT_RANDOM"
    case .early: return "CLIENT_EARLY_TRAFFIC_SECRET"
    case .application: return "\(side)_TRAFFIC_SECRET_0"
    case .clear, .handshake: return "\(side)_HANDSHAKE_TRAFFIC_SECRET"
    }
  }

  /// How often the key was changed before.
  var generation: UInt64 {
    switch self {
    case .block(let count): UInt64(max(0, count - 1))
    case .application(let count): UInt64(max(0, count))
    case .clear, .early, .handshake: 0
    }
  }
}

extension TLSKey {
  /// Octets in front of the sealed ones that the nonce is made of too.
  var explicitCount: Int {
    guard case .block = phase else { return 0 }
    switch key.suite.cipher {
    case .aead: return 12 - key.iv.count
    case .block(let cipher, _): return key.chainedCount > 0 ? 0 : cipher.blockLength
    }
  }
}
