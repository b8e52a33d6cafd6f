internal import Dissect
internal import ProtoKit
internal import Session
internal import Viz

/// Columns and lines.
struct Size: Equatable, Sendable {
  var width: Int, height: Int
}

/// A lesson as the screens need it.
struct LessonItem: Equatable, Sendable {
  var number: Int
  var slug: String
  var title: String
  /// The heading it stands under.
  var section: String
  var minutes: Int
  /// The page's text before its first step, Markdown, without blocks; all of it when there is no lab.
  var text: String
  /// The page's text after that: what is read when the run is over.
  var after = ""
  /// What is asked before the run.
  var question: Question?
  /// The moments that the lesson waits for.
  var steps: [StepItem] = []
  /// What can be turned.
  var knobs: [Knob] = []
  /// Whether a recorded run comes with it.
  var hasRecording = false
  /// Whether it has a lab.
  var hasLab = true
  /// Whether the lab waits for the learner's key to start the next client.
  var pressesKeys = false
  /// What that key does, in short.
  var pressWords = "one more client"
  /// The process that `accept 1` goes to; nil when none accepts by hand.
  var acceptor: String?
  /// The lab's hosts.
  var hosts: [String] = []
  /// What the lab needs and this machine doesn't have.
  var lacks: [LabLack] = []
  /// The first of that in short.
  var lack: String? { lacks.first?.need }

  struct Question: Equatable, Sendable {
    var text: String
    var options: [String]
    var answer: Int
    /// The step that tells the truth; nil for the last one.
    var step: String?
  }
  struct StepItem: Equatable, Sendable {
    var name: String
    var say: String
    var commands: [String]
  }
}

/// The whole state of the program. `update` changes it, `view` draws it; nothing else does either.
struct Model {
  var size: Size
  var lessons: [LessonItem]
  var progress: Progress
  /// What lies under what; the last is seen.
  var screens: [Screen]
  /// What lies over the screen.
  var overlay: Overlay?
  /// A line said once, until the next key.
  var status: String?
  /// Whether mouse reports are on.
  var mouse = false
  /// The prediction of the run that is about to start.
  var pendingAnswer: Int?
  /// Whether labs can run on loopback, without frames.
  var offersLoopback = false
  /// What was left and is not done yet; nil when nothing is.
  var writing: Writing?
  /// Whether the program ends as soon as that is done.
  var isQuitting = false

  /// Labs that were left.
  struct Writing: Equatable {
    /// How many have not written all that they recorded; 0 when the kernel is only taking them down.
    var labs: Int
    /// What those have written, in octets.
    var octets: Int
  }

  init(size: Size, lessons: [LessonItem], progress: Progress, screens: [Screen] = []) {
    self.size = size
    self.lessons = lessons
    self.progress = progress
    self.screens = screens.isEmpty ? [.browser(BrowserState())] : screens
  }

  enum Screen {
    case browser(BrowserState)
    case lesson(LessonPageState)
    case run(RunState)
    case end(EndState)
    case sessions(SessionsState)
    case failure(FailureState)
  }

  enum Overlay: Sendable, Equatable {
    case help(selection: Int)
    case palette(text: String, selection: Int)
    case filter(text: String)
    case search(text: String)
    case knobs(selection: Int, editing: String?)
    case hosts(selection: Int)
    case confirmQuit
  }

  /// The screen that is seen.
  var top: Screen {
    get { screens.last ?? .browser(BrowserState()) }
    set {
      if screens.isEmpty { screens = [newValue] } else { screens[screens.count - 1] = newValue }
    }
  }

  /// Where keys are looked up.
  var context: Context {
    switch top {
    case .browser: .browser
    case .lesson: .lesson
    case .run(let run): run.kind == .live ? .lab : .replay
    case .end: .end
    case .sessions: .sessions
    case .failure: .failure
    }
  }

  /// The lesson page that is seen.
  var lessonPage: LessonPageState? { if case .lesson(let page) = top { page } else { nil } }
  /// The run that is seen.
  var run: RunState? {
    get { if case .run(let run) = top { run } else { nil } }
    set { if let newValue { top = .run(newValue) } }
  }
  /// The same, with the places of the run's panes worked out: for those who ask much and change nothing.
  var planned: Model {
    guard var run else { return self }
    run.plan = (size, RunPanes.frames(run, size))
    var model = self
    model.run = run
    return model
  }
  /// The pane of the run that has the keys.
  var runFocus: PaneID? { run.map { RunPanes.focus($0, size) } }
  /// The lesson that the screen is about.
  var currentLesson: LessonItem? {
    switch top {
    case .lesson(let page): page.lesson
    case .run(let run): run.lesson
    case .end(let end): end.lesson
    case .failure(let failure): failure.lesson
    case .browser, .sessions: nil
    }
  }
  /// Goes down to the screen that a run was started from; `end` stays the top one when it is to be left by itself.
  mutating func leaveRun(keeping kept: Context? = nil) {
    let last = kept == context ? screens.popLast() : nil
    while screens.count > 1 {
      switch top {
      case .run, .end, .failure: screens.removeLast()
      default:
        if let last { screens.append(last) }
        return
      }
    }
    if let last { screens.append(last) }
  }
  /// The lesson that comes after the current one.
  var lessonAfter: LessonItem? {
    guard let current = currentLesson, let index = lessons.firstIndex(where: { $0.slug == current.slug })
    else {
      return nil
    }
    return index + 1 < lessons.count ? lessons[index + 1] : nil
  }
  /// Where Enter goes on the end screen.
  var endPlace: EndState.Place? { if case .end(let end) = top { EndScreen.place(end, self) } else { nil } }
  /// Whether Enter on the failure screen plays a recording.
  var failureOffersReplay: Bool {
    if case .failure(let failure) = top { failure.offersReplay } else { false }
  }
}

