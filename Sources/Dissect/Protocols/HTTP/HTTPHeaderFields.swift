extension HTTPField {
  /// Headers that have a field of their own.
  var headerInfo: FieldInfo? {
    switch self {
    case .authorization:
      FieldInfo(
        "http.authorization", "Authorization", .text,
        "Who the client says it is, with proof.",
        "RFC 9110 section 11.6.2")
    case .proxyAuthenticate:
      FieldInfo(
        "http.proxy_authenticate", "Proxy-Authenticate", .text,
        "How a client proves to the proxy who it is.",
        "RFC 9110 section 11.7.1")
    case .proxyAuthorization:
      FieldInfo(
        "http.proxy_authorization", "Proxy-Authorization", .text,
        "Proof for the proxy.",
        "RFC 9110 section 11.7.2")
    case .authenticate:
      FieldInfo(
        "http.www_authenticate", "WWW-Authenticate", .text,
        "How a client proves who it is: comes with 401.",
        "RFC 9110 section 11.6.1")
    case .contentType:
      FieldInfo(
        "http.content_type", "Content-Type", .text,
        "What the body is.",
        "RFC 9110 section 8.3")
    case .contentLength:
      FieldInfo(
        "http.content_length_header", "Content-Length", .text,
        "Octets of the body, so that the other side knows where it ends.",
        "RFC 9110 section 8.6")
    case .contentEncoding:
      FieldInfo(
        "http.content_encoding", "Content-Encoding", .text,
        "How the body was compressed.",
        "RFC 9110 section 8.4")
    case .transferEncoding:
      FieldInfo(
        "http.transfer_encoding", "Transfer-Encoding", .text,
        "How the body is cut for this connection: chunked.",
        "RFC 9112 section 6.1")
    case .upgrade:
      FieldInfo(
        "http.upgrade", "Upgrade", .text,
        "Another protocol to go on with on this connection.",
        "RFC 9110 section 7.8")
    case .userAgent:
      FieldInfo(
        "http.user_agent", "User-Agent", .text,
        "The client program.",
        "RFC 9110 section 10.1.5")
    case .host:
      FieldInfo(
        "http.host", "Host", .text,
        "Which of the server's sites is wanted; every request must have it.",
        "RFC 9110 section 7.2")
    case .connection:
      FieldInfo(
        "http.connection", "Connection", .text,
        "What goes for this connection alone: close, keep-alive, Upgrade.",
        "RFC 9110 section 7.6.1")
    case .cookie:
      FieldInfo(
        "http.cookie", "Cookie", .text,
        "What the server asked the client to bring back.",
        "RFC 6265 section 5.4")
    case .accept:
      FieldInfo(
        "http.accept", "Accept", .text,
        "What the client can read.",
        "RFC 9110 section 12.5.1")
    case .referer:
      FieldInfo(
        "http.referer", "Referer", .text,
        "The page that the request comes from.",
        "RFC 9110 section 10.1.3")
    case .acceptLanguage:
      FieldInfo(
        "http.accept_language", "Accept-Language", .text,
        "Languages, best first.",
        "RFC 9110 section 12.5.4")
    case .acceptEncoding:
      FieldInfo(
        "http.accept_encoding", "Accept Encoding", .text,
        "Compressions that the client can undo.",
        "RFC 9110 section 12.5.3")
    case .date:
      FieldInfo(
        "http.date", "Date", .text,
        "When the response was made.",
        "RFC 9110 section 6.6.1")
    case .cacheControl:
      FieldInfo(
        "http.cache_control", "Cache-Control", .text,
        "Who may keep the response, and how long.",
        "RFC 9111 section 5.2")
    case .server:
      FieldInfo(
        "http.server", "Server", .text,
        "The server program.",
        "RFC 9110 section 10.2.4")
    case .location:
      FieldInfo(
        "http.location", "Location", .text,
        "Where to look instead, or what was made.",
        "RFC 9110 section 10.2.2")
    case .webSocketAccept:
      FieldInfo(
        "http.sec_websocket_accept", "Sec-WebSocket-Accept", .text,
        "Proof that the server speaks WebSocket and read this request.",
        "RFC 6455 section 11.3.3")
    case .webSocketExtensions:
      FieldInfo(
        "http.sec_websocket_extensions", "Sec-WebSocket-Extensions", .text,
        "Extensions of WebSocket.",
        "RFC 6455 section 11.3.2")
    case .webSocketKey:
      FieldInfo(
        "http.sec_websocket_key", "Sec-WebSocket-Key", .text,
        "Random octets that the server must answer to.",
        "RFC 6455 section 11.3.1")
    case .webSocketProtocol:
      FieldInfo(
        "http.sec_websocket_protocol", "Sec-WebSocket-Protocol", .text,
        "Protocols to speak over WebSocket.",
        "RFC 6455 section 11.3.4")
    case .webSocketVersion:
      FieldInfo(
        "http.sec_websocket_version", "Sec-WebSocket-Version", .text,
        "The version of WebSocket: 13.",
        "RFC 6455 section 11.3.5")
    case .setCookie:
      FieldInfo(
        "http.set_cookie", "Set-Cookie", .text,
        "What the client is to bring back with later requests.",
        "RFC 6265 section 4.1")
    case .lastModified:
      FieldInfo(
        "http.last_modified", "Last-Modified", .text,
        "When the resource last changed.",
        "RFC 9110 section 8.8.2")
    case .forwardedFor:
      FieldInfo(
        "http.x_forwarded_for", "X-Forwarded-For", .text,
        "The client behind proxies, as they say.",
        "RFC 7239 section 1")
    case .http2Settings:
      FieldInfo(
        "http.http2_settings", "HTTP2-Settings", .text,
        "Settings for going on with HTTP/2.",
        "RFC 7540 section 3.2.1")
    case .otherHeader:
      FieldInfo(
        "backlab.http.header", "Header", .text,
        "A header that has no field of its own.",
        "RFC 9110 section 5.1")
    default: nil
    }
  }
}
