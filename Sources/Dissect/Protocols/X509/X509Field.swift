/// Certificates and the answers of OCSP: RFC 5280, RFC 6960, with the names of the many protocols that Wireshark has there.
public enum X509Field: UInt8, Dissected {
  case signedCertificate, version, serialNumber, signature, issuer, validity, notBefore, notAfter, utcTime
  case generalizedTime, farTime, subject, subjectRDN, subjectPublicKeyInfo, keyAlgorithm, algorithmID
  case subjectPublicKey, issuerUniqueID, subjectUniqueID, extensions, extensionEntry, extensionID
  case critical, algorithmIdentifier, encrypted, padding, dssParameters, dssP, dssQ, dssG, modulus
  case publicExponent, ecParameters, namedCurve, pssParameters, pssHash, pssMask, maskHash, saltLength
  case trailerField, rdnSequence, rdnItem, rdnPart, attributeID, countryName, directoryString
  case teletexString, printableChoice, universalString, bmpString, utf8Choice, ia5String, printableString
  case utf8String, userID, generalNames, generalName, otherName, otherNameType, rfc822Name, dnsName
  case directoryName, uri, ipv4, ipv6, ipRange, registeredID, authorityKeyIdentifier, keyIdentifier
  case authorityCertIssuer, authorityCertSerial, subjectKeyIdentifier, keyUsage, digitalSignature
  case contentCommitment, keyEncipherment, dataEncipherment, keyAgreement, keyCertSign, crlSign
  case encipherOnly, decipherOnly, policies, policyInformation, policyIdentifier, policyQualifiers
  case policyQualifier, qualifierID, cps, userNotice, noticeReference, organization, noticeNumbers
  case noticeNumber, explicitText, displayIA5, displayVisible, displayBMP, displayUTF8, basicConstraints
  case isAuthority, pathLength, nameConstraints, permittedSubtrees, excludedSubtrees, generalSubtree
  case subtreeBase, policyConstraints, requireExplicitPolicy, inhibitPolicyMapping, keyPurposes
  case keyPurpose, distributionPoints, distributionPointEntry, distributionPoint, fullName
  case nameRelativeToIssuer, reasons, reasonUnused, keyCompromise, caCompromise, affiliationChanged
  case superseded, cessationOfOperation, certificateHold, privilegeWithdrawn, aaCompromise, crlIssuer
  case skipCerts, authorityAccess, accessDescription, accessMethod, accessLocation, features, feature
  case nsComment, nsCertType, nsClient, nsServer, nsMail, nsObject, nsReserved, nsServerCA, nsMailCA
  case nsObjectCA, extensionValue, malformed, ocsp, responseStatus, responseBytes, responseType
  case basicResponse, responseData, responderID, responderName, responderKey, producedAt, responses
  case singleResponse, certID, certHash, issuerNameHash, issuerKeyHash, ocspSerial, certStatus, statusGood
  case statusRevoked, statusUnknown, revocationTime, revocationReason, thisUpdate, nextUpdate
  case responseExtensions, singleExtensions, ocspExtension, ocspExtensionID, nonce, ocspSignatureAlgorithm
  case ocspSignature, certs, ocspCertificate

  /// X.509.
  public static let layer = Layer.x509

  /// What the field is.
  public var info: FieldInfo {
    // Four tables, so that each stays readable; a field that none of them knows fails the test of the catalogue.
    certificateInfo ?? nameInfo ?? extensionInfo ?? ocspInfo ?? FieldInfo("", "", .heading, "", "")
  }
}