/// The list of lessons.
struct BrowserState: Sendable, Equatable {
  /// The lesson selected, from 0.
  var selection = 0
  /// Its first line that is seen.
  var scroll = 0
}

/// A lesson's page.
struct LessonPageState: Sendable, Equatable {
  var lesson: LessonItem
  var scroll = 0
  /// The option under the cursor.
  var option = 0
  /// Settings given on the command line or turned here.
  var settings: [String: String] = [:]
  /// What is asked before the run.
  var question: LessonItem.Question? { lesson.question }
}

/// The end of a run.
struct EndState: Sendable, Equatable {
  var lesson: LessonItem
  /// The option that the learner chose.
  var answer: Int?
  /// Whether the run came far enough to tell the truth.
  var isAnswered: Bool { unanswered == nil }
  /// The row that shows the truth: that of the step that tells it.
  var row: Int?
  /// What that step said.
  var truth: String
  var checks: [CheckLine]
  /// Why nothing is judged, a sentence.
  var notJudged: String?
  /// Why the question has no answer here, a sentence; nil when it has.
  var unanswered: String?
  /// Where the session is kept.
  var path: String?
  /// The knobs of the run.
  var settings: [String: String] = [:]
  /// The place that Enter acts on; nil for the first that is offered: a failed claim, else the next lesson, else the row.
  var place: Place?
  var scroll = 0

  /// What Enter can act on.
  enum Place: Sendable, Equatable { case row(Int), claim(Int), next }

  /// The row of the first claim that failed, or of the truth.
  var shownRow: Int? { checks.first { $0.verdict == .failed && $0.row != nil }?.row ?? row }

  struct CheckLine: Sendable, Equatable {
    enum Verdict: Sendable, Equatable { case held, failed, notClaimed }
    var name: String
    var verdict: Verdict
    /// The claim, and what was seen.
    var text: String
    /// The first row that shows it.
    var row: Int?
  }
}

/// The sessions that were kept.
struct SessionsState: Sendable, Equatable {
  var entries: [Entry]
  var selection = 0
  var scroll = 0

  struct Entry: Sendable, Equatable {
    var path: String
    /// The lesson's title, or the file's name.
    var name: String
    var bytes: Int
    /// When it was kept, in words.
    var age: String
  }
}

/// A failure in three parts.
struct FailureState: Sendable, Equatable {
  var what: String
  var works: String
  var command: String
  var lesson: LessonItem?
  var settings: [String: String] = [:]
  var offersReplay = false
}

/// What comes in.
enum Message {
  case input(Input)
  case resized(Size)
  /// The lab is being built.
  case labStarted(path: String?, warning: String?, guide: LessonGuide? = nil)
  /// The lab tells something.
  case told(LabReport)
  /// The lab can't run, or a session can't be read.
  case failed(FailureState)
  /// Records of the lab's session, or of a file.
  case records([Record])
  /// A slice of a file, read until CLOCK_MONOTONIC has come to `deadline`.
  case slice(SessionLoader, deadline: Int64)
  /// The lab's session ended; where it is kept.
  case sessionEnded(path: String?)
  /// The lab was left: nothing more of its session comes.
  case labLeft
  /// A session was opened for replay.
  case opened(RunState)
  /// The file that was being opened has been read to its end.
  case loaded
  /// The sessions that are kept.
  case listed([SessionsState.Entry])
  /// Time passed: CLOCK_MONOTONIC, ns.
  case tick(Int64)
  /// Something to say in the status line.
  case say(String)
}

/// What the loop is to do.
enum Effect: Sendable, Equatable {
  /// Ends the program, once labs have written what they recorded.
  case quit
  /// Ends it without that.
  case giveUp
  case suspend
  case repaint
  case mouse(Bool)
  case saveProgress
  case startLab(slug: String, settings: [String: String], loopback: Bool)
  /// Has the lab end; what it recorded still comes to the screen.
  case stopLab
  /// The same, and nothing more comes.
  case leaveLab
  case control(String)
  /// A command that the lesson's step gives, at the learner's key.
  case followStep(String)
  case playRecording(slug: String)
  case openSession(path: String)
  case listSessions
  case shell(host: String)
  /// Gives a text to whoever keeps what is copied.
  case copy(String)
}
