internal import CLinux
internal import Glibc
internal import ProtoKit
internal import Session
internal import Viz

/// What the program shows first.
enum Opening: Sendable {
  /// The first lesson at the first start, afterwards the list of lessons.
  case firstStartOrBrowser
  /// A lesson's page, with settings of its knobs.
  case lesson(slug: String, settings: [String: String])
  /// A session, to be played.
  case session(path: String)
  /// The list of sessions that were kept.
  case sessions
}

/// A lab that runs, as the loop sees it.
protocol LabLink: AnyObject {
  /// Where records can be read; -1 when they have ended.
  var sessionDescriptor: CInt { get }
  /// Where answers to commands can be read; -1 for none.
  var controlDescriptor: CInt { get }
  /// Where the session is kept; nil when it isn't, such as that of a lab that told nothing.
  var path: String? { get }
  /// Some of what came since last asked, little enough that keys are answered between; none when nothing is left. Never
  /// blocks.
  func records() -> [Record]
  /// Whether the session has ended.
  var isOver: Bool { get }
  /// Sends a command, as a lesson's `do` writes it; `ofStep` when it is the lesson's and not the learner's own.
  func send(_ command: String, ofStep: Bool)
  /// What the lab told since last asked.
  func reports() -> [LabReport]
  /// The command line that opens a shell on a host; nil when it can't be.
  func shell(on host: String) -> String?
  /// Asks the lab to end; what it has recorded still comes.
  func stop()
  /// Once it was asked to end: when it is given up, on CLOCK_MONOTONIC, unless it says something.
  var deadline: Int64? { get }
  /// Takes the lab for one that never came to be: nothing is kept.
  func discard()
  /// Goes on with leaving it, until CLOCK_MONOTONIC has come to `moment`: what still comes goes to its file alone, then the
  /// file is finished and the lab ended. Never blocks.
  func turn(until moment: Int64)
  /// What to poll for reading until the next turn.
  var descriptors: [CInt] { get }
  /// Octets of the session that have come.
  var octets: Int { get }
  /// Whether its file is whole, and whether the lab is gone too.
  var isWritten: Bool { get }
  var isGone: Bool { get }
  /// Keeps the session as far as it was written, and waits for nothing more.
  func giveUp()
  /// What was wrong with keeping the session; nil when nothing was.
  var problem: String? { get }
  /// The lesson beside the session.
  var guide: LessonGuide? { get }
}

/// What the loop needs of the rest of the program.
protocol Laboratory: AnyObject {
  var lessons: [LessonItem] { get }
  /// Whether labs can run on loopback, without frames.
  var offersLoopback: Bool { get }
  /// Said once at the start; nil when all is well.
  var notice: String? { get }
  /// Starts a lesson's lab.
  func start(_ slug: String, settings: [String: String], loopback: Bool) throws(LabFailure) -> any LabLink
  /// A lab that broke, in three parts.
  func failure(_ what: String, of slug: String) -> LabFailure
  /// Opens a session's file; what takes longer to read comes from the loader.
  func open(_ path: String) throws(LabFailure) -> (run: RunState, rest: SessionLoader?)
  /// The run that comes with a lesson.
  func recording(of slug: String) throws(LabFailure) -> RunState
  /// The sessions that were kept, the newest first.
  func sessions() -> [SessionsState.Entry]
}

/// Why something can't run or be read, in three parts.
struct LabFailure: Error {
  var what: String
  var works: String
  var command: String
  var offersReplay = false
  /// Said over the recorded run when that is played at once; nil when the failure is shown.
  var banner: String?
}

/// The program on a terminal.
enum ExplorerApp {
  /// Runs until the learner leaves; the program's exit code. Call it while there is one thread.
  static func run(opening: Opening, laboratory: any Laboratory = StandardLaboratory()) -> CInt {
    guard isatty(0) == 1, isatty(1) == 1 else {
      for lesson in laboratory.lessons { print("\(lesson.number)\t\(lesson.slug)\t\(lesson.title)") }
      return 0
    }
    // Below: the child alone draws; the parent gives the terminal back whatever kills it.
    _ = unsafe clinux_supervise(1, NcursesScreen.restoreText)
    do throws(NcursesScreen.Failure) {
      let loop = try EventLoop(laboratory, opening)
      return loop.run()
    } catch {
      Descriptor.write(Array((error.text + "\n").utf8), to: 2)
      return 64
    }
  }
}

