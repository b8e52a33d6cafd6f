/// HTTP/2: RFC 9113, its header compression (RFC 7541) and its extensions (RFC 7838, 8336, 8441, 9218).
public enum HTTP2Field: UInt8, Dissected {
  case http2, stream, magic, length, type, flags, unused, unusedSettings, unusedPing, unusedContinuation
  case unusedPushPromise, unusedData, unusedHeaders, endStream, endHeaders, padded, priority, ackPing
  case ackSettings, reserved, streamID, unknown, padding, padLength, exclusive, dependency, weight
  case weightReal, data, dataPadding, segment, reassemblyError, fragments, fragment, fragmentCount,
    reassembledIn, reassembledLength
  case reassembledData, headers, headersPadding, headerLength, headerCount, header, nameLength, name
  case valueLength, value, unescaped, representation, index, sizeUpdate, tableSize, fullURI, sizeExceeded
  case linesExceeded
  case resetError, setting, settingID, headerTableSize, enablePush, maxStreams, initialWindow
  case maxFrameSize, maxHeaderListSize, extendedConnect, unknownSetting, pushReserved, promisedStream
  case pushHeaders, pushPadding, ping, pong, goawayReserved, lastStream, goawayError, goawayData
  case windowReserved, windowIncrement, continuation, altsvcOriginLength, altsvcOrigin, altsvcValue
  case origin, originLength, originText, priorityStream, priorityValue, malformed, violation, unread
  case state, connectionWindow, streamWindow, windowOwner, tableEntries, tableOctets, tableLimit
  case blockOctets, literalOctets, savedOctets, answeredBy, answerTo, settingName, grpcStatus, grpcTimeout
  case tunnelProtocol, pathSegment, pathSubSegment, encoded, decompressionFailed, connectionFrom, streamFrom
  case authority, status, path, method, scheme, accept, acceptCharset, acceptEncoding, acceptLanguage
  case acceptRanges, accessControlAllowOrigin, age, allow, authorization, cacheControl, contentDisposition
  case contentEncoding, contentLanguage, contentLength, contentLocation, contentRange, contentType, cookie
  case date, etag, expect, expires, from, ifMatch, ifModifiedSince, ifNoneMatch, ifRange
  case ifUnmodifiedSince, lastModified, link, location, maxForwards, proxyAuthenticate, proxyAuthorization
  case range, referer, refresh, retryAfter, server, setCookie, strictTransportSecurity, userAgent, vary
  case via, authenticate

  /// HTTP/2.
  public static let layer = Layer.http2

  /// What the field is.
  public var info: FieldInfo {
    // Three tables, so that each stays readable; a field that none of them knows fails the test of the catalogue.
    frameInfo ?? controlInfo ?? headerInfo ?? FieldInfo("", "", .heading, "", "")
  }
}
