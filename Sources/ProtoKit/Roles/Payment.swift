import Bytes
import Glibc
import Session

/// `payment`: takes 10 from an account of 100 at each POST, with or without a table of the keys that it has seen.
final class Payment: Role {
  private static let price = 10

  private final class Connection {
    var reader = HTTPReader(.request)
    var head: HTTPHead?
  }
  /// A payment that takes its time.
  private struct Job {
    var due: Int64
    var fd: CInt
    var key: String?
  }
  /// What the table says of a key.
  private enum Entry {
    case underWay
    case paid(Int)
  }

  private let setting: RoleSetting
  private let system: Syscalls
  private var listener: CInt = -1
  private var connections: [CInt: Connection] = [:]
  private var jobs: [Job] = []
  private var table: [String: Entry] = [:]
  private var payments = 0, balance = 100, lost = 0

  init(_ setting: RoleSetting) {
    self.setting = setting
    system = setting.system
  }

  func start() throws(RoleError) {
    listener = try setting.listener()
    setting.watch(listener, .input)
  }

  var deadline: Int64? { jobs.map(\.due).min() }

  func elapsed() {
    let now = system.recorder.now
    let due = jobs.filter { $0.due <= now }
    jobs.removeAll { $0.due <= now }
    for job in due { pay(job) }
  }

  func ready(_ fd: CInt, _ ready: Ready) {
    if fd == listener {
      while case let accepted = system.accept(listener), accepted.value >= 0 {
        connections[accepted.fd] = Connection()
        setting.watch(accepted.fd, .input)
      }
      return
    }
    guard let connection = connections[fd] else { return }
    let (outcome, bytes) = system.receive(fd)
    if outcome.isBlocked { return }
    // Whoever asked has left; what was begun for it goes on.
    guard outcome.value > 0 else { return close(fd) }
    for event in connection.reader.add(bytes) {
      switch event {
      case .head(let head): connection.head = head
      case .content: break
      case .end: if let head = connection.head { asked(fd, head) }
      case .failed(let failure): answer(fd, failure.status, failure.text)
      }
    }
  }

  private func asked(_ fd: CInt, _ head: HTTPHead) {
    guard head.method == "POST", head.path == "/pay" else {
      return answer(fd, head.path == "/pay" ? 405 : 404, "POST /pay takes \(Payment.price) from the account.")
    }
    let keys = setting.text("keys")
    let key = keys == "none" ? nil : head["idempotency-key"]
    if let key, let entry = table[key] {
      switch entry {
      case .paid(let number):
        note("repeated", "This key was paid already, as payment \(number): the same answer again", key)
        return answer(fd, 200, "paid, payment \(number)")
      case .underWay:
        note("conflict", "A payment with this key is under way", key)
        return answer(fd, 409, "a payment with this key is under way")
      }
    }
    if keys == "claim", let key { table[key] = .underWay }
    jobs.append(Job(due: system.recorder.now + setting.duration("work"), fd: fd, key: key))
  }

  private func pay(_ job: Job) {
    payments += 1
    balance -= Payment.price
    if let key = job.key { table[key] = .paid(payments) }
    note("paid", "Payment \(payments): \(Payment.price) are taken, the balance is \(balance)", job.key)
    if lost < setting.number("lose") {
      lost += 1
      note("cut", "The connection breaks before the answer is sent", job.key)
      if connections[job.fd] != nil { system.lingerZero(job.fd) }
      return close(job.fd)
    }
    answer(job.fd, 201, "paid, payment \(payments)")
  }

  private func note(_ what: String, _ text: String, _ key: String?) {
    let named = key.map { [EventField("request_key", $0)] } ?? []
    system.recorder.note(
      what, text, [EventField("payments", payments), EventField("balance", balance)] + named)
  }

  private func answer(_ fd: CInt, _ status: Int, _ text: String) {
    guard connections[fd] != nil else { return }
    let content = Array((text + "\n").utf8)
    let head = HTTPHead(
      status: status,
      [
        HTTPField("Content-Type", "text/plain"), HTTPField("Content-Length", content.count),
        HTTPField("Connection", "close"),
      ])
    _ = system.send(fd, (head.bytes + content)[...])
    close(fd)
  }

  private func close(_ fd: CInt) {
    guard connections.removeValue(forKey: fd) != nil else { return }
    system.close(fd)
  }

  func changed(_ parameter: String) -> String? {
    parameter == "backlog" ? setting.listenAgain(listener) : nil
  }

  func command(_ words: [String]) -> Answer {
    words == ["press"] ? .ok("nothing here waits for a key") : .unknown(words, takes: "no commands")
  }
}
