extension HTTPField {
  /// The message, its body and its place among others.
  var messageInfo: FieldInfo? {
    switch self {
    case .http:
      FieldInfo(
        "http", "Hypertext Transfer Protocol", .heading,
        "Requests and responses in text over a stream; one connection carries many, in order.",
        "RFC 9110; RFC 9112")
    case .startLine:
      FieldInfo(
        "backlab.http.start_line", "Start line", .text,
        "The first line: what is asked for, or how it went.",
        "RFC 9112 section 2.1")
    case .isRequest:
      FieldInfo(
        "http.request", "Request", .flag,
        "Whether this is a request.",
        "RFC 9112 section 3")
    case .isResponse:
      FieldInfo(
        "http.response", "Response", .flag,
        "Whether this is a response.",
        "RFC 9112 section 4")
    case .method:
      FieldInfo(
        "http.request.method", "Request Method", .text,
        "What is to be done with the resource. GET and HEAD change nothing, so a client may send "
          + "them again after a failure.",
        "RFC 9110 section 9.1")
    case .uri:
      FieldInfo(
        "http.request.uri", "Request URI", .text,
        "What it is to be done with: path and query, as the client wrote them.",
        "RFC 9112 section 3.2")
    case .path:
      FieldInfo(
        "http.request.uri.path", "Request URI Path", .text,
        "The part up to the question mark.",
        "RFC 3986 section 3.3")
    case .query:
      FieldInfo(
        "http.request.uri.query", "Request URI Query", .text,
        "The part behind the question mark.",
        "RFC 3986 section 3.4")
    case .parameter:
      FieldInfo(
        "http.request.uri.query.parameter", "Request URI Query Parameter", .text,
        "One piece of the query between ampersands.",
        "RFC 3986 section 3.4")
    case .requestVersion:
      FieldInfo(
        "http.request.version", "Request Version", .text,
        "The client's version: from HTTP/1.1 on, connections stay open unless someone says close.",
        "RFC 9112 section 2.3")
    case .responseVersion:
      FieldInfo(
        "http.response.version", "Response Version", .text,
        "The server's version.",
        "RFC 9112 section 2.3")
    case .code:
      FieldInfo(
        "http.response.code", "Status Code", .decimal(bits: 16),
        "How it went: 2xx done, 3xx look elsewhere, 4xx the request is wrong, 5xx the server failed.",
        "RFC 9110 section 15", values: { httpStatus($0) })
    case .codeDescription:
      FieldInfo(
        "http.response.code.desc", "Status Code Description", .text,
        "What the code means by the standard, whatever the phrase says.",
        "RFC 9110 section 15")
    case .phrase:
      FieldInfo(
        "http.response.phrase", "Response Phrase", .text,
        "Words beside the code, for people only; a client must not read them.",
        "RFC 9112 section 4")
    case .requestLine:
      FieldInfo(
        "http.request.line", "Request line", .text,
        "A header of the request as it stands, with its line end.",
        "RFC 9112 section 5")
    case .responseLine:
      FieldInfo(
        "http.response.line", "Response line", .text,
        "A header of the response as it stands, with its line end.",
        "RFC 9112 section 5")
    case .fullURI:
      FieldInfo(
        "http.request.full_uri", "Full request URI", .text,
        "The whole address, put together of the scheme, Host and the path.",
        "RFC 9110 section 7.1")
    case .responseForURI:
      FieldInfo(
        "http.response_for.uri", "Request URI", .text,
        "The whole address of the request that this answers.",
        "RFC 9110 section 7.1")
    case .requestNumber:
      FieldInfo(
        "http.request_number", "Request number", .decimal(bits: 32),
        "Counts the requests of the connection from 1: more than one means keep-alive.",
        "Wireshark")
    case .responseNumber:
      FieldInfo(
        "http.response_number", "Response number", .decimal(bits: 32),
        "Counts the responses of the connection from 1.",
        "Wireshark")
    case .requestCount:
      FieldInfo(
        "backlab.http.request_count", "Requests", .decimal(bits: 32),
        "How many requests the connection carries.",
        "RFC 9112 section 9.3")
    case .time:
      FieldInfo(
        "http.time", "Time since request", .relativeTime,
        "From the end of the request to the end of the response, seen where the capture was taken.",
        "Wireshark")
    case .requestIn:
      FieldInfo(
        "http.request_in", "Request in frame", .row,
        "The row with the request that this answers.",
        "Wireshark")
    case .responseIn:
      FieldInfo(
        "http.response_in", "Response in frame", .row,
        "The row with the response to this.",
        "Wireshark")
    case .previousRequestIn:
      FieldInfo(
        "http.prev_request_in", "Prev request in frame", .row,
        "The row with the request before.",
        "Wireshark")
    case .nextRequestIn:
      FieldInfo(
        "http.next_request_in", "Next request in frame", .row,
        "The row with the next request.",
        "Wireshark")
    case .previousResponseIn:
      FieldInfo(
        "http.prev_response_in", "Prev response in frame", .row,
        "The row with the response before.",
        "Wireshark")
    case .nextResponseIn:
      FieldInfo(
        "http.next_response_in", "Next response in frame", .row,
        "The row with the next response.",
        "Wireshark")
    case .blankLine:
      FieldInfo(
        "backlab.http.end_of_headers", "End of headers", .heading,
        "An empty line ends the headers.",
        "RFC 9112 section 2.1")
    case .chunks:
      FieldInfo(
        "backlab.http.chunks", "HTTP chunked response", .heading,
        "The body in pieces, each with its size in front: its length need not be known at the start.",
        "RFC 9112 section 7.1")
    case .chunk:
      FieldInfo(
        "backlab.http.chunk", "Data chunk", .heading,
        "One piece of the body.",
        "RFC 9112 section 7.1")
    case .chunkSize:
      FieldInfo(
        "http.chunk_size", "Chunk size", .decimal(bits: 32),
        "Octets of the piece, written in hex; 0 ends the body.",
        "RFC 9112 section 7.1")
    case .chunkData:
      FieldInfo(
        "http.chunk_data", "Chunk data", .bytes,
        "The piece.",
        "RFC 9112 section 7.1")
    case .chunkBoundary:
      FieldInfo(
        "http.chunk_boundary", "Chunk boundary", .bytes,
        "The line end behind the piece.",
        "RFC 9112 section 7.1")
    case .trailer:
      FieldInfo(
        "http.chunked_trailer_part", "trailer-part", .text,
        "Headers behind the last chunk.",
        "RFC 9112 section 7.1.2")
    case .fileData:
      FieldInfo(
        "http.file_data", "File Data", .text,
        "The body, put together.",
        "RFC 9110 section 6.4")
    case .conflict:
      FieldInfo(
        "http.te_and_length", "Content-Length and Transfer-Encoding together", .heading,
        "Both Content-Length and Transfer-Encoding are given. Two servers that believe different "
          + "ones see different requests in one stream: request smuggling. Transfer-Encoding counts.",
        "RFC 9112 section 6.3")
    case .malformed:
      FieldInfo(
        "backlab.http.malformed", "Malformed", .text,
        "What does not follow the rules, and what was done about it.",
        "RFC 9112 section 2.2")
    case .contentLengthValue:
      FieldInfo(
        "http.content_length", "Content length", .decimal(bits: 64),
        "The length as a number.",
        "RFC 9110 section 8.6")
    case .cookiePair:
      FieldInfo(
        "http.cookie_pair", "Cookie pair", .text,
        "One cookie: its name and value.",
        "RFC 6265 section 4.2")
    case .credentials:
      FieldInfo(
        "http.authbasic", "Credentials", .text,
        "Name and password: Base64 hides nothing, only TLS does.",
        "RFC 7617 section 2")
    case .encoded:
      FieldInfo(
        "backlab.http.encoded", "Content-encoded entity body", .heading,
        "The body as it was packed.",
        "RFC 9110 section 8.4")
    case .unread:
      FieldInfo(
        "backlab.http.undecoded", "Not decoded", .text,
        "Why the body is shown in part, or as it was packed.",
        "RFC 9110 section 8.4")
    case .decompressionFailed:
      FieldInfo(
        "http.decompression_failed", "Decompression failed", .heading,
        "The body can't be unpacked as Content-Encoding says.",
        "RFC 9110 section 8.4")
    default: nil
    }
  }
}
