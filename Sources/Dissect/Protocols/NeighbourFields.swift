extension ICMPv6Field {
  /// Routers, redirects and groups: RFC 4861, RFC 2710, RFC 3810.
  var discovery: FieldInfo {
    func field(
      _ name: String, _ title: String, _ type: FieldType, _ meaning: String, _ source: String,
      mask: UInt64 = 0
    ) -> FieldInfo { FieldInfo("icmpv6.\(name)", title, type, mask: mask, meaning, source) }
    let router = "RFC 4861 section 4.2"
    let redirect = "RFC 4861 section 4.5"
    let query = "RFC 3810 section 5.1"
    let report = "RFC 3810 section 5.2"
    switch self {
    case .raHopLimit:
      return field(
        "nd.ra.cur_hop_limit", "Cur hop limit", .decimal(bits: 8),
        "The hop limit that hosts should use; 0 says nothing.",
        router)
    case .raFlags:
      return field("nd.ra.flag", "Flags", .hex(bits: 8), "How hosts get their addresses.", router)
    case .raManaged:
      return field(
        "nd.ra.flag.m", "Managed address configuration", .flag, "Addresses come from DHCPv6.", router,
        mask: 0x80)
    case .raOther:
      return field(
        "nd.ra.flag.o", "Other configuration", .flag, "Other facts, such as name servers, come from DHCPv6.",
        router,
        mask: 0x40)
    case .raHomeAgent:
      return field(
        "nd.ra.flag.h", "Home Agent", .flag, "The router serves mobile nodes.", "RFC 6275 section 7.1",
        mask: 0x20)
    case .raPreference:
      return field(
        "nd.ra.flag.prf", "Prf (Default Router Preference)", .decimal(bits: 8),
        "Which of several routers to prefer.", "RFC 4191 section 2.2", mask: 0x18
      ).named { preferenceName($0) }
    case .raProxy:
      return field("nd.ra.flag.p", "Proxy", .flag, "A proxy sent it on.", "RFC 4389 section 4.1.3.3", mask: 4)
    case .raReserved:
      return field("nd.ra.flag.rsv", "Reserved", .decimal(bits: 8), "Must be zero.", router, mask: 3)
    case .raLifetime:
      return field(
        "nd.ra.router_lifetime", "Router lifetime (s)", .decimal(bits: 16),
        "How long the sender serves as default router; 0 says that it does not.", router)
    case .raReachable:
      return field(
        "nd.ra.reachable_time", "Reachable time (ms)", .decimal(bits: 32),
        "How long a neighbour counts as reachable after it was heard.", router)
    case .raRetransmit:
      return field(
        "nd.ra.retrans_timer", "Retrans timer (ms)", .decimal(bits: 32), "Time between two solicitations.",
        router)
    case .redirectTarget:
      return field("nd.rd.target_address", "Target Address", .ipv6, "The better first hop.", redirect)
    case .redirectDestination:
      return field(
        "rd.na.destination_address", "Destination Address", .ipv6, "Where the better hop leads.", redirect)
    case .responseDelay:
      return field(
        "mld.maximum_response_delay", "Maximum Response Delay [ms]", .decimal(bits: 16),
        "How long a listener may wait before it answers.", "RFC 2710 section 3.4")
    case .responseCode:
      return field(
        "mld.maximum_response_code", "Maximum Response Code", .decimal(bits: 16),
        "The same, in a form for large values.", query)
    case .multicastAddress:
      return field(
        "mld.multicast_address", "Multicast Address", .ipv6, "The group asked for; :: asks for all.", query)
    case .mldFlags: return field("mld.flag", "Flags", .hex(bits: 8), "How the querier works.", query)
    case .mldSuppress:
      return field(
        "mld.flag.s", "Suppress Router-Side Processing", .flag, "Routers leave their timers alone.", query,
        mask: 8
      ).named { $0 == 0 ? "False" : "True" }
    case .mldRobustness:
      return field(
        "mld.flag.qrv", "QRV (Querier's Robustness Variable)", .decimal(bits: 8),
        "How much loss is planned for.",
        query, mask: 7)
    case .mldReserved:
      return field("mld.flag.reserved", "Reserved", .decimal(bits: 8), "Must be zero.", query, mask: 0xF0)
    case .mldInterval:
      return field(
        "mld.qqi", "QQIC (Querier's Query Interval Code)", .decimal(bits: 8),
        "Seconds between two questions.", query)
    case .mldSources:
      return field("mld.nb_sources", "Number of Sources", .decimal(bits: 16), "Senders asked for.", query)
    case .mldSource: return field("mld.source_address", "Source Address", .ipv6, "A sender asked for.", query)
    case .recordCount:
      return field(
        "mldr.nb_mcast_records", "Number of Multicast Address Records", .decimal(bits: 16),
        "Groups that are told.",
        report)
    case .record: return field("mldr.mar", "Multicast Address Record", .heading, "A group.", report)
    case .recordType:
      return field(
        "mldr.mar.record_type", "Record Type", .decimal(bits: 8), "What changed, or what holds.", report
      ).named { recordTypeName($0) }
    case .recordExtra:
      return field(
        "mldr.mar.aux_data_len", "Aux Data Len", .decimal(bits: 8),
        "Words of four octets behind the senders.", report)
    case .recordSources:
      return field(
        "mldr.mar.nb_sources", "Number of Sources", .decimal(bits: 16), "Senders that are told.", report)
    case .recordAddress:
      return field("mldr.mar.multicast_address", "Multicast Address", .ipv6, "The group.", report)
    case .recordSource:
      return field("mldr.mar.source_address", "Source Address", .ipv6, "A sender to the group.", report)
    case .recordData:
      return field("mldr.mar.auxiliary_data", "Auxiliary Data", .bytes, "Of no use yet.", report)
    case .queryInterval:
      return field(
        "mcast_ra.query_interval", "Query Interval", .decimal(bits: 16), "Seconds between two questions.",
        "RFC 4286 section 3.2")
    default:
      return field(
        "mcast_ra.robustness_variable", "Robustness Variable", .decimal(bits: 16),
        "How much loss is planned for.",
        "RFC 4286 section 3.2")
    }
  }

  /// Options of neighbour discovery.
  var discoveryOption: FieldInfo {
    func field(
      _ name: String, _ title: String, _ type: FieldType, _ meaning: String, _ source: String,
      mask: UInt64 = 0
    ) -> FieldInfo { FieldInfo("icmpv6.opt.\(name)", title, type, mask: mask, meaning, source) }
    let options = "RFC 4861 section 4.6"
    let prefix = "RFC 4861 section 4.6.2"
    let route = "RFC 4191 section 2.3"
    switch self {
    case .sourceCard:
      return field(
        "src_linkaddr", "Source Link-layer address", .ether, "The sender's card.", "RFC 4861 section 4.6.1")
    case .targetCard:
      return field(
        "target_linkaddr", "Target Link-layer address", .ether, "The target's card.", "RFC 4861 section 4.6.1"
      )
    case .optionReserved: return field("reserved", "Reserved", .heading, "Must be zero.", options)
    case .optionMTU:
      return field(
        "mtu", "MTU", .decimal(bits: 32), "The MTU that the link's hosts should use.",
        "RFC 4861 section 4.6.4")
    case .optionPadding: return field("padding", "Padding", .heading, "Fills up to eight octets.", options)
    case .optionData:
      return FieldInfo(
        "backlab.icmpv6.option", "Data", .bytes, "The value of an option that is not known here.", options)
    case .prefixLength:
      return field("prefix.length", "Prefix Length", .decimal(bits: 8), "Bits of the prefix.", prefix)
    case .prefixFlags: return field("prefix.flag", "Flag", .hex(bits: 8), "What the prefix is for.", prefix)
    case .prefixOnLink:
      return field(
        "prefix.flag.l", "On-link flag(L)", .flag, "Its addresses are neighbours.", prefix, mask: 0x80)
    case .prefixAutonomous:
      return field(
        "prefix.flag.a", "Autonomous address-configuration flag(A)", .flag,
        "Hosts may make their own addresses with it.", prefix, mask: 0x40)
    case .prefixRouter:
      return field(
        "prefix.flag.r", "Router address flag(R)", .flag, "The prefix is a router's whole address.",
        "RFC 6275 section 7.2", mask: 0x20)
    case .prefixReserved:
      return field("prefix.flag.reserved", "Reserved", .decimal(bits: 8), "Must be zero.", prefix, mask: 0x1F)
    case .prefixValid:
      return field(
        "prefix.valid_lifetime", "Valid Lifetime", .decimal(bits: 32), "Seconds for which addresses work.",
        prefix)
    case .prefixPreferred:
      return field(
        "prefix.preferred_lifetime", "Preferred Lifetime", .decimal(bits: 32),
        "Seconds for which new connections may use them.", prefix)
    case .prefix: return field("prefix", "Prefix", .ipv6, "The network.", prefix)
    case .routeFlags: return field("route_info.flag", "Flag", .hex(bits: 8), "How good the route is.", route)
    case .routePreference:
      return field(
        "route_info.flag.route_preference", "Route Preference", .decimal(bits: 8),
        "Which of several routes to prefer.", route, mask: 0x18
      ).named { preferenceName($0) }
    case .routeReserved:
      return field(
        "route_info.flag.reserved", "Reserved", .decimal(bits: 8), "Must be zero.", route, mask: 0xE7)
    case .routeLifetime:
      return field(
        "route_lifetime", "Route Lifetime", .decimal(bits: 32), "Seconds for which the route holds.", route)
    case .serversLifetime:
      return field(
        "rdnss.lifetime", "Lifetime", .decimal(bits: 32), "Seconds for which the servers may be used.",
        "RFC 8106 section 5.1")
    case .server:
      return field("rdnss", "Recursive DNS Servers", .ipv6, "A name server.", "RFC 8106 section 5.1")
    case .searchLifetime:
      return field(
        "dnssl.lifetime", "Lifetime", .decimal(bits: 32), "Seconds for which the names may be used.",
        "RFC 8106 section 5.2")
    case .searchName:
      return field(
        "dnssl", "Domain Names", .text, "A domain to complete short names with.", "RFC 8106 section 5.2")
    case .nonce:
      return field("nonce", "Nonce", .bytes, "Joins an answer to its question.", "RFC 3971 section 5.3.2")
    default:
      return field(
        "redirected_packet", "Redirected Packet", .heading, "The packet that took the longer way.",
        "RFC 4861 section 4.6.3")
    }
  }
}

/// Preferences of routers and routes, RFC 4191 section 2.1.
func preferenceName(_ value: UInt64) -> String? {
  ["Medium", "High", "Reserved", "Low"][Int(value & 3)]
}

/// What a record of a listener's report says, RFC 3810 section 5.2.12.
func recordTypeName(_ type: UInt64) -> String? {
  switch type {
  case 1: "Include"
  case 2: "Exclude"
  case 3: "Changed to include"
  case 4: "Changed to exclude"
  case 5: "Allow new sources"
  case 6: "Block old sources"
  default: nil
  }
}
