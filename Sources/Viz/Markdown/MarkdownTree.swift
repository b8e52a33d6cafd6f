internal import CCmark

/// A node of a CommonMark document, taken out of cmark-gfm's memory.
struct MarkdownNode {
  /// cmark's name of the type: `paragraph`, `emph`, `table_cell` ...
  var kind: String
  /// Text of texts, code and HTML.
  var literal = ""
  /// Level of a heading, from 1.
  var level = 0
  /// Where a link or an image points to.
  var url = ""
  /// Number of the first item of an ordered list; nil for bullets.
  var start: Int?
  /// Whether a list has no blank lines between its items.
  var isTight = false
  /// Parts, in order.
  var children: [MarkdownNode] = []

  /// Texts of the node and of what is in it, without marks.
  var plain: String {
    switch kind {
    case "softbreak", "linebreak": " "
    default: literal + children.map(\.plain).joined()
    }
  }

  /// Parses CommonMark with tables and strikethrough (GitHub's specification). Nesting deeper than 32 is cut off.
  static func parse(_ text: String) -> MarkdownNode {
    cmark_gfm_core_extensions_ensure_registered()
    guard let parser = unsafe cmark_parser_new(CMARK_OPT_VALIDATE_UTF8) else {
      return MarkdownNode(kind: "document", children: [MarkdownNode(kind: "text", literal: text)])
    }
    defer { unsafe cmark_parser_free(parser) }
    for name in ["table", "strikethrough"] {
      if let known = unsafe cmark_find_syntax_extension(name) {
        _ = unsafe cmark_parser_attach_syntax_extension(parser, known)
      }
    }
    var text = text
    text.withUTF8 { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        if let start = characters.baseAddress { unsafe cmark_parser_feed(parser, start, characters.count) }
      }
    }
    guard let root = unsafe cmark_parser_finish(parser) else { return MarkdownNode(kind: "document") }
    defer { unsafe cmark_node_free(root) }
    return unsafe read(root, depth: 0)
  }

  private static func read(_ node: OpaquePointer, depth: Int) -> MarkdownNode {
    var result = MarkdownNode(kind: unsafe string(cmark_node_get_type_string(node)))
    result.literal = unsafe string(cmark_node_get_literal(node))
    switch result.kind {
    case "heading": result.level = Int(unsafe cmark_node_get_heading_level(node))
    case "link", "image": result.url = unsafe string(cmark_node_get_url(node))
    case "list":
      if unsafe cmark_node_get_list_type(node) == CMARK_ORDERED_LIST {
        result.start = Int(unsafe cmark_node_get_list_start(node))
      }
      result.isTight = unsafe cmark_node_get_list_tight(node) != 0
    default: break
    }
    guard depth < 32 else { return result }
    var child = unsafe cmark_node_first_child(node)
    while let one = unsafe child {
      result.children.append(unsafe read(one, depth: depth + 1))
      unsafe child = cmark_node_next(one)
    }
    return result
  }

  private static func string(_ characters: UnsafePointer<CChar>?) -> String {
    if let characters = unsafe characters { unsafe String(cString: characters) } else { "" }
  }
}
