import Bytes

extension FrameDissector {
  mutating func arp(_ reader: inout Reader) {
    let start = reader.position
    let layer = tree.open(ARPField.arp, at: start)
    note("arp")
    tree.protocolName = "ARP"
    do throws(ReadError) {
      let hardware = try tree.read(ARPField.hardwareType, UInt16.self, from: &reader)
      let proto = try tree.read(ARPField.protocolType, UInt16.self, from: &reader)
      let hardwareSize = try tree.read(ARPField.hardwareSize, UInt8.self, from: &reader)
      let protocolSize = try tree.read(ARPField.protocolSize, UInt8.self, from: &reader)
      let opcode = try tree.read(ARPField.opcode, UInt16.self, from: &reader)
      guard hardware == 1 || hardware == 6, proto == 0x0800, hardwareSize == 6, protocolSize == 4 else {
        tree.close(layer, end: reader.position)
        tree.info = "ARP of other addresses than those of Ethernet and IPv4"
        return data(&reader)
      }
      try reader.require(20)
      let senderCard = try card(reader, 0)
      let sender = IPv4Address(try reader.peek(UInt32.self, at: 6))
      let targetCard = try card(reader, 10)
      let target = IPv4Address(try reader.peek(UInt32.self, at: 16))
      let isOwn = opcode < 3 && sender == target
      let isProbe = opcode == 1 && sender == IPv4Address(0)
      let isAnnouncement = isOwn && opcode == 1
      if isOwn { tree.add(ARPField.isGratuitous, 1, at: start, 0) }
      if isProbe { tree.add(ARPField.isProbe, 1, at: start, 0) }
      if isAnnouncement { tree.add(ARPField.isAnnouncement, 1, at: start, 0) }
      tree.add(ARPField.senderHardware, senderCard.value, at: reader.position, 6)
      tree.add(ARPField.senderProtocol, UInt64(sender.value), at: reader.position + 6, 4)
      tree.add(ARPField.targetHardware, targetCard.value, at: reader.position + 10, 6)
      tree.add(ARPField.targetProtocol, UInt64(target.value), at: reader.position + 16, 4)
      try reader.skip(20)
      let name =
        isProbe
        ? "ARP Probe"
        : isAnnouncement
          ? "ARP Announcement"
          : (arpOpcodeName(UInt64(opcode)) ?? "opcode \(opcode)") + (isOwn ? "/gratuitous ARP" : "")
      tree.retitle(layer, "Address Resolution Protocol (\(name))")
      if opcode == 3 || opcode == 4 { tree.protocolName = "RARP" }
      switch opcode {
      case 1 where isProbe: tree.info = "Who has \(target)? (ARP Probe)"
      case 1 where isOwn: tree.info = "ARP Announcement for \(target)"
      case 1: tree.info = "Who has \(target)? Tell \(sender)"
      case 2 where isOwn: tree.info = "Gratuitous ARP for \(target) (Reply)"
      case 2: tree.info = "\(sender) is at \(senderCard)"
      case 3: tree.info = "Who is \(targetCard)? Tell \(senderCard)"
      case 4: tree.info = "\(targetCard) is at \(target)"
      default: tree.info = "Unknown ARP opcode 0x\(hex(UInt64(opcode), 4))"
      }
    } catch {
      unreadable("ARP/RARP")
    }
    tree.close(layer, end: reader.position)
  }
}

func arpOpcodeName(_ opcode: UInt64) -> String? {
  switch opcode {
  case 1: "request"
  case 2: "reply"
  case 3: "reverse request"
  case 4: "reverse reply"
  default: nil
  }
}
