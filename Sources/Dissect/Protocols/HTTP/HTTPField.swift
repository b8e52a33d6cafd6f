/// HTTP/1.0 and HTTP/1.1: RFC 9110, RFC 9112.
public enum HTTPField: UInt8, Dissected {
  case http, startLine, isRequest, isResponse, method, uri, path, query, parameter, requestVersion
  case responseVersion, code, codeDescription, phrase, requestLine, responseLine, fullURI
  case responseForURI, requestNumber, responseNumber, requestCount, time, requestIn, responseIn,
    previousRequestIn
  case nextRequestIn, previousResponseIn, nextResponseIn, blankLine, chunks, chunk, chunkSize
  case chunkData, chunkBoundary, trailer, fileData, conflict, malformed, contentLengthValue
  case cookiePair, credentials, encoded, unread, decompressionFailed
  case authorization, proxyAuthenticate, proxyAuthorization, authenticate, contentType, contentLength
  case contentEncoding, transferEncoding, upgrade, userAgent, host, connection, cookie, accept
  case referer, acceptLanguage, acceptEncoding, date, cacheControl, server, location, webSocketAccept
  case webSocketExtensions, webSocketKey, webSocketProtocol, webSocketVersion, setCookie, lastModified
  case forwardedFor, http2Settings, otherHeader

  /// HTTP.
  public static let layer = Layer.http

  /// What the field is.
  public var info: FieldInfo { messageInfo ?? headerInfo ?? FieldInfo("", "", .heading, "", "") }
}
