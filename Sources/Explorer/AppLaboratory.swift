internal import Dissect
internal import Glibc
internal import ProtoKit
internal import Session

/// The laboratory of the program: lessons, labs in namespaces, sessions in the state directory.
final class StandardLaboratory: Laboratory {
  private let catalogue: [Lesson]
  let lessons: [LessonItem]
  let notice: String?
  /// Where the real thing can be had, less is not offered.
  var offersLoopback: Bool { if case .forbidden = support { true } else { false } }
  private var support: LabSupport { machine.support }
  private let machine: MachineTest
  /// Seconds after which a lab on the screen ends, whoever watches. A run told in lines ends at the lesson's own limit.
  private static let limit = 3600.0

  /// Lessons of a catalogue.
  init(_ catalogue: LessonCatalogue) {
    self.catalogue = catalogue.lessons
    notice = nil
    (machine, lessons) = Self.items(catalogue.lessons)
  }

  /// The lessons in the program.
  init() {
    do throws(LessonError) {
      catalogue = try LessonCatalogue.embedded(roles: LessonCatalogue.roles).lessons
      notice = nil
    } catch {
      catalogue = []
      notice = error.description
    }
    (machine, lessons) = Self.items(catalogue)
  }

  /// Lessons for the screens, each with what this machine lacks of what its lab needs.
  private static func items(_ lessons: [Lesson]) -> (MachineTest, [LessonItem]) {
    let needs = lessons.map { (try? $0.plan())?.needs ?? [] }
    let machine = MachineTest(needs.joined())
    let items = zip(lessons, needs).map { lesson, needs in
      var item = LessonItem(lesson, roles: LessonCatalogue.roles)
      item.lacks = machine.lacks(of: needs)
      return item
    }
    return (machine, items)
  }

  private func lesson(_ slug: String) throws(LabFailure) -> Lesson {
    if let lesson = catalogue.first(where: { $0.slug == slug }) { return lesson }
    throw LabFailure(
      what: "No lesson is called \(slug).", works: "The list of lessons.", command: "backlab lessons")
  }

  func start(_ slug: String, settings: [String: String], loopback: Bool) throws(LabFailure) -> any LabLink {
    let lesson = try lesson(slug)
    if !loopback { try requireNamespaces(lesson) }
    var plan: LabPlan
    do throws(LessonError) { plan = try lesson.plan(settings: settings) } catch {
      throw LabFailure(
        what: error.description, works: "Every setting can be left as the lesson has it.",
        command: "backlab run \(slug)", offersReplay: !lesson.session.isEmpty)
    }
    plan.loopback = loopback
    try require(plan, of: lesson)
    // Who watches also reads and thinks: an hour, and q or e before that.
    plan.limit = max(plan.limit, Self.limit)
    do throws(LabError) {
      return RunningLab(
        try LabRun.start(plan), file: SessionStock.newFile(slug),
        guide: LessonGuide(lesson, settings: settings))
    } catch { throw failure(error.description, of: slug) }
  }

  private func requireNamespaces(_ lesson: Lesson) throws(LabFailure) {
    guard case .forbidden(let step, let error, let cause, let remedy) = support else { return }
    let hasRecording = !lesson.session.isEmpty
    throw LabFailure(
      what: "The lab can't build its private network: \(cause) (\(step): \(error))",
      works: hasRecording
        ? "The lesson's recorded run." : "Lessons with a recorded run, and recorded sessions.",
      command: remedy, offersReplay: hasRecording,
      banner: hasRecording
        ? "RECORDED RUN: no private network can be built here (\(step): \(error)). L runs live on loopback, without frames; `backlab doctor` tells more."
        : nil)
  }

