import CLinux
import Glibc

/// A folder in memory that the processes of one lab share and nobody else sees, and the lab's own /etc/hosts and
/// /etc/resolv.conf. It goes with the lab's mount namespace.
enum SharedFolder {
  /// Where it is: an existing folder that programs have no use for; its own content is hidden from the lab only.
  private static let places = ["/mnt", "/media", "/srv"]

  /// Makes the folder, names it in BACKLAB_SHARED, and puts the hosts' names into /etc/hosts; the resolver's
  /// configuration becomes empty, so that nothing waits for a name server. Returns what could not be done, in words.
  static func make(_ hosts: [LabHost]) -> String? {
    guard let place = places.first(where: { unsafe access($0, F_OK) == 0 }) else {
      return "there is none of the folders \(places.joined(separator: ", ")) to mount the lab's own files on"
    }
    guard unsafe clinux_private_folder(place) == 0 else {
      return "the lab's folder can't be mounted on \(place): \(Descriptor.errorText())"
    }
    unsafe setenv("BACKLAB_SHARED", place, 1)
    let names = hosts.flatMap { host in host.addresses.map { "\($0)\t\(host.name)\n" } }.joined()
    for (file, text) in [("hosts", "127.0.0.1\tlocalhost\n" + names), ("resolv.conf", "")] {
      guard Descriptor.create("\(place)/\(file)", text),
        unsafe clinux_mount_over("\(place)/\(file)", "/etc/\(file)") == 0
      else { return "/etc/\(file) of the lab can't be made: \(Descriptor.errorText())" }
    }
    return nil
  }
}
