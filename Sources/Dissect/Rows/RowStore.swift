import Bytes
import Session

/// What is known of a frame without looking at its octets.
struct FrameFacts {
  /// Its number among all rows, from 1.
  var row: Int
  /// Nanoseconds since the epoch; nil when the capture has no stamp.
  var time: Int64?
  var linkType: UInt16
  var interface: Int, section: Int
  /// Octets captured, and octets on the wire.
  var captured: Int, original: Int
  var flags: UInt32?
  var packetID: UInt64?
  var comments: [String] = []
}

/// All rows by number, with as few octets a row as will do: the octets of frames stay in their file where there is one.
final class RowStore {
  /// Where the frames of one interface come from.
  private struct Origin: Hashable {
    var interface: Int, section: Int
    var linkType: UInt16
  }
  /// What few frames have.
  private struct Extra {
    var flags: UInt32?
    var packetID: UInt64?
    var comments: [String]
  }
  private static let noTime = Int64.min
  /// Marks a place in `records` instead of the file.
  private static let inMemory: UInt64 = 1 << 63

  /// By row, from 0: the time, and the origin (15 bits) with the offset in the file or the index in `records` (48 bits).
  private var times: [Int64] = []
  private var places: [UInt64] = []
  /// Octets captured.
  private var lengths: [UInt32] = []
  /// What the conversations know of the row: an index plus one, with the high bit for a datagram; 0 for nothing.
  private var links: [UInt32] = []
  private var originals: [Int: Int] = [:]
  private var extras: [Int: Extra] = [:]
  private var records: [Record] = []
  private var origins: [Origin] = []
  private var originPlaces: [Origin: Int] = [:]
  /// The place of one has 15 bits.
  private static let lastOrigin = 0x7FFF
  private var last = 0
  /// The file whose frames stay in it.
  var windows: CaptureWindows?
  /// Packets that came in pieces.
  var assembled = AssembledRows()

  /// Makes room for rows, so that what is there is not copied each time that it grows. Room that no row takes costs no memory.
  func reserve(_ rows: Int) {
    times.reserveCapacity(rows)
    places.reserveCapacity(rows)
    lengths.reserveCapacity(rows)
    links.reserveCapacity(rows)
  }

  /// Rows so far.
  var count: Int { places.count }

  /// Adds a frame whose octets stay in the file.
  func append(_ header: FrameHeader, captured: Int) {
    let origin = origin(
      Origin(interface: header.interface, section: header.section, linkType: header.linkType))
    if header.originalLength != captured { originals[places.count] = header.originalLength }
    add(header.time, UInt64(origin) << 48 | UInt64(header.offset), captured)
  }

  /// Adds a row that is kept in memory, but for a frame that the file holds.
  func append(_ record: Record) {
    guard case .frame(let frame) = record, windows != nil, let offset = frame.offset else {
      let row = Row(number: 0, record: record)
      records.append(record)
      let captured = if case .frame(let frame) = record { frame.bytes.count } else { 0 }
      return add(row.time, Self.inMemory | UInt64(records.count - 1), captured)
    }
    if frame.flags != nil || frame.packetID != nil || !frame.comments.isEmpty {
      extras[places.count] = Extra(flags: frame.flags, packetID: frame.packetID, comments: frame.comments)
    }
    append(
      FrameHeader(
        interface: frame.interface, section: frame.section, time: frame.time, linkType: frame.linkType,
        originalLength: frame.originalLength, offset: offset), captured: frame.bytes.count)
  }

  private func add(_ time: Timestamp?, _ place: UInt64, _ captured: Int) {
    times.append(time?.nanoseconds ?? Self.noTime)
    places.append(place)
    lengths.append(UInt32(clamping: captured))
    links.append(0)
  }

  private func origin(_ one: Origin) -> Int {
    if last < origins.count, origins[last] == one { return last }
    if let known = originPlaces[one] {
      last = known
    } else if origins.count <= Self.lastOrigin {
      last = origins.count
      originPlaces[one] = last
      origins.append(one)
    } else {
      // More interfaces than any machine has share one place: their names are lost, nothing else.
      last = Self.lastOrigin
    }
    return last
  }

  /// Says which TCP segment, of those that the conversations count, the last row holds.
  func setSegment(_ index: Int) {
    links[links.count - 1] = UInt32(truncatingIfNeeded: index + 1) & 0x7FFF_FFFF
  }

