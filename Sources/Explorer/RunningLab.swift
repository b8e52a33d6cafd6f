internal import Glibc
internal import ProtoKit
internal import Session

/// A lab that runs: its session is decoded as it comes, and written to a file as it comes.
///
/// Leaving it takes time that nobody waits for: it still says what it recorded, the kernel takes its sockets down, and its
/// file is finished.
final class RunningLab: LabLink {
  private let run: LabRun
  private let file: SessionStock.NewFile?
  private var decoder = SessionDecoder()
  private let patience: Int64
  private var finishing: SessionFinishing?
  private var isConcluded = false
  private var isDiscarded = false
  private var wasGivenUp = false
  private(set) var isOver = false { didSet { if isOver { deadline = nil } } }
  private(set) var deadline: Int64?
  private(set) var octets = 0
  private(set) var problem: String?
  let guide: LessonGuide?
  /// Octets read at once: some dozens of small frames, and what is only copied.
  private static let piece = 8192
  private static let largePiece = 65536

  /// `patience` is how many nanoseconds a lab that ends may say nothing.
  init(
    _ run: LabRun, file: SessionStock.NewFile?, guide: LessonGuide?, patience: Int64 = 3_000_000_000
  ) {
    self.run = run
    self.file = file
    self.guide = guide
    self.patience = patience
    if file == nil { problem = "This session is not kept: no state directory is writable." }
  }

  var sessionDescriptor: CInt { isOver ? -1 : run.session }
  var controlDescriptor: CInt { isOver ? -1 : run.control }
  var path: String? { isDiscarded || isConcluded && octets == 0 ? nil : file?.path }

  func records() -> [Record] {
    var records: [Record] = []
    // A piece may hold no whole record; what ends an asking is that nothing is left.
    while records.isEmpty, !isOver {
      if let bytes = read(Self.piece) {
        decoder.push(bytes)
        while let record = decoder.next() { records.append(record) }
      } else if isOver {
        while let record = decoder.finish() { records.append(record) }
      } else {
        break
      }
    }
    return records
  }

  /// Takes some octets to the file; nil when there are none now, or none will come any more.
  private func read(_ limit: Int) -> [UInt8]? {
    switch Descriptor.read(run.session, limit: limit) {
    case .bytes(let bytes):
      octets += bytes.count
      // A lab that recorded faster than was read still has much to say: it is given up only when it says nothing.
      if deadline != nil { deadline = Descriptor.monotonic() + patience }
      if let file, problem == nil, !Descriptor.write(bytes, to: file.descriptor) {
        problem = "The session can't be written to \(file.path) any more."
      }
      return bytes
    case .none:
      guard let deadline, Descriptor.monotonic() >= deadline else { return nil }
      isOver = true
      problem = problem ?? "The lab fell silent when it was to end: its session goes as far as it came."
      return nil
    case .end:
      isOver = true
      return nil
    }
  }

  func send(_ command: String, ofStep: Bool) { _ = run.send(command, by: ofStep ? .step : .learner) }

  func reports() -> [LabReport] { run.reports() }

  func shell(on host: String) -> String? {
    let shell = unsafe getenv("SHELL").map { unsafe String(cString: $0) } ?? "/bin/sh"
    // The shell that runs this line is another program, so the link must be read here.
    let path = unsafe [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, used in
      used = unsafe buffer.withMemoryRebound(to: CChar.self) {
        unsafe max(0, readlink("/proc/self/exe", $0.baseAddress!, $0.count))
      }
    }
    guard !path.isEmpty, let words = run.enter(host, [shell], program: String(decoding: path, as: UTF8.self))
    else { return nil }
    return words.map(ShellWord.quoted).joined(separator: " ")
  }

  func stop() {
    guard deadline == nil, !isOver else { return }
    _ = run.send("stop")
    deadline = Descriptor.monotonic() + patience
  }

  func discard() {
    isOver = true
    isDiscarded = true
  }

  var descriptors: [CInt] {
    isConcluded ? [run.end, finishing.map { $0.isOver ? -1 : $0.bell } ?? -1] : [run.session]
  }

  var isWritten: Bool { isConcluded && finishing?.isOver ?? true }

  var isGone: Bool { isWritten && run.isGone() }

  func turn(until moment: Int64) {
    while !isOver, Descriptor.monotonic() < moment { if read(Self.largePiece) == nil { break } }
    if isOver, !isConcluded { conclude() }
    if let finishing, finishing.isOver, problem == nil { problem = finishing.problem }
  }

  /// Everything was read: the lab is ended, and its file finished.
  private func conclude() {
    isConcluded = true
    run.beginStop()
    guard let file else { return }
    close(file.descriptor)
    // One that never came to be has no session.
    guard path != nil else {
      unsafe unlink(file.path)
      return
    }
    if !wasGivenUp { finishing = SessionFinishing(path: file.path) }
    SessionStock.prune(file.slug)
  }

  func giveUp() {
    guard !isConcluded else { return }
    isOver = true
    wasGivenUp = true
    conclude()
  }
}
