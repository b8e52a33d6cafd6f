/// What a message may begin with: the version of a response, or a method of the IANA registry "HTTP Method" as far as
/// servers meet them.
let httpBeginnings: [StaticString] = [
  "HTTP/1.", "GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "CONNECT ", "OPTIONS ", "TRACE ", "PATCH ",
  "PROPFIND ", "PROPPATCH ", "MKCOL ", "COPY ", "MOVE ", "LOCK ", "UNLOCK ", "REPORT ", "SEARCH ", "NOTIFY ",
  "SUBSCRIBE ", "UNSUBSCRIBE ", "PURGE ",
]

/// Fields of headers, and the header's name in lower case, by the name's length.
let httpHeaderFields: [[(name: StaticString, field: HTTPField)]] = {
  let fields: [(name: StaticString, field: HTTPField)] = [
    ("authorization", .authorization),
    ("proxy-authenticate", .proxyAuthenticate),
    ("proxy-authorization", .proxyAuthorization),
    ("www-authenticate", .authenticate),
    ("content-type", .contentType),
    ("content-length", .contentLength),
    ("content-encoding", .contentEncoding),
    ("transfer-encoding", .transferEncoding),
    ("upgrade", .upgrade),
    ("user-agent", .userAgent),
    ("host", .host),
    ("connection", .connection),
    ("cookie", .cookie),
    ("accept", .accept),
    ("referer", .referer),
    ("accept-language", .acceptLanguage),
    ("accept-encoding", .acceptEncoding),
    ("date", .date),
    ("cache-control", .cacheControl),
    ("server", .server),
    ("location", .location),
    ("sec-websocket-accept", .webSocketAccept),
    ("sec-websocket-extensions", .webSocketExtensions),
    ("sec-websocket-key", .webSocketKey),
    ("sec-websocket-protocol", .webSocketProtocol),
    ("sec-websocket-version", .webSocketVersion),
    ("set-cookie", .setCookie),
    ("last-modified", .lastModified),
    ("x-forwarded-for", .forwardedFor),
    ("http2-settings", .http2Settings),
  ]
  var table: [[(name: StaticString, field: HTTPField)]] = Array(repeating: [], count: 32)
  for entry in fields { table[entry.name.utf8CodeUnitCount].append(entry) }
  return table
}()

/// The field of the header called `name`, in any case; nil when it has none of its own.
func httpHeaderField(_ name: RawSpan) -> HTTPField? {
  guard name.byteCount < httpHeaderFields.count else { return nil }
  for entry in httpHeaderFields[name.byteCount] where name.equals(entry.name) { return entry.field }
  return nil
}

/// Names of status codes: RFC 9110 section 15 and the IANA registry "HTTP Status Codes".
func httpStatus(_ code: UInt64) -> String? { httpStatusNames[code] }

private let httpStatusNames: [UInt64: String] = [
  100: "Continue", 101: "Switching Protocols", 102: "Processing", 103: "Early Hints",
  199: "Informational - Others", 200: "OK",
  201: "Created",
  202: "Accepted", 203: "Non-authoritative Information", 204: "No Content", 205: "Reset Content",
  206: "Partial Content", 207: "Multi-Status", 208: "Already Reported", 226: "IM Used",
  299: "Success - Others",
  300: "Multiple Choices", 301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified",
  305: "Use Proxy", 307: "Temporary Redirect", 308: "Permanent Redirect", 399: "Redirection - Others",
  400: "Bad Request",
  401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable", 407: "Proxy Authentication Required", 408: "Request Time-out", 409: "Conflict",
  410: "Gone", 411: "Length Required", 412: "Precondition Failed", 413: "Request Entity Too Large",
  414: "Request-URI Too Long", 415: "Unsupported Media Type", 416: "Requested Range Not Satisfiable",
  417: "Expectation Failed", 418: "I'm a teapot", 421: "Misdirected Request", 422: "Unprocessable Entity",
  423: "Locked", 424: "Failed Dependency", 425: "Too Early", 426: "Upgrade Required",
  428: "Precondition Required", 429: "Too Many Requests", 431: "Request Header Fields Too Large",
  451: "Unavailable For Legal Reasons", 499: "Client Error - Others", 500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Time-out",
  505: "HTTP Version not supported",
  506: "Variant Also Negotiates", 507: "Insufficient Storage", 508: "Loop Detected", 510: "Not Extended",
  511: "Network Authentication Required", 599: "Server Error - Others",
]
