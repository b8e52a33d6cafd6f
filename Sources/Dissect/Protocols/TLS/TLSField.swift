/// TLS 1.0 to 1.3: RFC 2246, RFC 4346, RFC 5246, RFC 8446 (RFC 9846 renumbers its sections), and their extensions.
public enum TLSField: UInt8, Dissected {
  case tls, record, contentType, opaqueType, recordVersion, recordLength, padding, undecrypted
  case keyName, keySecret, keyCipher, keyEpoch, keySequence, keyNonce, explicitNonce, tag, malformed, ccs,
    alert, alertLevel, alertDescription, appData, appProtocol, heartbeat
  case heartbeatType, heartbeatLength, heartbeatPayload, heartbeatPadding, segmentData, reassembledIn
  case segments, segment, segmentCount, reassembledLength, fragments, fragment, fragmentCount
  case handshakeIn
  case handshake, handshakeType, handshakeLength, version, random, randomTime, randomBytes
  case sessionIDLength, sessionID, suitesLength, suites, suite, compressionsLength, compressions
  case compression, resumed, ja3Full, ja3, ja3sFull, ja3s, helloRetry
  case serverParameters, clientParameters, curveType, namedCurve, serverPointLength, serverPoint
  case pLength, p, gLength, g, ysLength, ys, hintLength, hint, identityLength, identity
  case signatureLength, signature, clientPointLength, clientPoint, ycLength, yc, premasterLength
  case premaster, otherKeys, contextLength, context, certificatesLength, certificates
  case certificateLength, certificate, certificateTypesCount, certificateTypes
  case certificateType, namesLength, names, nameLength, name, verifyLength, verify, verifyData, ticket
  case ticketLifetime, ticketAgeAdd, ticketNonceLength, ticketNonce, ticketLength, ticketData
  case requestUpdate, statusType, ocspLength, statusListLength, compressedAlgorithm
  case uncompressedLength, compressedLength, compressedMessage, messageData
  case extensionsLength, extensionEntry, extensionType, extensionLength, extensionData
  case serverNameHeading, serverNamesLength, serverNameType, serverNameLength, serverName
  case maximumFragment, statusRequestsLength, statusRequestLength, responderIDsLength, responderIDs,
    requestExtensionsLength, requestExtensions, groupsLength, groups, group
  case formatsLength, formats, format, schemesLength, schemes, scheme, schemeHash, schemeSignature
  case heartbeatMode, alpnLength, alpn, alpnNameLength, alpnName, certificateKindsLength
  case certificateKinds, certificateKind, paddingData, compressionsOfCertificates, recordSizeLimit
  case pskHeading, identitiesLength, pskIdentity, pskIdentityLength, pskTicket, pskAge, bindersLength
  case binders, selectedIdentity, maximumEarlyData, versionsLength, supportedVersion, cookieLength
  case cookie, modesLength, mode, keyShareHeading, sharesLength, keyShare, shareGroup
  case shareLength, share, selectedGroup, renegotiationHeading, renegotiationLength, renegotiation
  case connectionIDLength, connectionID
  case trailingData, nextProtocols, nextProtocolLength, nextProtocol, alpsLength, alps, alpsNameLength
  case alpsName, alpsSettings, uncompressedCertificate
  case timestampsLength, timestampEntry, timestampLength, timestampVersion, timestampLog, timestamp
  case timestampExtensionsLength, timestampExtensions, timestampSignatureLength, timestampSignature

  /// TLS.
  public static let layer = Layer.tls

  /// What the field is.
  public var info: FieldInfo {
    // Five tables, so that each stays readable; a field that none of them knows fails the test of the catalogue.
    recordInfo ?? helloInfo ?? keyInfo ?? extensionInfo ?? timestampInfo
      ?? FieldInfo("", "", .heading, "", "")
  }
}
