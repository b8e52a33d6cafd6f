import Bytes

/// Headers that have a field of their own, or a meaning for what follows.
enum HTTP2Header: UInt8, CaseIterable {
  case other
  case authority, status, path, method, scheme, accept, acceptCharset, acceptEncoding, acceptLanguage
  case acceptRanges, accessControlAllowOrigin, age, allow, authorization, cacheControl, contentDisposition
  case contentEncoding, contentLanguage, contentLength, contentLocation, contentRange, contentType, cookie
  case date, etag, expect, expires, from, ifMatch, ifModifiedSince, ifNoneMatch, ifRange
  case ifUnmodifiedSince, lastModified, link, location, maxForwards, proxyAuthenticate, proxyAuthorization
  case range, referer, refresh, retryAfter, server, setCookie, strictTransportSecurity, userAgent, vary
  case via, authenticate
  // What changes the stream, or how it is read.
  case protocolName, grpcStatus, grpcMessage, grpcTimeout, grpcEncoding, host, webSocketExtensions

  /// Whether the info column tells its value.
  var isListed: Bool { self == .method || self == .path || self == .status }

  /// The header of that name; names are in lower case (RFC 9113 section 8.2).
  init(_ name: RawSpan) {
    self = .other
    guard name.byteCount < Self.byLength.count else { return }
    for (text, header) in Self.byLength[name.byteCount] where Self.isEqual(name, text) {
      self = header
      return
    }
  }

  private static func isEqual(_ octets: RawSpan, _ text: [UInt8]) -> Bool {
    for i in text.indices where text[i] != octets[octet: i] { return false }
    return true
  }

  private static let byLength: [[([UInt8], HTTP2Header)]] = {
    var table: [[([UInt8], HTTP2Header)]] = []
    for (header, name) in names {
      let octets = Array(name.utf8)
      while table.count <= octets.count { table.append([]) }
      table[octets.count].append((octets, header))
    }
    return table
  }()

  private static let names: [(HTTP2Header, String)] = [
    (.authority, ":authority"), (.status, ":status"), (.path, ":path"), (.method, ":method"),
    (.scheme, ":scheme"), (.accept, "accept"), (.acceptCharset, "accept-charset"),
    (.acceptEncoding, "accept-encoding"), (.acceptLanguage, "accept-language"),
    (.acceptRanges, "accept-ranges"), (.accessControlAllowOrigin, "access-control-allow-origin"),
    (.age, "age"), (.allow, "allow"), (.authorization, "authorization"), (.cacheControl, "cache-control"),
    (.contentDisposition, "content-disposition"), (.contentEncoding, "content-encoding"),
    (.contentLanguage, "content-language"), (.contentLength, "content-length"),
    (.contentLocation, "content-location"), (.contentRange, "content-range"),
    (.contentType, "content-type"), (.cookie, "cookie"), (.date, "date"), (.etag, "etag"),
    (.expect, "expect"), (.expires, "expires"), (.from, "from"), (.ifMatch, "if-match"),
    (.ifModifiedSince, "if-modified-since"), (.ifNoneMatch, "if-none-match"), (.ifRange, "if-range"),
    (.ifUnmodifiedSince, "if-unmodified-since"), (.lastModified, "last-modified"), (.link, "link"),
    (.location, "location"), (.maxForwards, "max-forwards"), (.proxyAuthenticate, "proxy-authenticate"),
    (.proxyAuthorization, "proxy-authorization"), (.range, "range"), (.referer, "referer"),
    (.refresh, "refresh"), (.retryAfter, "retry-after"), (.server, "server"), (.setCookie, "set-cookie"),
    (.strictTransportSecurity, "strict-transport-security"), (.userAgent, "user-agent"), (.vary, "vary"),
    (.via, "via"), (.authenticate, "www-authenticate"), (.protocolName, ":protocol"),
    (.grpcStatus, "grpc-status"), (.grpcMessage, "grpc-message"), (.grpcTimeout, "grpc-timeout"),
    (.grpcEncoding, "grpc-encoding"), (.host, "host"),
    (.webSocketExtensions, "sec-websocket-extensions"),
  ]

  /// The field under which the header's value is shown.
  var field: HTTP2Field? {
    switch self {
    case .authority: .authority
    case .status: .status
    case .path: .path
    case .method: .method
    case .scheme: .scheme
    case .accept: .accept
    case .acceptCharset: .acceptCharset
    case .acceptEncoding: .acceptEncoding
    case .acceptLanguage: .acceptLanguage
    case .acceptRanges: .acceptRanges
    case .accessControlAllowOrigin: .accessControlAllowOrigin
    case .age: .age
    case .allow: .allow
    case .authorization: .authorization
    case .cacheControl: .cacheControl
    case .contentDisposition: .contentDisposition
    case .contentEncoding: .contentEncoding
    case .contentLanguage: .contentLanguage
    case .contentLength: .contentLength
    case .contentLocation: .contentLocation
    case .contentRange: .contentRange
    case .contentType: .contentType
    case .cookie: .cookie
    case .date: .date
    case .etag: .etag
    case .expect: .expect
    case .expires: .expires
    case .from: .from
    case .ifMatch: .ifMatch
    case .ifModifiedSince: .ifModifiedSince
    case .ifNoneMatch: .ifNoneMatch
    case .ifRange: .ifRange
    case .ifUnmodifiedSince: .ifUnmodifiedSince
    case .lastModified: .lastModified
    case .link: .link
    case .location: .location
    case .maxForwards: .maxForwards
    case .proxyAuthenticate: .proxyAuthenticate
    case .proxyAuthorization: .proxyAuthorization
    case .range: .range
    case .referer: .referer
    case .refresh: .refresh
    case .retryAfter: .retryAfter
    case .server: .server
    case .setCookie: .setCookie
    case .strictTransportSecurity: .strictTransportSecurity
    case .userAgent: .userAgent
    case .vary: .vary
    case .via: .via
    case .authenticate: .authenticate
    default: nil
    }
  }
}
