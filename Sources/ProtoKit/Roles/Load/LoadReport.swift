import Bytes
import Glibc
import Session

/// What a load has measured so far.
struct LoadReport {
  var sent = 0
  var errors = 0
  var began: Int64 = 0
  private(set) var answers = 0
  /// From when a request was due, and from when it was sent.
  private var latency = LatencyHistogram(), service = LatencyHistogram()
  /// TLS handshakes that ended well, how long they took from TCP's connection on, and processor time for them here.
  private var handshakes = 0, handshakeTime: Int64 = 0, handshakeProcessor: Int64 = 0
  private var toldAnswers = 0
  private var toldAt: Int64?

  mutating func answered(_ status: Int, since due: Int64, sent: Int64, at now: Int64) {
    answers += 1
    if status != 200 { errors += 1 }
    latency.record(now - due)
    service.record(now - sent)
  }

  mutating func secured(took time: Int64, processor: Int64) {
    handshakes += 1
    handshakeTime += time
    handshakeProcessor += processor
  }

  /// Writes a `load` event.
  mutating func tell(
    _ phase: String, isOpen: Bool, at now: Int64, connections: Int, _ spread: (least: Int, most: Int),
    _ recorder: Recorder
  ) {
    // What came since the last row may be one answer: the end tells of all.
    let isEnd = phase == "end"
    let elapsed = max(1, now - (isEnd ? began : toldAt ?? began))
    let rate = Int((Double(answers - (isEnd ? 0 : toldAnswers)) * 1e9 / Double(elapsed)).rounded())
    toldAt = now
    toldAnswers = answers
    var fields = [
      EventField("phase", phase), EventField("requests", answers), EventField("errors", errors),
      EventField("sent", sent), EventField("rate", rate),
    ]
    if answers > 0 {
      fields += [
        EventField("p50", latency.percentile(0.5)), EventField("p90", latency.percentile(0.9)),
        EventField("p99", latency.percentile(0.99)), EventField("p999", latency.percentile(0.999)),
        EventField("max", latency.max), EventField("mean", latency.mean),
      ]
      if isOpen {
        fields += [
          EventField("service_p50", service.percentile(0.5)),
          EventField("service_p99", service.percentile(0.99)),
        ]
      } else if isEnd {
        let interval = service.percentile(0.5)
        let corrected = latency.corrected(interval: interval)
        fields += [
          EventField("corrected_p90", corrected.percentile(0.9)),
          EventField("corrected_p99", corrected.percentile(0.99)),
          EventField("corrected_p999", corrected.percentile(0.999)), EventField("interval", interval),
        ]
      }
    }
    fields += [
      EventField("connections", connections), EventField("cpu", LoadReport.processorTime),
      EventField("least", spread.least), EventField("most", spread.most), EventField("buckets", latency.text),
    ]
    if handshakes > 0 {
      fields += [
        EventField("handshakes", handshakes), EventField("handshake", handshakeTime / Int64(handshakes)),
        EventField("handshake_cpu", handshakeProcessor / Int64(handshakes)),
      ]
    }
    let words =
      answers == 0
      ? "no answer yet"
      : "\(rate)/s, half within \(Seconds.words(latency.percentile(0.5))), 99% within \(Seconds.words(latency.percentile(0.99)))"
    recorder.write(
      .load, at: recorder.wall(now), "\(answers) requests answered, \(errors) failed: \(words)", fields)
  }

  /// Processor time of this process, in nanoseconds.
  static var processorTime: Int64 {
    var t = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t)
    return Int64(t.tv_sec) * 1_000_000_000 + Int64(t.tv_nsec)
  }
}
