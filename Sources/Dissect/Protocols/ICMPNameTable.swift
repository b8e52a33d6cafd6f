/// Names of ICMP's types, as Wireshark words them.
func icmpTypeName(_ type: UInt64) -> String? {
  switch type {
  case 0: "Echo (ping) reply"
  case 1, 2: "Reserved"
  case 3: "Destination unreachable"
  case 4: "Source quench (flow control)"
  case 5: "Redirect"
  case 6: "Alternate host address"
  case 8: "Echo (ping) request"
  case 9: "Mobile IP Advertisement"
  case 10: "Router solicitation"
  case 11: "Time-to-live exceeded"
  case 12: "Parameter problem"
  case 13: "Timestamp request"
  case 14: "Timestamp reply"
  case 15: "Information request"
  case 16: "Information reply"
  case 17: "Address mask request"
  case 18: "Address mask reply"
  case 19: "Reserved (for security)"
  case 30: "Traceroute"
  case 31: "Datagram Conversion Error"
  case 32: "Mobile Host Redirect"
  case 33: "IPv6 Where-Are-You"
  case 34: "IPv6 I-Am-Here"
  case 35: "Mobile Registration Request"
  case 36: "Mobile Registration Reply"
  case 37: "Domain Name Request"
  case 38: "Domain Name Reply"
  case 39: "SKIP"
  case 40: "Photuris"
  case 41: "Experimental mobility protocols"
  case 42: "Extended Echo request"
  case 43: "Extended Echo reply"
  default: nil
  }
}

/// Whether the codes of a type have names.
func icmpHasCodes(_ type: UInt8) -> Bool { [3, 5, 6, 9, 11, 12, 40, 42, 43].contains(type) }

/// Names of codes by type.
func icmpCodeName(_ type: UInt64, _ code: UInt64) -> String? {
  switch (type, code) {
  case (3, 0): "Network unreachable"
  case (3, 1): "Host unreachable"
  case (3, 2): "Protocol unreachable"
  case (3, 3): "Port unreachable"
  case (3, 4): "Fragmentation needed"
  case (3, 5): "Source route failed"
  case (3, 6): "Destination network unknown"
  case (3, 7): "Destination host unknown"
  case (3, 8): "Source host isolated"
  case (3, 9): "Network administratively prohibited"
  case (3, 10): "Host administratively prohibited"
  case (3, 11): "Network unreachable for TOS"
  case (3, 12): "Host unreachable for TOS"
  case (3, 13): "Communication administratively filtered"
  case (3, 14): "Host precedence violation"
  case (3, 15): "Precedence cutoff in effect"
  case (5, 0): "Redirect for network"
  case (5, 1): "Redirect for host"
  case (5, 2): "Redirect for TOS and network"
  case (5, 3): "Redirect for TOS and host"
  case (6, 0): "Alternate address for host"
  case (9, 0): "Normal router advertisement"
  case (9, 16): "Does not route common traffic"
  case (11, 0): "Time to live exceeded in transit"
  case (11, 1): "Fragment reassembly time exceeded"
  case (12, 0): "Pointer indicates the error"
  case (12, 1): "Required option missing"
  case (12, 2): "Bad length"
  case (40, 0): "Bad SPI"
  case (40, 1): "Authentication Failed"
  case (40, 2): "Decompression Failed"
  case (40, 3): "Decryption Failed"
  case (40, 4): "Need Authentication"
  case (40, 5): "Need Authorization"
  case (42, 0), (43, 0): "No error"
  default: nil
  }
}

/// Names of ICMPv6's types, as Wireshark words them.
func icmpv6TypeName(_ type: UInt64) -> String? {
  switch type {
  case 1: "Destination Unreachable"
  case 2: "Packet Too Big"
  case 3: "Time Exceeded"
  case 4: "Parameter Problem"
  case 100, 101, 200, 201: "Private experimentation"
  case 127: "Reserved for expansion of ICMPv6 error messages"
  case 128: "Echo (ping) request"
  case 129: "Echo (ping) reply"
  case 130: "Multicast Listener Query"
  case 131: "Multicast Listener Report"
  case 132: "Multicast Listener Done"
  case 133: "Router Solicitation"
  case 134: "Router Advertisement"
  case 135: "Neighbor Solicitation"
  case 136: "Neighbor Advertisement"
  case 137: "Redirect"
  case 138: "Router Renumbering"
  case 139: "Node Information Query"
  case 140: "Node Information Reply"
  case 141: "Inverse Neighbor Discovery Solicitation"
  case 142: "Inverse Neighbor Discovery Advertisement"
  case 143: "Multicast Listener Report Message v2"
  case 144: "Home Agent Address Discovery Request"
  case 145: "Home Agent Address Discovery Reply"
  case 146: "Mobile Prefix Solicitation"
  case 147: "Mobile Prefix Advertisement"
  case 148: "Certification Path Solicitation"
  case 149: "Certification Path Advertisement"
  case 150: "Experimental Mobility"
  case 151: "Multicast Router Advertisement"
  case 152: "Multicast Router Solicitation"
  case 153: "Multicast Router Termination"
  case 154: "FMIPv6"
  case 155: "RPL Control"
  case 156: "Locator Update"
  case 157: "Duplicate Address Request"
  case 158: "Duplicate Address Confirmation"
  case 159: "MPL Control Message"
  case 160: "Extended Echo request"
  case 161: "Extended Echo reply"
  case 255: "Reserved for expansion of ICMPv6 informational messages"
  default: nil
  }
}

/// Names of codes by type.
func icmpv6CodeName(_ type: UInt64, _ code: UInt64) -> String? {
  switch (type, code) {
  case (1, 0): "no route to destination"
  case (1, 1): "Administratively prohibited"
  case (1, 2): "Beyond scope of source address"
  case (1, 3): "Address unreachable"
  case (1, 4): "Port unreachable"
  case (1, 5): "Source address failed ingress/egress policy"
  case (1, 6): "Reject route to destination"
  case (1, 7): "Error in Source Routing Header"
  case (3, 0): "hop limit exceeded in transit"
  case (3, 1): "fragment reassembly time exceeded"
  case (4, 0): "erroneous header field encountered"
  case (4, 1): "unrecognized Next Header type encountered"
  case (4, 2): "unrecognized IPv6 option encountered"
  case (4, 3): "IPv6 First Fragment has incomplete IPv6 Header Chain"
  default: nil
  }
}
