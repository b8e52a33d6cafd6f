import Bytes

/// Bytes of hex digits, for vectors; a mistake in the digits stops the test.
public func hex(_ text: String) -> [UInt8] {
  guard let bytes = Hex.bytes(text) else { fatalError("not hexadecimal: \(text)") }
  return bytes
}