  /// Knobs may ask for more, or for less, than the lesson does by itself.
  private func require(_ plan: LabPlan, of lesson: Lesson) throws(LabFailure) {
    guard let lack = MachineTest(plan.needs).lacks(of: plan.needs).first else { return }
    let hasRecording = !lesson.session.isEmpty
    throw LabFailure(
      what: "The lab needs \(lack.need), which this machine doesn't have. \(lack.cause)",
      works: hasRecording ? "The lesson's recorded run, and the other lessons." : "The other lessons.",
      command: lack.remedy, offersReplay: hasRecording,
      banner: hasRecording && !plan.loopback
        ? "RECORDED RUN: the lab needs \(lack.need). \(lack.cause) To allow it, an administrator runs: \(lack.remedy)"
        : nil)
  }

  func failure(_ what: String, of slug: String) -> LabFailure {
    let hasRecording = catalogue.first { $0.slug == slug }.map { !$0.session.isEmpty } ?? false
    return LabFailure(
      what: "The lab could not be run: \(what).",
      works: hasRecording ? "The lesson's recorded run: Enter plays it." : "The other lessons.",
      command: "backlab doctor", offersReplay: hasRecording)
  }

  func open(_ path: String) throws(LabFailure) -> (run: RunState, rest: SessionLoader?) {
    do throws(SessionError) {
      let file = try SessionFile(path: path)
      let loader = SessionLoader(file)
      // A screenful; the rest is read while keys are answered.
      let first = loader.next(256)
      var slug: String?
      for case .event(let event) in first.prefix(16) where event.kind == .session {
        slug = slug ?? event.text("lesson")
      }
      let lesson = catalogue.first { $0.slug == slug }
      let item = lessons.first { $0.slug == slug }
      var run = RunState(
        kind: .replay, lesson: item,
        title: item?.title ?? path.split(separator: "/").last.map(String.init) ?? path,
        guide: lesson.map { LessonGuide($0) },
        analysis: lesson == nil ? Analysis(of: file) : nil)
      run.path = path
      run.showsList = lesson == nil
      run.isLoading = !loader.isAtEnd
      run.take(first)
      run.kernelNote = KernelNote.text(lesson, recorded: run.store.kernel, own: LabJob.kernel)
      return (run, loader.isAtEnd ? nil : loader)
    } catch {
      throw LabFailure(
        what: "\(error.path): \(error.what).", works: "Other sessions, and the lessons.",
        command: error.remedy)
    }
  }

  func recording(of slug: String) throws(LabFailure) -> RunState {
    let lesson = try lesson(slug)
    guard !lesson.session.isEmpty else {
      throw LabFailure(
        what: "\(slug) has no recorded run.", works: "Its lab: Enter starts it.",
        command: "backlab run \(slug)")
    }
    var decoder = SessionDecoder()
    decoder.push(lesson.session)
    var records: [Record] = []
    while let record = decoder.next() { records.append(record) }
    while let record = decoder.finish() { records.append(record) }
    let item = lessons.first { $0.slug == slug }
    var run = RunState(
      kind: .replay, lesson: item, title: item?.title ?? slug, guide: LessonGuide(lesson))
    run.take(records)
    run.kernelNote = KernelNote.text(lesson, recorded: run.store.kernel, own: LabJob.kernel)
    return run
  }

  func sessions() -> [SessionsState.Entry] { SessionStock.entries(lessons) }
}

/// A file that is read in slices, so that keys are answered meanwhile.
final class SessionLoader {
  private var file: SessionFile
  /// Whether everything was read.
  private(set) var isAtEnd = false

  init(_ file: SessionFile) { self.file = file }

  /// The next records, `count` at most.
  func next(_ count: Int) -> [Record] {
    var records: [Record] = []
    while records.count < count {
      guard let record = file.next() else {
        isAtEnd = true
        break
      }
      records.append(record)
    }
    return records
  }

  /// Adds what is read until CLOCK_MONOTONIC has come to `deadline`.
  func read(into store: SessionStore, until deadline: Int64) {
    guard store.keepsFramesInFile else {
      repeat { store.take(next(32)) } while !isAtEnd && Descriptor.monotonic() < deadline
      return
    }
    isAtEnd = !store.read(&file) { Descriptor.monotonic() < deadline }
  }
}