/// The one loop: keys, signals, the lab and time in; canvases out. Blocked while nothing happens.
final class EventLoop {
  private let laboratory: any Laboratory
  private let screen: NcursesScreen
  private let signals: CInt
  private let captured: StderrCapture
  private var model: Model
  private var decoder = InputDecoder()
  /// The lab on the screen.
  private var lab: (any LabLink)?
  /// Labs whose record is still being written, or that the kernel is still taking down.
  private var left: [any LabLink] = []
  /// The lesson whose lab runs.
  private var labSlug = ""
  private var loader: SessionLoader?
  private let timer = clinux_timer_open()
  private var timerPeriod: Int64 = 0
  private var isDone = false
  /// Whether the terminal is gone.
  private var isInputOver = false
  private var exitCode: CInt = 0
  /// Paths of sessions kept in this sitting, told on leaving.
  private var kept: [String] = []
  /// How long ESC waits for the rest of a sequence.
  private static let escapeDelay: Int64 = 25_000_000
  /// Time between frames while playing.
  private static let frameTime: Int64 = 33_000_000
  /// What comes in is shown so often at most, in nanoseconds; what a key does is shown at once.
  private static let paintTime: Int64 = 16_000_000
  /// How long records are taken before keys are asked for again.
  private static let sliceTime: Int64 = 4_000_000
  /// Whether something has come in that is not on the screen.
  private var isStale = true
  /// When the screen was painted last, and for how long it then rests though more has come in.
  private var painted: Int64 = 0, rest: Int64 = 0
  /// The longest rest: ten frames a second are shown in any case.
  private static let longestRest: Int64 = 100_000_000

  init(_ laboratory: any Laboratory, _ opening: Opening) throws(NcursesScreen.Failure) {
    self.laboratory = laboratory
    screen = try NcursesScreen(input: 0, output: 1)
    signals = clinux_signals_open()
    captured = StderrCapture()
    let size = screen.size
    let lessons = laboratory.lessons
    model = Model(
      size: Size(width: size.columns, height: size.lines), lessons: lessons,
      progress: StateDirectory.loadProgress())
    model.status = laboratory.notice ?? screen.notice
    model.offersLoopback = laboratory.offersLoopback
    begin(opening)
  }

  private func begin(_ opening: Opening) {
    switch opening {
    case .firstStartOrBrowser:
      if model.progress.isFirstStart, let first = model.lessons.first(where: { $0.slug == "knock" }) {
        perform(Updater.openLesson(first, &model))
      } else {
        StateDirectory.save(model.progress)
        // The browser goes on where the learner was: at the first lesson that is not done.
        let next = model.lessons.firstIndex { model.progress.words[$0.slug] != .done } ?? 0
        model.screens = [.browser(BrowserState(selection: next))]
      }
    case .lesson(let slug, let settings):
      if let lesson = model.lessons.first(where: { $0.slug == slug }) {
        perform(Updater.openLesson(lesson, settings: settings, &model))
      } else {
        model.status = "No lesson is called \(slug)."
      }
    case .session(let path): perform([.openSession(path: path)])
    case .sessions:
      model.screens = [.browser(BrowserState()), .sessions(SessionsState(entries: []))]
      perform([.listSessions])
    }
  }

  /// Turns until the program ends.
  func run() -> CInt {
    paint()
    while !isDone { turn() }
    screen.leave()
    captured.finish()
    clinux_signals_close(signals)
    for lab in left { if let path = lab.path, !kept.contains(path) { kept.append(path) } }
    for path in kept { print("Session kept: \(path)") }
    return exitCode
  }

  private func take(_ message: Message) {
    let (next, effects) = update(model, message)
    model = next
    perform(effects)
  }

  private func paint() {
    let start = Descriptor.monotonic()
    screen.show(view(model, model.size))
    isStale = false
    painted = Descriptor.monotonic()
    // What comes in meanwhile has three quarters of the time.
    rest = min(3 * (painted - start), Self.longestRest)
  }

  /// Milliseconds until what has come in may be shown.
  private var restLeft: CInt {
    CInt(clamping: max(0, painted + rest - Descriptor.monotonic() + 999_999) / 1_000_000)
  }

