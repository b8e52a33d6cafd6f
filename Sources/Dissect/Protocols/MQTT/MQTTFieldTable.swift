/// MQTT 3.1.1 and 5.0.
public enum MQTTField: UInt8, Dissected {
  case mqtt, headerFlags, messageType, headerReserved, duplicate, qos, retain, length
  case protocolLength, protocolName, version, connectFlags, hasUser, hasPassword, willRetain
  case willQoS, hasWill, cleanSession, connectReserved, keepAlive, clientLength, client
  case willTopicLength, willTopic, willLength, willMessage, userLength, user, passwordLength
  case password, acknowledgeFlags, acknowledgeReserved, sessionPresent, returnCode, messageID
  case topicLength, topic, message, requestedQoS, grantedQoS, options, optionsReserved
  case optionsRetain, optionsAsPublished, optionsNoLocal, optionsQoS, connectReason, publishReason
  case receivedReason, releaseReason, completeReason, subscribeReason, unsubscribeReason
  case disconnectReason, authReason, properties, willProperties, propertyLength, propertyID
  case propertyNumber, contentType, maximumQoS, topicAlias, propertyTextLength, propertyText
  case propertyKeyLength, propertyKey, propertyValueLength, propertyValue, propertyUnknown
  case malformed, unread, assumed

