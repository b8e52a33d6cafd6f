internal import Viz

/// Where the program is, as far as keys are concerned.
enum Context: String, CaseIterable, Sendable { case browser, lesson, lab, replay, end, sessions, failure }

/// Everything a key, the palette or the help list can ask for.
enum CommandID: String, CaseIterable, Sendable {
  case moveUp = "move-up"
  case moveDown = "move-down"
  case moveLeft = "move-left"
  case moveRight = "move-right"
  case first, last
  case pageUp = "page-up"
  case pageDown = "page-down"
  case halfUp = "half-page-up"
  case halfDown = "half-page-down"
  case open
  case nextPane = "next-pane"
  case previousPane = "previous-pane"
  case skip = "skip-prediction"
  case doStep = "do-step"
  case pressClient = "one-more"
  case acceptOne = "accept-one"
  case freeze, play
  case hold = "hold-wire"
  case deliverNext = "deliver-next"
  case dropNext = "drop-next"
  case list = "list-rows"
  case systemCalls = "system-calls"
  case kernelPane = "kernel-pane"
  case work = "who-does-what"
  case knobs, filter, search, timeline
  case searchNext = "search-next"
  case searchBack = "search-back"
  case copy
  case finish = "finish-run"
  case stepBack = "step-back"
  case stepForward = "step-forward"
  case lessonStepForward = "next-lesson-step"
  case lessonStepBack = "previous-lesson-step"
  case frameBack = "frame-back"
  case frameForward = "frame-forward"
  case seek, speed
  case runAgain = "run-again"
  case loopback = "run-on-loopback"
  case replayRecorded = "play-recording"
  case nextLesson = "next-lesson"
  case lookBack = "look-at-run"
  case sessions, lessons
  case shell, wireshark
  case help, palette
  case mouse, repaint, suspend
  case back, quit
}

/// A command: the one source of keys, footer, help and palette.
struct Command: Sendable {
  /// What it is called everywhere.
  let id: CommandID
  /// The footer's words, short.
  let title: String
  /// A sentence for the help list.
  let help: String
  /// Where it works.
  let contexts: Set<Context>
  /// Keys in their written form.
  let keys: [String]
  /// Place in the footer, low first; nil keeps it out.
  let rank: Int?
  /// Whether it can act now.
  let enabled: @Sendable (Model) -> Bool

  /// The footer's words now: what the key starts is the lesson's to say.
  func words(_ model: Model) -> String {
    id == .pressClient ? model.currentLesson?.pressWords ?? title : title
  }

  /// Whether it only moves.
  var isMove: Bool {
    switch id {
    case .moveUp, .moveDown, .moveLeft, .moveRight, .first, .last, .pageUp, .pageDown, .halfUp, .halfDown:
      true
    default: false
    }
  }
  /// The keys as the list of all keys writes them.
  var keyText: String { keys.count > 4 ? "\(keys[0])-\(keys[keys.count - 1])" : keys.joined(separator: " ") }

  init(
    _ id: CommandID, _ keys: String, _ title: String, in contexts: Set<Context> = Set(Context.allCases),
    rank: Int? = nil, _ help: String, when enabled: @escaping @Sendable (Model) -> Bool = { _ in true }
  ) {
    self.id = id
    self.title = title
    self.help = help
    self.contexts = contexts
    self.keys = keys.split(separator: " ").map(String.init)
    self.rank = rank
    self.enabled = enabled
  }
}

/// All commands.
enum CommandRegistry {
  private static let run: Set<Context> = [.lab, .replay]