  /// Says the same of a datagram.
  func setDatagram(_ index: Int) {
    links[links.count - 1] = UInt32(truncatingIfNeeded: index + 1) | 0x8000_0000
  }

  /// The segment in a row (from 1); nil when it holds none.
  func segment(_ row: Int) -> Int? {
    let link = links[row - 1]
    return link == 0 || link >> 31 == 1 ? nil : Int(link) - 1
  }

  /// The datagram in a row (from 1); nil when it holds none.
  func datagram(_ row: Int) -> Int? {
    let link = links[row - 1]
    return link >> 31 == 1 ? Int(link & 0x7FFF_FFFF) - 1 : nil
  }

  /// When a row (from 1) was; nil without a stamp.
  func time(_ row: Int) -> Int64? {
    let time = times[row - 1]
    return time == Self.noTime ? nil : time
  }

  /// When the last row up to one (from 1) was that has a stamp, in nanoseconds; 0 when none has. What follows a row
  /// without a stamp is timed from there.
  func lastTime(upTo row: Int) -> Int64 {
    var row = row
    while row > 0, times[row - 1] == Self.noTime { row -= 1 }
    return row > 0 ? times[row - 1] : 0
  }

  /// The interface and the section of a row (from 1); nil when it is no frame.
  func interface(_ row: Int) -> (number: Int, section: Int)? {
    let place = places[row - 1]
    guard place & Self.inMemory != 0 else {
      let origin = origins[Int(place >> 48)]
      return (origin.interface, origin.section)
    }
    guard case .frame(let frame) = records[Int(place & ~Self.inMemory)] else { return nil }
    return (frame.interface, frame.section)
  }

  /// Whether a row (from 1) is a frame.
  func isFrame(_ row: Int) -> Bool {
    guard places[row - 1] & Self.inMemory != 0 else { return true }
    if case .frame = records[Int(places[row - 1] & ~Self.inMemory)] { return true }
    return false
  }

  /// The record of a row (from 1), read again if need be.
  func record(_ row: Int) -> Record {
    let place = places[row - 1]
    if place & Self.inMemory != 0 { return records[Int(place & ~Self.inMemory)] }
    return withFrame(row) { facts, octets in
      var frame = Frame(
        interface: facts.interface, section: facts.section,
        time: facts.time.map { Timestamp(nanoseconds: $0) }, linkType: facts.linkType,
        originalLength: facts.original, flags: facts.flags, packetID: facts.packetID,
        comments: facts.comments,
        bytes: octets.copied())
      frame.offset = Int64(place & 0xFFFF_FFFF_FFFF)
      return .frame(frame)
    }
  }

  /// Gives `body` a row (from 1) that is a frame, and its octets.
  func withFrame<R>(_ row: Int, _ body: (FrameFacts, RawSpan) -> R) -> R {
    let place = places[row - 1]
    if place & Self.inMemory != 0 {
      guard case .frame(let frame) = records[Int(place & ~Self.inMemory)] else {
        preconditionFailure("row \(row) is no frame")
      }
      let facts = FrameFacts(
        row: row, time: frame.time?.nanoseconds, linkType: frame.linkType, interface: frame.interface,
        section: frame.section, captured: frame.bytes.count, original: frame.originalLength,
        flags: frame.flags,
        packetID: frame.packetID, comments: frame.comments)
      return body(facts, frame.bytes.raw)
    }
    let origin = origins[Int(place >> 48)]
    let captured = Int(lengths[row - 1])
    var facts = FrameFacts(
      row: row, time: time(row), linkType: origin.linkType, interface: origin.interface,
      section: origin.section, captured: captured, original: captured)
    if !originals.isEmpty { facts.original = originals[row - 1] ?? captured }
    if !extras.isEmpty, let extra = extras[row - 1] {
      (facts.flags, facts.packetID, facts.comments) = (extra.flags, extra.packetID, extra.comments)
    }
    guard let windows else { preconditionFailure("row \(row) stands in no file") }
    return windows.with(Int64(place & 0xFFFF_FFFF_FFFF), captured) { body(facts, $0) }
  }
}

/// The rows of an analysis; row number n is the element n - 1. Each is made when it is asked for.
public struct Rows: RandomAccessCollection {
  let store: RowStore
  /// 0.
  public var startIndex: Int { 0 }
  /// How many there are.
  public var endIndex: Int { store.count }
  /// A row by its index: its number minus one.
  public subscript(index: Int) -> Row { Row(number: index + 1, record: store.record(index + 1)) }
}