  private func turn() {
    setTimer()
    let own = [isInputOver ? -1 : 0, signals, timer]
    let live = [lab?.sessionDescriptor ?? -1, lab?.controlDescriptor ?? -1]
    var waits = (own + live + left.flatMap(\.descriptors)).map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    // A file that is being read does not wait, nor does what was not shown yet.
    let isReading = loader != nil || isBehind
    let ready = unsafe poll(&waits, nfds_t(waits.count), isReading ? 0 : isStale ? restLeft : patience)
    guard ready >= 0 else { return }
    if waits[1].revents != 0 { takeSignals() }
    if isDone { return }
    if waits[2].revents != 0 { takeTimer() }
    if waits[0].revents != 0 { takeKeys() }
    if !isDone, waits[0..<3].contains(where: { $0.revents != 0 }) { paint() }
    // What was told counts before what was seen: a lab that can't be built says why and ends its session.
    if waits[4].revents != 0 { takeReports() }
    if waits[3].revents != 0 || lab?.deadline.map({ $0 <= Descriptor.monotonic() }) ?? false { takeSession() }
    if !left.isEmpty { tendLeft() }
    if loader != nil { load() }
    if isBehind {
      isStale = true
      let deadline = Descriptor.monotonic() + Self.sliceTime
      model.run?.store.drawArrows { Descriptor.monotonic() >= deadline }
    }
    if waits[3...].contains(where: { $0.revents != 0 }) || isReading { isStale = true }
    let isQuiet = ready == 0 && !isReading
    let due = isQuiet ? rest : max(rest, Self.paintTime)
    if isStale, !isDone, Descriptor.monotonic() - painted >= due { paint() }
  }

  /// Milliseconds until a lab that is to end and says nothing is given up; -1 when there is none.
  private var patience: CInt {
    guard let first = ([lab] + left).compactMap({ $0?.deadline }).min() else { return -1 }
    return CInt(clamping: max(0, first - Descriptor.monotonic() + 999_999) / 1_000_000)
  }

  /// Arms the timer for what waits on time: the end of a lone ESC, or the next frame while playing. Else it is off, and
  /// nothing wakes the program.
  private func setTimer() {
    let isPlaying = model.run?.isPlaying ?? false
    let period = decoder.isWaiting ? Self.escapeDelay : isPlaying ? Self.frameTime : 0
    if period != timerPeriod { clinux_timer_set(timer, period) }
    timerPeriod = period
  }

  private func takeTimer() {
    guard clinux_timer_read(timer) > 0 else { return }
    if decoder.isWaiting { for input in decoder.flush() where !isDone { take(.input(input)) } }
    if model.run?.isPlaying ?? false { take(.tick(Descriptor.monotonic())) }
  }

  /// Whether arrows are to be made that the screen needs.
  private var isBehind: Bool { model.run.map { $0.wantsArrows && $0.store.isBehind } ?? false }

  private func load() {
    guard let loader else { return }
    // The run may have been left.
    guard model.run?.isLoading ?? false else {
      self.loader = nil
      return
    }
    let deadline = Descriptor.monotonic() + Self.sliceTime
    take(.slice(loader, deadline: deadline))
    if loader.isAtEnd {
      self.loader = nil
      take(.loaded)
    }
  }

  private func takeKeys() {
    switch Descriptor.read(0, limit: 4096) {
    case .bytes(let bytes):
      for input in decoder.push(bytes) where !isDone { take(.input(input)) }
      // The rest of a sequence has its time from its newest octet on.
      if decoder.isWaiting { timerPeriod = 0 }
    case .none: break
    case .end:
      // The terminal is gone: what ran is still kept.
      isInputOver = true
      quit(1)
    }
  }

  private func takeSignals() {
    while case let number = clinux_signals_read(signals), number != 0 {
      switch number {
      case SIGWINCH:
        screen.resize()
        let size = screen.size
        take(.resized(Size(width: size.columns, height: size.lines)))
      case SIGTSTP: suspend()
      case SIGCONT: screen.repaint()
      default: quit(128 + number)
      }
    }
  }

  private func takeSession() {
    guard let lab else { return }
    let deadline = Descriptor.monotonic() + Self.sliceTime
    repeat {
      let records = lab.records()
      if records.isEmpty { break }
      take(.records(records))
    } while self.lab === lab && !lab.isOver && Descriptor.monotonic() < deadline
    if self.lab === lab, lab.isOver {
      takeReports()
      sessionIsWhole()
    }
  }

  private func takeReports() {
    guard let lab else { return }
    for report in lab.reports() {
      if case .failed(let text) = report {
        // It never came to be; its empty session goes too.
        lab.discard()
        self.lab = nil
        left.append(lab)
        fail(laboratory.failure(text, of: labSlug), labSlug, [:])
        return
      }
      take(.told(report))
      if self.lab == nil { return }
    }
  }

  /// The screen has all of the session.
  private func sessionIsWhole() {
    guard let lab else { return }
    self.lab = nil
    left.append(lab)
    take(.sessionEnded(path: lab.path))
  }

