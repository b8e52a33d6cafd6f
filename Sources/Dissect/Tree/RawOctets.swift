extension [UInt8] {
  /// The octets without their type. Octets have no padding, so that reading them raw is safe.
  var raw: RawSpan {
    @_lifetime(borrow self) get { unsafe span.bytes }
  }
}
