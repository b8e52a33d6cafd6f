import Bytes

extension X509Drawer {
  /// Draws an AlgorithmIdentifier with the parameters that are known here; returns the algorithm.
  mutating func algorithm(_ field: X509Field, _ reader: inout Reader) throws(ReadError) -> String {
    let group = try open(field, reader)
    var parts = try reader.element(DERTag.sequence)
    let dotted = try objectID(.algorithmID, &parts)
    tree.retitle(group, "\(field.info.title) (\(DER.name(dotted)))")
    if !parts.isAtEnd { try parameters(dotted, &parts) }
    tree.close(group)
    return dotted
  }

  private mutating func parameters(_ algorithm: String, _ reader: inout Reader) throws(ReadError) {
    switch algorithm {
    case "1.2.840.10045.2.1": try curve(&reader)
    case "1.2.840.10040.4.1": try group(&reader)
    case "1.2.840.113549.1.1.8": _ = try self.algorithm(.maskHash, &reader)
    case "1.2.840.113549.1.1.10": try salted(&reader)
    default: break
    }
  }

  /// RFC 5480 section 2.1.1.
  private mutating func curve(_ reader: inout Reader) throws(ReadError) {
    guard reader.nextTag == DERTag.objectID else { return }
    let group = try open(.ecParameters, reader)
    tree.set(group, 1)
    _ = try objectID(.namedCurve, &reader)
    tree.close(group)
  }

  /// RFC 3279 section 2.3.2.
  private mutating func group(_ reader: inout Reader) throws(ReadError) {
    guard reader.nextTag == DERTag.sequence else { return }
    let group = try open(.dssParameters, reader)
    var parts = try reader.element(DERTag.sequence)
    for field in [X509Field.dssP, .dssQ, .dssG] { try content(field, DERTag.integer, &parts) }
    tree.close(group)
  }

  /// RFC 8017 appendix A.2.3.
  private mutating func salted(_ reader: inout Reader) throws(ReadError) {
    guard reader.nextTag == DERTag.sequence else { return }
    let group = try open(.pssParameters, reader)
    var parts = try reader.element(DERTag.sequence)
    while !parts.isAtEnd {
      let tag = try parts.peekHeader().tag
      var part = try parts.element(tag)
      switch tag {
      case DERTag.constructed(0): _ = try algorithm(.pssHash, &part)
      case DERTag.constructed(1): _ = try algorithm(.pssMask, &part)
      case DERTag.constructed(2): try integer(.saltLength, &part)
      case DERTag.constructed(3): try integer(.trailerField, &part)
      default: break
      }
    }
    tree.close(group)
  }

  /// RFC 5280 section 4.1.2.7.
  mutating func publicKey(_ reader: inout Reader) throws(ReadError) {
    let group = try open(.subjectPublicKeyInfo, reader)
    var parts = try reader.element(DERTag.sequence)
    try key(&parts)
    tree.close(group)
  }

  /// The two parts of a public key's info.
  mutating func key(_ reader: inout Reader) throws(ReadError) {
    let kind = try algorithm(.keyAlgorithm, &reader)
    if kind == "1.2.840.113549.1.1.1" {
      try rsaKey(&reader)
    } else {
      try bitString(.subjectPublicKey, &reader)
    }
  }

  /// RFC 8017 appendix A.1.1.
  private mutating func rsaKey(_ reader: inout Reader) throws(ReadError) {
    var bits = try reader.element(DERTag.bitString)
    try bits.skip(1)
    let group = tree.open(X509Field.subjectPublicKey, at: bits.position, bits.remaining)
    var parts = try bits.element(DERTag.sequence)
    try content(.modulus, DERTag.integer, &parts)
    try integer(.publicExponent, &parts)
    tree.close(group)
  }
}

func x509Version(_ value: UInt64) -> String? { [0: "v1", 1: "v2", 2: "v3"][value] }
func x509Name(_ value: UInt64) -> String? { value == 0 ? "rdnSequence" : nil }
func x509Time(_ value: UInt64) -> String? { [0: "utcTime", 1: "generalizedTime"][value] }
func x509Curve(_ value: UInt64) -> String? { value == 1 ? "namedCurve" : nil }