  static let all: [Command] = [
    Command(.moveUp, "k Up", "up", "Moves up a line."),
    Command(.moveDown, "j Down", "down", "Moves down a line."),
    Command(.moveLeft, "h Left", "left", in: run, "Moves left, or folds."),
    Command(.moveRight, "l Right", "right", in: run, "Moves right, or unfolds."),
    Command(.first, "g Home", "first", "Goes to the first line."),
    Command(.last, "G End", "last", "Goes to the last line and follows what comes."),
    Command(.pageUp, "PgUp C-b", "page up", "Moves up a screenful."),
    Command(.pageDown, "PgDn C-f", "page down", "Moves down a screenful."),
    Command(.halfUp, "C-u", "half up", "Moves up half a screenful."),
    Command(.halfDown, "C-d", "half down", "Moves down half a screenful."),
    Command(.open, "Enter", "open", in: [.browser, .sessions], rank: 1, "Opens what is selected."),
    Command(
      .open, "Enter", "answer and start", in: [.lesson], rank: 1,
      "Answers with the option selected and starts the lab."),
    Command(
      .open, "Enter", "look inside row", in: run, rank: 3,
      "Opens the fields and the octets of the row.",
      when: { [.ladder, .kernel, .timeline, nil].contains($0.runFocus) }),
    Command(
      .open, "Enter", "fold", in: run, rank: 1,
      "In the fields: opens or closes a group; on a single field goes to its octets.",
      when: { $0.runFocus == .tree }),
    Command(
      .open, "Enter", "go to its row", in: run, rank: 1, "Among the system calls: goes to the row of one.",
      when: { $0.runFocus == .syscalls }),
    Command(
      .open, "Enter", "change", in: run, rank: 1, "Among the knobs: writes another value.",
      when: { $0.runFocus == .knobs }),
    Command(
      .open, "Enter", "next bytes", in: run, rank: 3,
      "In the octets: goes on to the row's other bytes, such as decrypted ones.",
      when: { $0.runFocus == .hex && ($0.run?.hasOtherBytes ?? false) }),
    Command(
      .open, "Enter", "go there", in: [.end], rank: 1,
      "Opens the next lesson, or goes to the row, whichever is marked.", when: { $0.endPlace != nil }),
    Command(.open, "Enter", "play the recording", in: [.failure], rank: 1, "Plays the lesson's recorded run.")
    {
      $0.failureOffersReplay
    },
    Command(
      .skip, "Tab", "skip the question", in: [.lesson], rank: 3, "Starts the lab without a prediction.",
      when: { $0.lessonPage?.question != nil }),
    Command(
      .nextPane, "Tab", "next pane", in: run, rank: 2, "Moves to the next pane.",
      when: { model in model.run.map { RunPanes.order($0, model.size).count > 1 } ?? false }),
    Command(
      .kernelPane, "K", "kernel", in: run, rank: 8,
      "Shows queues, sockets and counters, each with its command; K again closes."),
    Command(.previousPane, "S-Tab", "previous pane", in: run, "Moves to the pane before."),
    Command(
      .pressClient, "c", "one more client", in: [.lab], rank: 1,
      "Starts the next client or request; the lab waits for it.", when: { $0.run?.offersPress ?? false }),
    Command(
      .acceptOne, "a", "accept one", in: [.lab], rank: 2, "Lets the server accept one connection.",
      when: { $0.run?.offersAccept ?? false }),
    Command(
      .doStep, "y", "do what the step says", in: [.lab], rank: 1,
      "Gives the commands that the lesson's step names.", when: { !($0.run?.ownStepCommands.isEmpty ?? true) }
    ),
    Command(
      .freeze, "Space", "freeze screen", in: [.lab], rank: 6,
      "Stops the screen, never the lab; again, and it goes on.", when: { $0.run?.isLive ?? false }),
    Command(.play, "Space", "play or pause", in: [.replay], rank: 1, "Plays the recorded run, or pauses it."),
    Command(
      .hold, "w", "hold the wire", in: [.lab], rank: 7,
      "Stops all frames, or lets them go; kernels' timers run on.",
      when: { $0.run?.isLive ?? false }),
    Command(
      .deliverNext, "n", "deliver next frame", in: [.lab], rank: 0,
      "Delivers the next frame held by the wire.",
      when: { $0.run?.isHeld ?? false }),
    Command(
      .dropNext, "d", "drop next frame", in: [.lab], rank: 0,
      "Drops the frame that the wire has held longest.",
      when: { $0.run?.isHeld ?? false }),
    Command(
      .list, "m", "list or ladder", in: run, "Lists every row with its addresses, or draws the ladder."),
    Command(
      .systemCalls, "s", "system calls", in: run, rank: 9,
      "Shows who called the kernel, and what it gave; s again closes."),
    Command(
      .work, "o", "who does what", in: run,
      "Shows who calls what, what threads wait for, and where requests spend their time; o again closes."),
    Command(
      .knobs, "x", "knobs", in: [.lab, .replay, .lesson], rank: 10,
      "Shows what can be turned, and its value; x again closes."),
    Command(.filter, "f", "filter", in: run, "Shows only rows that satisfy a filter; empty: all."),
    Command(
      .search, "/", "search", in: run, "Finds the next row with some words; none: those of before."),
    Command(.searchNext, "n", "next found", in: [.replay], "Finds the next row with the words of before."),
    Command(.searchBack, "N", "found before", in: run, "Finds the row before with the words of before."),
    Command(
      .copy, "Y", "copy", in: [.lab, .replay, .end, .sessions, .failure],
      "Copies the row or field; elsewhere the path or command."),
    Command(
      .timeline, "t", "timeline", in: [.replay], rank: 7,
      "Shows the run along its time; h and l go along it; t again closes."),
    Command(.timeline, "t", "timeline", in: [.lab], "Shows the run along its time; t again closes."),
    Command(
      .finish, "e", "verdict", in: [.lab], rank: 5, "Ends the run and tells how it went."),
    Command(
      .finish, "e", "verdict", in: [.replay], rank: 5, "Goes to the end: what you said, and what happened.",
      when: { $0.currentLesson != nil }),
    Command(.stepBack, ",", "back", in: [.replay], rank: 6, "Steps back one row."),
    Command(.stepForward, ".", "row on", in: [.replay], rank: 4, "Steps on one row."),
    Command(
      .lessonStepForward, "]", "next step", in: [.replay], rank: 2,
      "Goes on to the lesson's next step.", when: { $0.currentLesson != nil }),
    Command(
      .lessonStepForward, "]", "next step", in: [.lab], rank: 0,
      "Shows the step that the screen waits before.", when: { $0.run?.gate != nil }),
    Command(
      .lessonStepBack, "[", "step before", in: [.replay], "Goes back to the lesson's step before.",
      when: { $0.currentLesson != nil }),
    Command(.frameBack, "<", "frame back", in: [.replay], "Steps back to the frame before."),
    Command(.frameForward, ">", "frame on", in: [.replay], "Steps on to the next frame."),
    Command(
      .seek, "0 1 2 3 4 5 6 7 8 9", "seek", in: [.replay], "Goes to that tenth of the run's time."),
    Command(.speed, "S", "speed", in: [.replay], "Changes the speed of playing."),
    Command(
      .runAgain, "R", "run again", in: [.end, .failure], rank: 3, "Runs this lesson's lab afresh.",
      when: { $0.currentLesson != nil }),
    Command(
      .runAgain, "R", "run again", in: [.lab, .replay], rank: 9, "Runs this lesson's lab afresh.",
      when: { $0.currentLesson != nil }),
    Command(
      .loopback, "l L", "live on loopback", in: [.failure, .lesson], rank: 2,
      "Runs on 127.0.0.0/8: queues, system calls, no frames.",
      when: { $0.offersLoopback && $0.currentLesson != nil }),
    Command(
      .loopback, "L", "live on loopback", in: [.replay], rank: 2,
      "Runs on 127.0.0.0/8: queues, system calls, no frames.",
      when: { $0.offersLoopback && $0.run?.banner != nil && $0.currentLesson != nil }),
    Command(
      .replayRecorded, "P", "recorded run", in: [.lesson, .end], rank: 4,
      "Plays the run that comes with the lesson.",
      when: { $0.currentLesson.map { $0.hasRecording } ?? false }),
    Command(
      .nextLesson, "N", "next lesson", in: [.end], "Opens the next lesson.", when: { $0.lessonAfter != nil }),
    Command(.lookBack, "b", "look at the run", in: [.end], rank: 2, "Goes back to the run's rows."),
    Command(
      .sessions, "v", "recorded sessions", in: [.browser, .end], rank: 2, "Lists the runs that were kept."),
    Command(
      .lessons, "B", "lessons", in: [.lesson, .end, .sessions, .failure], rank: 6,
      "Goes to the list of lessons."),
    Command(
      .shell, "!", "shell on a host", in: [.lab], "Opens a shell on a host of the lab; exit leaves it.",
      when: { $0.run?.isLive ?? false }),
    Command(
      .wireshark, "W", "Wireshark", in: [.lab, .replay, .end, .sessions],
      "Tells the command that opens this in Wireshark."),
    Command(.help, "?", "all keys", rank: 20, "Lists every key that works here, and runs one."),
    Command(.palette, ": C-p", "command", "Finds a command by its name, and runs it."),
    Command(.mouse, "F9", "mouse", "Switches mouse reports; off, the terminal selects text."),
    Command(.repaint, "C-l", "repaint", "Paints the whole screen again."),
    Command(.suspend, "C-z", "suspend", "Stops the program and gives the shell back; fg resumes."),
    Command(
      .back, "q Esc", "close", in: run, rank: 21, "Closes the pane.",
      when: { model in model.run.map { RunPanes.closing($0, model.size) != nil } ?? false }),
    Command(.back, "q Esc", "leave", rank: 21, "Goes back one level; at the top, ends the program."),
    Command(.quit, "Q C-c", "quit", "Ends the program."),
  ]

