import Bytes
import Session
import Testing

@testable import Explorer

/// When the learner's key is pressed for her; times are nanoseconds.
@Suite struct KeyPressesTests {
  private let frame = Record.frame(Frame(time: Timestamp(nanoseconds: 0), bytes: []))

  private func event(_ kind: EventKind, _ fields: [EventField]) -> Record {
    .event(Event(kind, at: Timestamp(nanoseconds: 0), "", fields))
  }

  @Test func aPressWaitsForTheOneBeforeAndForAQuietWire() {
    var keys = KeyPresses(processes: 1, delay: 5_000_000, at: 0)
    #expect(keys.due == nil, "the lab is not ready")
    keys.begin(at: 100)
    #expect(keys.due == 20_000_100)
    keys.take(frame, at: 5_000)
    #expect(keys.due == 20_005_000)
    keys.pressed(7)
    keys.take(frame, at: 6_000)
    keys.answered(6, true, "another command's", at: 7_000)
    #expect(keys.due == nil, "the press is not carried out yet")
    keys.answered(7, true, "a connection was started, 2 left", at: 900_000_000)
    #expect(keys.due == 920_000_000)
    keys.take(event(.kernel, [EventField("subject", "listener")]), at: 910_000_000)
    #expect(keys.due == 930_000_000, "the queue's reading counts too")
    keys.take(event(.kernel, [EventField("subject", "counters")]), at: 920_000_000)
    #expect(keys.due == 930_000_000)
  }

  @Test func quietIsFourDelaysAsTheyAreNow() {
    var keys = KeyPresses(processes: 1, delay: 100_000_000, at: 0)
    keys.begin(at: 0)
    #expect(keys.due == 400_000_000)
    keys.take(event(.knob, [EventField("name", "link.delay"), EventField("value", "10ms")]), at: 0)
    #expect(keys.due == 40_000_000)
  }

  @Test func nothingIsPressedInVain() {
    var keys = KeyPresses(processes: 0, delay: 0, at: 0)
    keys.begin(at: 0)
    #expect(keys.due == nil, "nothing waits for a key")
    for (processes, due) in [(1, nil), (2, 1_000_000_000)] as [(Int, Int64?)] {
      keys = KeyPresses(processes: processes, delay: 0, at: 0)
      keys.begin(at: 0)
      keys.pressed(1)
      keys.answered(1, true, "every connection has been started", at: 0)
      #expect(keys.due == due, "another process may have something left")
    }
    keys.finish()
    #expect(keys.due == nil)
  }

  @Test func handsMayPress() {
    var keys = KeyPresses(processes: 1, delay: 0, at: 0)
    keys.begin(at: 0)
    keys.isOn = false
    #expect(keys.due == nil)
    keys.isOn = true
    #expect(keys.due != nil)
  }
}
