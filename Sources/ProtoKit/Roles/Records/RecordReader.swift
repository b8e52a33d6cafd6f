import Bytes
import CLinux
import Glibc
import Session

/// `record-reader`: reads records that come in one form, answers each, and measures what reading it costs.
final class RecordReader: Role {
  private struct Connection {
    var buffer: [UInt8] = []
    var number = 0
  }

  private let setting: RoleSetting
  private let system: Syscalls
  private let form: RecordForm
  private var listener: CInt = -1
  private var connections: [CInt: Connection] = [:]
  /// What was read meanwhile: nothing that is measured may look useless.
  private var seen: UInt64 = 0

  /// Rounds of which the quickest is told: what interrupts one is not the cost of reading.
  private static let rounds = 10

  init(_ setting: RoleSetting) throws(RoleError) {
    self.setting = setting
    system = setting.system
    guard let form = RecordForm(rawValue: setting.text("form")) else {
      throw RoleError("there is no such form")
    }
    self.form = form
  }

  func start() throws(RoleError) {
    listener = try setting.listener()
    setting.watch(listener, .input)
  }

  func ready(_ fd: CInt, _ ready: Ready) {
    if fd == listener {
      while case let accepted = system.accept(listener), accepted.value >= 0 {
        system.noDelay(accepted.fd)
        setting.watch(accepted.fd, .input)
        connections[accepted.fd] = Connection()
      }
      return
    }
    guard connections[fd] != nil else { return }
    let began = system.recorder.now
    let (outcome, bytes) = system.receive(fd)
    if outcome.isBlocked { return }
    guard outcome.value > 0 else { return close(fd) }
    connections[fd]?.buffer += bytes
    let read = system.recorder.now - began
    do throws(RecordError) {
      while let message = try next(fd) { try take(message, fd, began, read) }
    } catch {
      system.recorder.note("broken", "What came is no order: \(error.text)", system.ends(fd))
      if form == .http { _ = system.send(fd, HTTPHead(status: 400).bytes[...]) }
      close(fd)
    }
  }

  /// The next whole record of a connection.
  private func next(_ fd: CInt) throws(RecordError) -> [UInt8]? {
    guard let buffer = connections[fd]?.buffer, !buffer.isEmpty, let size = try form.size(buffer) else {
      return nil
    }
    connections[fd]?.buffer.removeFirst(size)
    connections[fd]?.number += 1
    return Array(buffer[..<size])
  }

  private func take(_ message: [UInt8], _ fd: CInt, _ began: Int64, _ read: Int64) throws(RecordError) {
    let start = system.recorder.now
    let order = try form.read(message)
    let parsed = system.recorder.now
    let outcome = system.send(fd, form.answer[...])
    let end = system.recorder.now
    let cost = try measure(message)
    let fields: [EventField] =
      [EventField("fd", fd)] + system.ends(fd) + [
        EventField("number", connections[fd]?.number ?? 0), EventField("read", max(1, read)),
        EventField("parse", max(1, parsed - start)), EventField("write", max(1, end - parsed)),
        EventField("total", max(1, end - began)), EventField("form", form.rawValue),
        EventField("octets", message.count), EventField("each", cost.each),
        EventField("repeats", setting.number("repeats")), EventField("allocations", Int64(cost.memory.calls)),
        EventField("allocated", Int64(cost.memory.octets)), EventField("digest", order.digest),
      ]
    let text =
      "An order of \(message.count) octets as \(form.rawValue): read in \(Seconds.words(cost.each)), \(cost.memory.calls) allocations of \(cost.memory.octets) octets"
    system.recorder.write(.request, at: system.recorder.wall(began), text, fields)
    if outcome.value < 0, !outcome.isBlocked { close(fd) }
  }

  /// Reads a record again and again: nanoseconds of a reading, the mean of the quickest round, and what one reading asked the
  /// allocator for.
  private func measure(_ message: [UInt8]) throws(RecordError) -> (each: Int64, memory: clinux_allocations) {
    clinux_count_allocations()
    let order = try form.read(message)
    let memory = clinux_counted_allocations()
    seen &+= order.id
    let count = Int64(max(1, setting.number("repeats") / RecordReader.rounds))
    var quickest = Int64.max
    for _ in 0..<RecordReader.rounds {
      let start = system.recorder.now
      for _ in 0..<count { seen &+= try form.read(message).id }
      quickest = min(quickest, system.recorder.now - start)
    }
    return (max(1, quickest / count), memory)
  }

  private func close(_ fd: CInt) {
    connections[fd] = nil
    system.close(fd)
  }

  func changed(_ parameter: String) -> String? {
    parameter == "backlog" ? setting.listenAgain(listener) : nil
  }

  func command(_ words: [String]) -> Answer {
    words == ["press"] ? .ok("nothing here waits for a key") : .unknown(words, takes: "set PARAMETER VALUE")
  }
}
