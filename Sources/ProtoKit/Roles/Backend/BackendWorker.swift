import Bytes
import Glibc
import Session

/// What each thread and process of a backend has for itself: its calls, its buffers, and the work on a request.
final class BackendWorker {
  let system: Syscalls
  let plan: BackendPlan
  let knobs: BackendKnobs
  /// Where octets are received, and answers that go out together.
  var input = [UInt8](repeating: 0, count: 65536)
  var out: [UInt8] = []
  /// What was opened of received records, and how long it took to seal what stands in `out`; only with TLS.
  var opened: [UInt8] = []
  var encrypt: Int64 = 0
  /// Where a file is read to.
  var pages: PageBuffer?
  private var answers = BackendAnswers()
  private let host: String
  /// When what is now done began, on the monotonic clock; only while recording.
  private(set) var moment: Int64 = 0
  /// Requests whose answers stand in `out`, with the connection's number of each; only while recording.
  private var journeys: [(journey: RequestJourney, number: Int)] = []
  private var noise: UInt64 = 1
  /// The words of a row.
  private var line = TextBuffer(capacity: 128)

  init(_ system: Syscalls, _ plan: BackendPlan, _ knobs: BackendKnobs) {
    self.system = system
    self.plan = plan
    self.knobs = knobs
    host = system.recorder.host
    out.reserveCapacity(2 * ServerConnection.most)
    tick()
  }

  var isRecording: Bool { system.recorder.isOn }

  /// Looks at the clock and the knobs, once for all that a wait returned.
  func tick() { answers.renew(second: Int64(time(nil)), size: knobs.response) }

  /// Begins a step whose time is told.
  func begin() { if isRecording { moment = system.recorder.now } }

  func hasWork(_ octets: borrowing Span<UInt8>, _ target: Range<Int>) -> Bool {
    guard let slow = plan.slow else { return true }
    var path = 0
    while path < target.count, octets[target.lowerBound + path] != 63 { path += 1 }
    guard path == slow.count else { return false }
    for index in slow.indices where octets[target.lowerBound + index] != slow[index] { return false }
    return true
  }

  func hasWork(_ path: String) -> Bool { plan.slow.map { $0.elementsEqual(path.utf8) } ?? true }

  /// Does a request's work and adds its answer to `out`. Whether that says, because the backend goes, that it is the last of its
  /// connection.
  @discardableResult
  func answer(_ message: RequestMessage, number: Int) -> Bool {
    var message = message
    begin()
    if message.hasWork { work(&message) }
    return give(message, number: number)
  }

  /// Adds the answer to a request whose file others have read since it was parked. Whether it is its connection's last.
  func answer(_ parked: ServerConnection.Parked, _ reading: FileReading) -> Bool {
    var message = parked.message
    moment = parked.since
    take(reading, &message)
    return give(message, number: parked.number)
  }

  private func give(_ message: RequestMessage, number: Int) -> Bool {
    var message = message
    let isEnded = message.keepsAlive && knobs.leaving.hasBegun
    if isEnded { message.keepsAlive = false }
    let closes = !message.keepsAlive
    if message.status == 200 {
      answers.append(closes ? .close : message.isOld ? .keepAlive : .plain, isHead: message.isHead, to: &out)
    } else {
      out += BackendAnswers.trouble(message, closes: closes)
    }
    guard isRecording else { return isEnded }
    let now = system.recorder.now
    message.journey.process = max(1, now - moment)
    message.journey.status = message.status
    moment = now
    journeys.append((message.journey, number))
    return isEnded
  }

  private func work(_ message: inout RequestMessage) {
    switch knobs.work {
    case .none: break
    case .sleep: if knobs.cost > 0 { system.sleep(knobs.cost) }
    case .cpu:
      let end = BackendWorker.processorTime + knobs.cost
      while BackendWorker.processorTime < end {
        for _ in 0..<500 { noise = noise &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407 }
      }
    case .file: if let file = plan.file { take(readFile(file), &message) }
    case .parse:
      guard !message.content.isEmpty else { return }
      let isRight = (try? JSONValue(unsafe message.content.span.bytes)) != nil
      message.content = []
      if isRecording {
        let now = system.recorder.now
        message.journey.decode = max(1, now - moment)
        moment = now
      }
      if !isRight { message.refuse(400, "The body is no JSON.") }
    }
  }

  private func take(_ reading: FileReading, _ message: inout RequestMessage) {
    message.journey.fileReads = reading.reads
    message.journey.fileOctets = reading.octets
    if reading.error != 0 { message.refuse(500, "The file can't be read: \(ErrorName.text(reading.error))") }
  }

  /// Processor time of this thread, in nanoseconds.
  static var processorTime: Int64 {
    var t = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t)
    return Int64(t.tv_sec) * 1_000_000_000 + Int64(t.tv_nsec)
  }

  /// Tells the requests whose answers were given to the kernel, by a call that took `write`.
  func told(_ fd: CInt, write: Int64) {
    let now = system.recorder.now
    for (journey, number) in journeys {
      var journey = journey
      journey.write = write
      journey.encrypt = encrypt
      guard system.recorder.admits(at: now) else { continue }
      let total = max(0, now - journey.started)
      line.removeAll()
      line.append("Request " as StaticString)
      line.append(number)
      line.append(" of its connection was answered" as StaticString)
      if journey.status != 200 {
        line.append(octet: 32)
        line.append(journey.status)
      }
      line.append(" after " as StaticString)
      line.append(Seconds.words(total))
      let both = system.both(fd), batch = journeys.count
      system.recorder.write(.request, at: system.recorder.wall(journey.started), line) { row in
        row.field("fd", Int64(fd))
        if let both { row.fields(both) }
        row.field("number", Int64(number))
        journey.put(in: &row)
        row.field("total", total)
        if batch > 1 { row.field("batch", Int64(batch)) }
        if journey.waiting >= 0 { row.field("waiting", Int64(journey.waiting)) }
        if journey.status != 200 { row.field("status", Int64(journey.status)) }
      }
    }
    journeys.removeAll(keepingCapacity: true)
    encrypt = 0
  }

  /// Sends what stands in `out` over a socket: what the peer did not take. Nil when the connection is broken.
  func send(_ fd: CInt) -> Int? {
    var from = 0
    begin()
    while from < out.count {
      let outcome = system.send(fd, out, from: from, blocks: plan.wait == .blocking)
      if outcome.value < 0 {
        if outcome.error == EINTR { continue }
        if outcome.error == EAGAIN { break }
        journeys.removeAll(keepingCapacity: true)
        return nil
      }
      from += outcome.value
    }
    if isRecording { told(fd, write: system.recorder.now - moment) }
    return from
  }
}