  /// Commands of a context, enabled or not, in the order of the list.
  static func commands(in context: Context) -> [Command] { all.filter { $0.contexts.contains(context) } }

  /// The same for the list of all keys: what is special to the place first, what moves anywhere last.
  static func listed(in context: Context) -> [Command] {
    let all = commands(in: context)
    return all.filter { !$0.isMove } + all.filter(\.isMove)
  }

  /// The same for the list of all keys in a state: a key that means something now is not told for other times too.
  static func helped(_ model: Model) -> [Command] {
    let model = model.planned
    let commands = listed(in: model.context)
    let taken = Set(commands.filter { $0.enabled(model) }.flatMap(\.keys))
    return commands.filter { $0.enabled(model) || !taken.isSuperset(of: $0.keys) }
  }

  /// What a key means here; nil when nothing, or when it can't act now.
  static func command(for press: KeyPress, in model: Model) -> Command? {
    let name = press.name
    let model = model.planned
    return all.first { $0.contexts.contains(model.context) && $0.keys.contains(name) && $0.enabled(model) }
  }

  /// The footer's entries: the keys that matter now, most wanted first.
  static func footer(_ model: Model) -> [Command] {
    commands(in: model.context).filter { $0.rank != nil && $0.enabled(model) }.sorted {
      ($0.rank ?? 0) < ($1.rank ?? 0)
    }
  }

  /// Commands whose name or title holds `text`, those whose name begins with it first.
  static func matches(_ text: String, in model: Model) -> [Command] {
    let wanted = text.lowercased()
    let usable = listed(in: model.context).filter { $0.enabled(model) }
    guard !wanted.isEmpty else { return usable }
    let found = usable.filter { $0.id.rawValue.contains(wanted) || $0.title.lowercased().contains(wanted) }
    return found.filter { $0.id.rawValue.hasPrefix(wanted) }
      + found.filter { !$0.id.rawValue.hasPrefix(wanted) }
  }
}
