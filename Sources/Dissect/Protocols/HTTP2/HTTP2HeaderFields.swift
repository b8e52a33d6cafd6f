extension HTTP2Field {
  /// Headers that have a field of their own.
  var headerInfo: FieldInfo? {
    switch self {
    case .authority:
      FieldInfo(
        "http2.headers.authority", ":authority", .text,
        "The host and port that the request is for; it takes the place of Host.",
        "RFC 9113 section 8.3.1")
    case .status:
      FieldInfo(
        "http2.headers.status", ":status", .decimal(bits: 16),
        "How it went: 2xx done, 3xx look elsewhere, 4xx the request is wrong, 5xx the server failed.",
        "RFC 9113 section 8.3.2", values: { httpStatus($0) })
    case .path:
      FieldInfo(
        "http2.headers.path", ":path", .text,
        "Path and query of what is asked for.",
        "RFC 9113 section 8.3.1")
    case .method:
      FieldInfo(
        "http2.headers.method", ":method", .text,
        "What is to be done with the resource.",
        "RFC 9113 section 8.3.1")
    case .scheme:
      FieldInfo(
        "http2.headers.scheme", ":scheme", .text,
        "http or https; proxies may be asked for others.",
        "RFC 9113 section 8.3.1")
    case .accept:
      FieldInfo(
        "http2.headers.accept", "accept", .text,
        "Media types that the client can use.",
        "RFC 9110 section 12.5.1")
    case .acceptCharset:
      FieldInfo(
        "http2.headers.accept_charset", "accept-charset", .text,
        "Character sets that the client can use; servers ignore it.",
        "RFC 9110 section 12.5.2")
    case .acceptEncoding:
      FieldInfo(
        "http2.headers.accept_encoding", "accept-encoding", .text,
        "Compressions that the client can undo.",
        "RFC 9110 section 12.5.3")
    case .acceptLanguage:
      FieldInfo(
        "http2.headers.accept_language", "accept-language", .text,
        "Languages that the user reads.",
        "RFC 9110 section 12.5.4")
    case .acceptRanges:
      FieldInfo(
        "http2.headers.accept_ranges", "accept-ranges", .text,
        "Whether parts of the resource can be asked for.",
        "RFC 9110 section 14.3")
    case .accessControlAllowOrigin:
      FieldInfo(
        "http2.headers.access_control_allow_origin", "access-control-allow-origin", .text,
        "Whose pages may read the response.",
        "WHATWG Fetch section 3.2")
    case .age:
      FieldInfo(
        "http2.headers.age", "age", .decimal(bits: 64),
        "Seconds that the response was in a cache.",
        "RFC 9111 section 5.1")
    case .allow:
      FieldInfo(
        "http2.headers.allow", "allow", .text,
        "Methods that the resource knows.",
        "RFC 9110 section 10.2.1")
    case .authorization:
      FieldInfo(
        "http2.headers.authorization", "authorization", .text,
        "Who asks: a password, a token. Encoders should never put it into the table.",
        "RFC 9110 section 11.6.2")
    case .cacheControl:
      FieldInfo(
        "http2.headers.cache_control", "cache-control", .text,
        "Who may keep the response, and how long.",
        "RFC 9111 section 5.2")
    case .contentDisposition:
      FieldInfo(
        "http2.headers.content_disposition", "content-disposition", .text,
        "Whether the body is shown or saved, and under what name.",
        "RFC 6266 section 4")
    case .contentEncoding:
      FieldInfo(
        "http2.headers.content_encoding", "content-encoding", .text,
        "How the body is compressed.",
        "RFC 9110 section 8.4")
    case .contentLanguage:
      FieldInfo(
        "http2.headers.content_language", "content-language", .text,
        "The language of the body's readers.",
        "RFC 9110 section 8.5")
    case .contentLength:
      FieldInfo(
        "http2.headers.content_length", "content-length", .decimal(bits: 64),
        "Octets of the body. The stream's end ends it anyway; both must agree.",
        "RFC 9110 section 8.6")
    case .contentLocation:
      FieldInfo(
        "http2.headers.content_location", "content-location", .text,
        "Where the body itself can be had.",
        "RFC 9110 section 8.7")
    case .contentRange:
      FieldInfo(
        "http2.headers.content_range", "content-range", .text,
        "Which part of the resource the body is.",
        "RFC 9110 section 14.4")
    case .contentType:
      FieldInfo(
        "http2.headers.content_type", "content-type", .text,
        "What the body is.",
        "RFC 9110 section 8.3")
    case .cookie:
      FieldInfo(
        "http2.headers.cookie", "cookie", .text,
        "What the server gave the client to bring back; may stand in pieces, for better compression.",
        "RFC 9113 section 8.2.3")
    case .date:
      FieldInfo(
        "http2.headers.date", "date", .text,
        "When the response was made.",
        "RFC 9110 section 6.6.1")
    case .etag:
      FieldInfo(
        "http2.headers.etag", "etag", .text,
        "Names this state of the resource, to ask later whether it changed.",
        "RFC 9110 section 8.8.3")
    case .expect:
      FieldInfo(
        "http2.headers.expect", "expect", .text,
        "What the client waits for before it sends the body.",
        "RFC 9110 section 10.1.1")
    case .expires:
      FieldInfo(
        "http2.headers.expires", "expires", .text,
        "When the response is stale.",
        "RFC 9111 section 5.3")
    case .from:
      FieldInfo(
        "http2.headers.from", "from", .text,
        "Mail address of who runs the client.",
        "RFC 9110 section 10.1.2")
    case .ifMatch:
      FieldInfo(
        "http2.headers.if_match", "if-match", .text,
        "Do it only if the resource is in one of these states.",
        "RFC 9110 section 13.1.1")
    case .ifModifiedSince:
      FieldInfo(
        "http2.headers.if_modified_since", "if-modified-since", .text,
        "Send it only if it changed since.",
        "RFC 9110 section 13.1.3")
    case .ifNoneMatch:
      FieldInfo(
        "http2.headers.if_none_match", "if-none-match", .text,
        "Send it only if it is in none of these states.",
        "RFC 9110 section 13.1.2")
    case .ifRange:
      FieldInfo(
        "http2.headers.if_range", "if-range", .text,
        "Send the part only if the resource is unchanged.",
        "RFC 9110 section 13.1.5")
    case .ifUnmodifiedSince:
      FieldInfo(
        "http2.headers.if_unmodified_since", "if-unmodified-since", .text,
        "Do it only if the resource did not change since.",
        "RFC 9110 section 13.1.4")
    case .lastModified:
      FieldInfo(
        "http2.headers.last_modified", "last-modified", .text,
        "When the resource last changed.",
        "RFC 9110 section 8.8.2")
    case .link:
      FieldInfo(
        "http2.headers.link", "link", .text,
        "What else belongs to the resource.",
        "RFC 8288 section 3")
    case .location:
      FieldInfo(
        "http2.headers.location", "location", .text,
        "Where to look instead, or what was made.",
        "RFC 9110 section 10.2.2")
    case .maxForwards:
      FieldInfo(
        "http2.headers.max_forwards", "max-forwards", .decimal(bits: 64),
        "How many proxies may pass this on.",
        "RFC 9110 section 7.6.2")
    case .proxyAuthenticate:
      FieldInfo(
        "http2.headers.proxy_authenticate", "proxy-authenticate", .text,
        "How the proxy wants to be told who asks.",
        "RFC 9110 section 11.7.1")
    case .proxyAuthorization:
      FieldInfo(
        "http2.headers.proxy_authorization", "proxy-authorization", .text,
        "Who asks, for the proxy.",
        "RFC 9110 section 11.7.2")
    case .range:
      FieldInfo(
        "http2.headers.range", "range", .text,
        "Which part of the resource is wanted.",
        "RFC 9110 section 14.2")
    case .referer:
      FieldInfo(
        "http2.headers.referer", "referer", .text,
        "The page that led here.",
        "RFC 9110 section 10.1.3")
    case .refresh:
      FieldInfo(
        "http2.headers.refresh", "refresh", .text,
        "When and where the page is to be loaded again.",
        "WHATWG HTML section 4.2.5.3")
    case .retryAfter:
      FieldInfo(
        "http2.headers.retry_after", "retry-after", .text,
        "When to ask again.",
        "RFC 9110 section 10.2.3")
    case .server:
      FieldInfo(
        "http2.headers.server", "server", .text,
        "The server's program.",
        "RFC 9110 section 10.2.4")
    case .setCookie:
      FieldInfo(
        "http2.headers.set_cookie", "set-cookie", .text,
        "What the client is to bring back with later requests.",
        "RFC 6265 section 4.1")
    case .strictTransportSecurity:
      FieldInfo(
        "http2.headers.strict_transport_security", "strict-transport-security", .text,
        "Use TLS alone from now on.",
        "RFC 6797 section 6.1")
    case .userAgent:
      FieldInfo(
        "http2.headers.user_agent", "user-agent", .text,
        "The client's program.",
        "RFC 9110 section 10.1.5")
    case .vary:
      FieldInfo(
        "http2.headers.vary", "vary", .text,
        "Which headers of the request the response depends on.",
        "RFC 9110 section 12.5.5")
    case .via:
      FieldInfo(
        "http2.headers.via", "via", .text,
        "Proxies on the way.",
        "RFC 9110 section 7.6.3")
    case .authenticate:
      FieldInfo(
        "http2.headers.www_authenticate", "www-authenticate", .text,
        "How the server wants to be told who asks.",
        "RFC 9110 section 11.6.1")
    default: nil
    }
  }
}
