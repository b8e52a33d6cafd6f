import Bytes
import Glibc

/// The lab's directory, where a server leaves the certificate of its authority for the clients: `ca-HOST.pem`.
///
/// Certificates are public; keys never leave the process that made them.
struct LabCertificates {
  private let directory: String

  /// Nil when the lab named no directory.
  init(directory: String?) throws(RoleError) {
    guard let directory, !directory.isEmpty else {
      throw RoleError(
        "tls= needs a directory that the lab's hosts share: BACKLAB_SHARED does not name one; a lab sets it by itself"
      )
    }
    self.directory = directory
  }

  /// Where the authority of `host` is.
  func path(_ host: String) -> String { "\(directory)/ca-\(host).pem" }

  /// Whether a server of `host` has one.
  func has(_ host: String) -> Bool { unsafe access(path(host), R_OK) == 0 }

  /// Adds an authority of `host`: each TLS server of a host has one of its own.
  func add(_ host: String, _ pem: String) throws(RoleError) {
    let fd = unsafe open(path(host), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard fd >= 0 else { throw RoleError("\(path(host)) can't be written: \(ErrorName.text(errno))") }
    defer { close(fd) }
    // One write() to a file opened to append: two servers of a host don't mix.
    guard Descriptor.write(fd, Array(pem.utf8)[...]) == pem.utf8.count else {
      throw RoleError("\(path(host)) can't be written: \(ErrorName.text(errno))")
    }
  }

  /// The authorities of `host`.
  func read(_ host: String) throws(RoleError) -> String {
    let fd = unsafe open(path(host), O_RDONLY | O_CLOEXEC)
    guard fd >= 0 else {
      throw RoleError(
        "\(path(host)) can't be read: \(ErrorName.text(errno)); the server on \(host) writes it when it has tls="
      )
    }
    defer { close(fd) }
    var bytes: [UInt8] = []
    while let more = Descriptor.read(fd), !more.isEmpty, bytes.count < 1 << 20 { bytes += more }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension RoleSetting {
  /// What `tls=` asks of a server: nil for none. Leaves a new authority's certificate for the clients.
  func serverTLS(_ protocols: [String]) throws(RoleError) -> TLSContext? {
    guard let version = TLSVersion(rawValue: text("tls")) else { return nil }
    let certificates = try LabCertificates(directory: shared)
    let asked = text("certificate")
    let made: (pem: String, context: TLSContext)
    do throws(TLSError) {
      let authority = try TLSIdentity.authority()
      let identity = try authority.server(
        asked == "wrong-name" ? "not-\(plan.host)" : plan.host, validity: asked == "expired" ? .over : .week)
      let pem = asked == "unknown-ca" ? try TLSIdentity.authority().pem : authority.pem
      let recorder = system.recorder
      made = (
        pem,
        try TLSContext(server: identity, version: version, protocols: protocols) {
          recorder.write(secrets: $0 + "\n")
        }
      )
    } catch {
      throw RoleError("TLS on \(plan.host): \(error.description)")
    }
    try certificates.add(plan.host, made.pem)
    return made.context
  }

  /// What `tls=` asks of a client: nil for none, or with `auto` where no server of the host has an authority. The server's name
  /// is the host in `to`.
  func clientTLS(_ to: Endpoint) throws(RoleError) -> TLSContext? {
    let version = TLSVersion(rawValue: text("tls")), isOpen = text("tls") == "auto"
    guard version != nil || isOpen else { return nil }
    let host = hosts.first { $0.key == serverName || ($0.value == to.address && hosts[serverName] == nil) }?
      .key
    let certificates = try LabCertificates(directory: shared)
    if isOpen, !certificates.has(host ?? serverName) { return nil }
    let pem = try certificates.read(host ?? serverName)
    let recorder = system.recorder
    do throws(TLSError) {
      return try TLSContext(trusting: pem, version: version) { recorder.write(secrets: $0 + "\n") }
    } catch {
      throw RoleError("TLS to \(to): \(error.description)")
    }
  }

  /// The host in `to`, as written.
  var serverName: String { String(text("to").prefix { $0 != ":" }) }
}