  /// MQTT.
  public static let layer = Layer.mqtt
  /// What the field is.
  public var info: FieldInfo {
    switch self {
    case .mqtt:
      FieldInfo(
        "mqtt", "MQ Telemetry Transport Protocol", .heading, "Messages under topics, handed out by a broker.",
        "MQTT 5.0")
    case .headerFlags:
      FieldInfo(
        "mqtt.hdrflags", "Header Flags", .hex(bits: 8), "What kind of packet it is, and flags.",
        "MQTT 5.0 section 2.1")
    case .messageType:
      FieldInfo(
        "mqtt.msgtype", "Message Type", .decimal(bits: 8), mask: 0xF0, "What kind of packet it is.",
        "MQTT 5.0 section 2.1.2", values: { mqttType($0) })
    case .headerReserved:
      FieldInfo(
        "mqtt.hdr_reserved", "Reserved", .decimal(bits: 8), mask: 0x0F, "Fixed for each kind.",
        "MQTT 5.0 section 2.1.3")
    case .duplicate:
      FieldInfo(
        "mqtt.dupflag", "DUP Flag", .flag, mask: 0x08, "Whether it was sent before.",
        "MQTT 5.0 section 3.3.1.1")
    case .qos:
      FieldInfo(
        "mqtt.qos", "QoS Level", .decimal(bits: 8), mask: 0x06,
        "How surely it arrives: 0 at most once, 1 at least once, 2 exactly once.", "MQTT 5.0 section 4.3",
        values: { mqttQoS($0) })
    case .retain:
      FieldInfo(
        "mqtt.retain", "Retain", .flag, mask: 0x01,
        "Whether the broker keeps it for those who subscribe later.", "MQTT 5.0 section 3.3.1.3")
    case .length:
      FieldInfo(
        "mqtt.len", "Msg Len", .decimal(bits: 64), "Octets behind the length.", "MQTT 5.0 section 2.1.4")
    case .protocolLength:
      FieldInfo(
        "mqtt.proto_len", "Protocol Name Length", .decimal(bits: 16), "Octets.", "MQTT 5.0 section 3.1.2.1")
    case .protocolName:
      FieldInfo("mqtt.protoname", "Protocol Name", .text, "MQTT.", "MQTT 5.0 section 3.1.2.1")
    case .version:
      FieldInfo(
        "mqtt.ver", "Version", .decimal(bits: 8), "3, 4 (3.1.1) or 5.", "MQTT 5.0 section 3.1.2.2",
        values: { mqttVersion($0) })
    case .connectFlags:
      FieldInfo(
        "mqtt.conflags", "Connect Flags", .hex(bits: 8), "What the packet holds.", "MQTT 5.0 section 3.1.2.3")
    case .hasUser:
      FieldInfo(
        "mqtt.conflag.uname", "User Name Flag", .flag, mask: 0x80, "Whether there is a user.",
        "MQTT 5.0 section 3.1.2.8")
    case .hasPassword:
      FieldInfo(
        "mqtt.conflag.passwd", "Password Flag", .flag, mask: 0x40, "Whether there is a password.",
        "MQTT 5.0 section 3.1.2.9")
    case .willRetain:
      FieldInfo(
        "mqtt.conflag.retain", "Will Retain", .flag, mask: 0x20, "Whether the last will is kept.",
        "MQTT 5.0 section 3.1.2.7")
    case .willQoS:
      FieldInfo(
        "mqtt.conflag.qos", "QoS Level", .decimal(bits: 8), mask: 0x18, "How surely the last will arrives.",
        "MQTT 5.0 section 3.1.2.6", values: { mqttQoS($0) })
    case .hasWill:
      FieldInfo(
        "mqtt.conflag.willflag", "Will Flag", .flag, mask: 0x04,
        "Whether there is a last will: what the broker publishes when the client is gone without a word.",
        "MQTT 5.0 section 3.1.2.5")
    case .cleanSession:
      FieldInfo(
        "mqtt.conflag.cleansess", "Clean Session Flag", .flag, mask: 0x02,
        "Whether what is known of the client is forgotten.", "MQTT 5.0 section 3.1.2.4")
    case .connectReserved:
      FieldInfo("mqtt.conflag.reserved", "(Reserved)", .flag, mask: 0x01, "Zero.", "MQTT 5.0 section 3.1.2.3")
    case .keepAlive:
      FieldInfo(
        "mqtt.kalive", "Keep Alive", .decimal(bits: 16),
        "Seconds in which the client says something, half as many more and the broker closes.",
        "MQTT 5.0 section 3.1.2.10")
    case .clientLength:
      FieldInfo(
        "mqtt.clientid_len", "Client ID Length", .decimal(bits: 16), "Octets.", "MQTT 5.0 section 3.1.3.1")
    case .client:
      FieldInfo(
        "mqtt.clientid", "Client ID", .text, "Who the client is; a second one of that name ends the first.",
        "MQTT 5.0 section 3.1.3.1")
    case .willTopicLength:
      FieldInfo(
        "mqtt.willtopic_len", "Will Topic Length", .decimal(bits: 16), "Octets.", "MQTT 5.0 section 3.1.3.3")
    case .willTopic:
      FieldInfo(
        "mqtt.willtopic", "Will Topic", .text, "Where the last will is published.", "MQTT 5.0 section 3.1.3.3"
      )
    case .willLength:
      FieldInfo(
        "mqtt.willmsg_len", "Will Message Length", .decimal(bits: 16), "Octets.", "MQTT 5.0 section 3.1.3.4")
    case .willMessage:
      FieldInfo("mqtt.willmsg", "Will Message", .bytes, "The last will.", "MQTT 5.0 section 3.1.3.4")
    case .userLength:
      FieldInfo(
        "mqtt.username_len", "User Name Length", .decimal(bits: 16), "Octets.", "MQTT 5.0 section 3.1.3.5")
    case .user: FieldInfo("mqtt.username", "User Name", .text, "The user.", "MQTT 5.0 section 3.1.3.5")
    case .passwordLength:
      FieldInfo(
        "mqtt.passwd_len", "Password Length", .decimal(bits: 16), "Octets.", "MQTT 5.0 section 3.1.3.6")
    case .password:
      FieldInfo(
        "mqtt.passwd", "Password", .text, "The password, hidden by TLS alone.", "MQTT 5.0 section 3.1.3.6")
    case .acknowledgeFlags:
      FieldInfo("mqtt.conack.flags", "Acknowledge Flags", .hex(bits: 8), "Flags.", "MQTT 5.0 section 3.2.2.1")
    case .acknowledgeReserved:
      FieldInfo(
        "mqtt.conack.flags.reserved", "Reserved", .flag, mask: 0xFE, "Zero.", "MQTT 5.0 section 3.2.2.1")
    case .sessionPresent:
      FieldInfo(
        "mqtt.conack.flags.sp", "Session Present", .flag, mask: 0x01,
        "Whether the broker still knows the client's subscriptions.", "MQTT 5.0 section 3.2.2.1.1")
    case .returnCode:
      FieldInfo(
        "mqtt.conack.val", "Return Code", .decimal(bits: 8), "Whether the broker takes the client.",
        "MQTT 3.1.1 section 3.2.2.3", values: { mqttReturnCode($0) })
    case .messageID:
      FieldInfo(
        "mqtt.msgid", "Message Identifier", .decimal(bits: 16), "A number that the acknowledgment repeats.",
        "MQTT 5.0 section 2.2.1")
    case .topicLength:
      FieldInfo("mqtt.topic_len", "Topic Length", .decimal(bits: 16), "Octets.", "MQTT 5.0 section 4.7")
    case .topic:
      FieldInfo(
        "mqtt.topic", "Topic", .text,
        "Under which name; subscribers may put + for a level and # for all below.", "MQTT 5.0 section 4.7")
    case .message: FieldInfo("mqtt.msg", "Message", .bytes, "What is published.", "MQTT 5.0 section 3.3.3")
    case .requestedQoS:
      FieldInfo(
        "mqtt.sub.qos", "Requested QoS", .decimal(bits: 8), "How surely messages shall arrive.",
        "MQTT 3.1.1 section 3.8.3", values: { mqttQoS($0) })
    case .grantedQoS:
      FieldInfo(
        "mqtt.suback.qos", "Granted QoS", .decimal(bits: 8), "How surely they will; 128 for not at all.",
        "MQTT 3.1.1 section 3.9.3", values: { mqttQoS($0) })
    case .options:
      FieldInfo(
        "mqtt.subscription_options", "Subscription Options", .hex(bits: 8), "How messages shall come.",
        "MQTT 5.0 section 3.8.3.1")
    case .optionsReserved:
      FieldInfo(
        "mqtt.subscription_options_reserved", "Reserved", .hex(bits: 8), mask: 0xC0, "Zero.",
        "MQTT 5.0 section 3.8.3.1")
    case .optionsRetain:
      FieldInfo(
        "mqtt.subscription_options_retain", "Retain Handling", .decimal(bits: 8), mask: 0x30,
        "Whether kept messages come at once.", "MQTT 5.0 section 3.8.3.1")
    case .optionsAsPublished:
      FieldInfo(
        "mqtt.subscription_options_rap", "Retain As Published", .flag, mask: 0x08,
        "Whether they keep their flag.", "MQTT 5.0 section 3.8.3.1")
    case .optionsNoLocal:
      FieldInfo(
        "mqtt.subscription_options_nl", "No Local", .flag, mask: 0x04,
        "Whether the client's own messages stay away.", "MQTT 5.0 section 3.8.3.1")
    case .optionsQoS:
      FieldInfo(
        "mqtt.subscription_options_qos", "QoS", .decimal(bits: 8), mask: 0x03,
        "How surely they arrive at most.", "MQTT 5.0 section 3.8.3.1", values: { mqttQoS($0) })
    case .connectReason:
      FieldInfo(
        "mqtt.connack.reason_code", "Reason Code", .decimal(bits: 8), "How it went.",
        "MQTT 5.0 section 3.2.2.2", values: { mqttReason($0) })
    case .publishReason:
      FieldInfo(
        "mqtt.puback.reason_code", "Reason Code", .decimal(bits: 8), "How it went.",
        "MQTT 5.0 section 3.4.2.1", values: { mqttReason($0) })
    case .receivedReason:
      FieldInfo(
        "mqtt.pubrec.reason_code", "Reason Code", .decimal(bits: 8), "How it went.",
        "MQTT 5.0 section 3.5.2.1", values: { mqttReason($0) })
    case .releaseReason:
      FieldInfo(
        "mqtt.pubrel.reason_code", "Reason Code", .decimal(bits: 8), "How it went.",
        "MQTT 5.0 section 3.6.2.1", values: { mqttReason($0) })
    case .completeReason:
      FieldInfo(
        "mqtt.pubcomp.reason_code", "Reason Code", .decimal(bits: 8), "How it went.",
        "MQTT 5.0 section 3.7.2.1", values: { mqttReason($0) })
    case .subscribeReason:
      FieldInfo(
        "mqtt.suback.reason_code", "Reason Code", .decimal(bits: 8), "How it went.", "MQTT 5.0 section 3.9.3",
        values: { mqttGranted($0) })
    case .unsubscribeReason:
      FieldInfo(
        "mqtt.unsuback.reason_code", "Reason Code", .decimal(bits: 8), "How it went.",
        "MQTT 5.0 section 3.11.3", values: { mqttReason($0) })
    case .disconnectReason:
      FieldInfo(
        "mqtt.disconnect.reason_code", "Reason Code", .decimal(bits: 8), "Why.", "MQTT 5.0 section 3.14.2.1",
        values: { mqttReason($0) })
    case .authReason:
      FieldInfo(
        "mqtt.auth.reason_code", "Reason Code", .decimal(bits: 8), "What comes next.",
        "MQTT 5.0 section 3.15.2.1", values: { mqttReason($0) })
    case .properties:
      FieldInfo("mqtt.properties", "Properties", .heading, "What else is said.", "MQTT 5.0 section 2.2.2")
    case .willProperties:
      FieldInfo(
        "mqtt.will_properties", "Will Properties", .heading, "What else is said of the last will.",
        "MQTT 5.0 section 3.1.3.2")
    case .propertyLength:
      FieldInfo(
        "mqtt.property_len", "Total Length", .decimal(bits: 64), "Octets of them.", "MQTT 5.0 section 2.2.2.1"
      )
    case .propertyID:
      FieldInfo(
        "mqtt.property_id", "ID", .hex(bits: 8), "Which.", "MQTT 5.0 section 2.2.2.2",
        values: { mqttProperty($0) })
    case .propertyNumber:
      FieldInfo("mqtt.prop_number", "Value", .decimal(bits: 32), "Its value.", "MQTT 5.0 section 2.2.2.2")
    case .contentType:
      FieldInfo(
        "mqtt.property.content_type", "Content Type", .text, "What the message is.",
        "MQTT 5.0 section 3.3.2.3.9")
    case .maximumQoS:
      FieldInfo(
        "mqtt.property.max_qos", "QoS", .decimal(bits: 8), "The surest that the broker offers.",
        "MQTT 5.0 section 3.2.2.3.4", values: { mqttQoS($0) })
    case .topicAlias:
      FieldInfo(
        "mqtt.property.topic_alias", "Topic Alias", .decimal(bits: 16),
        "A number that stands for the topic from now on.", "MQTT 5.0 section 3.3.2.3.4")
    case .propertyTextLength:
      FieldInfo("mqtt.prop_string_len", "Length", .decimal(bits: 32), "Octets.", "MQTT 5.0 section 1.5.4")
    case .propertyText: FieldInfo("mqtt.prop_string", "Value", .text, "Its value.", "MQTT 5.0 section 1.5.4")
    case .propertyKeyLength:
      FieldInfo("mqtt.prop_key_len", "Key Length", .decimal(bits: 32), "Octets.", "MQTT 5.0 section 1.5.7")
    case .propertyKey:
      FieldInfo("mqtt.prop_key", "Key", .text, "A name that the two agreed on.", "MQTT 5.0 section 1.5.7")
    case .propertyValueLength:
      FieldInfo(
        "mqtt.prop_value_len", "Value Length", .decimal(bits: 32), "Octets.", "MQTT 5.0 section 1.5.7")
    case .propertyValue: FieldInfo("mqtt.prop_value", "Value", .text, "Its value.", "MQTT 5.0 section 1.5.7")
    case .propertyUnknown:
      FieldInfo(
        "mqtt.prop_unknown", "Unknown Property", .text, "One that is not known: what follows can't be read.",
        "MQTT 5.0 section 2.2.2.2")
    case .malformed:
      FieldInfo(
        "backlab.mqtt.malformed", "Malformed", .text, "What can't be read, and why.", "MQTT 5.0 section 4.13")
    case .assumed:
      FieldInfo(
        "backlab.mqtt.undecoded", "Not known", .text, "Why properties of version 5 would not be found.",
        "MQTT 5.0 section 3.1.2.2")
    case .unread:
      FieldInfo(
        "backlab.mqtt.unread", "More octets", .bytes, "Octets that the packet should not have.",
        "MQTT 5.0 section 4.13")
    }
  }
}