  /// Ends the lab, if one runs; nothing more of it comes to the screen.
  private func leaveLab() {
    guard let lab else { return }
    self.lab = nil
    lab.stop()
    left.append(lab)
    take(.labLeft)
  }

  /// Goes on with the labs that were left.
  private func tendLeft() {
    let deadline = Descriptor.monotonic() + Self.sliceTime
    for lab in left { lab.turn(until: deadline) }
    var problems: [String] = []
    // Asked once each: a lab may go between two questions.
    left.removeAll { lab in
      guard lab.isGone else { return false }
      if let path = lab.path, !kept.contains(path) { kept.append(path) }
      if let problem = lab.problem { problems.append(problem) }
      return true
    }
    for problem in problems { take(.say(problem)) }
    let unwritten = left.filter { !$0.isWritten }
    let writing =
      left.isEmpty
      ? nil : Model.Writing(labs: unwritten.count, octets: unwritten.reduce(0) { $0 + $1.octets })
    if model.writing != writing { isStale = true }
    model.writing = writing
    if model.isQuitting, left.isEmpty { isDone = true }
  }

  /// Ends the program when what was recorded is written.
  private func quit(_ code: CInt) {
    leaveLab()
    if !model.isQuitting { exitCode = code }
    model.isQuitting = true
    tendLeft()
  }

  private func suspend() {
    screen.leave()
    clinux_stop_self()
    screen.enter()
    let size = screen.size
    take(.resized(Size(width: size.columns, height: size.lines)))
  }

  private func perform(_ effects: [Effect]) {
    for effect in effects { perform(effect) }
  }

  private func perform(_ effect: Effect) {
    switch effect {
    case .quit: quit(0)
    case .giveUp:
      for lab in left { lab.giveUp() }
      isDone = true
    case .suspend: suspend()
    case .repaint: screen.repaint()
    case .mouse(let on):
      screen.setMouse(on)
      model.status = on ? "Mouse reports are on; hold Shift to select text." : "Mouse reports are off."
    case .saveProgress:
      if !StateDirectory.save(model.progress) {
        model.status = "Progress can't be kept: no state directory is writable."
      }
    case .stopLab: lab?.stop()
    case .leaveLab: leaveLab()
    case .control(let command): lab?.send(command, ofStep: false)
    case .followStep(let command): lab?.send(command, ofStep: true)
    case .startLab(let slug, let settings, let loopback):
      leaveLab()
      do throws(LabFailure) {
        let link = try laboratory.start(slug, settings: settings, loopback: loopback)
        lab = link
        labSlug = slug
        take(
          .labStarted(
            path: link.path,
            warning: loopback ? "LOOPBACK: live on 127.0.0.0/8; queues and system calls, no frames." : nil,
            guide: link.guide))
        if let problem = link.problem { take(.say(problem)) }
      } catch {
        fail(error, slug, settings)
      }
    case .playRecording(let slug):
      do throws(LabFailure) {
        take(.opened(try laboratory.recording(of: slug)))
      } catch {
        fail(error, slug, [:])
      }
    case .openSession(let path):
      do throws(LabFailure) {
        let (run, rest) = try laboratory.open(path)
        loader = rest
        take(.opened(run))
        if rest == nil { take(.loaded) }
      } catch {
        fail(error, nil, [:])
      }
    case .listSessions: take(.listed(laboratory.sessions()))
    case .shell(let host): openShell(host)
    case .copy(let text): model.status = Clipboard.take(text)
    }
  }

  private func fail(_ failure: LabFailure, _ slug: String?, _ settings: [String: String]) {
    // Where no lab can be built, the recorded run is played at once, and says that it is one and why.
    if let banner = failure.banner, let slug, var run = try? laboratory.recording(of: slug) {
      run.banner = banner
      take(.opened(run))
      return
    }
    take(
      .failed(
        FailureState(
          what: failure.what, works: failure.works, command: failure.command,
          lesson: slug.flatMap { slug in model.lessons.first { $0.slug == slug } }, settings: settings,
          offersReplay: failure.offersReplay)))
  }

  private func openShell(_ host: String) {
    guard let command = lab?.shell(on: host) else {
      model.status = "This lab opens no shell on \(host)."
      return
    }
    screen.leave()
    Descriptor.write(Array("A shell on \(host); `exit` goes back to the lab, which runs on.\n".utf8), to: 1)
    _ = captured.lend { unsafe clinux_run_shell(command) }
    screen.enter()
    let size = screen.size
    take(.resized(Size(width: size.columns, height: size.lines)))
  }
}
