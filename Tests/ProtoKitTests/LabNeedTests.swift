import Glibc
import Testing

@testable import ProtoKit

@Suite struct LabNeedTests {
  private func plan(_ processes: [ProcessPlan]) -> LabPlan {
    var plan = LabPlan(lesson: "test", text: "")
    plan.hosts = ["server", "client"]
    plan.processes = processes
    return plan
  }

  private func files(_ plan: LabPlan) -> Int? {
    plan.needs.lazy.compactMap { if case .files(let count) = $0 { count } else { nil } }.first
  }

  @Test func aRingIsNeededWhereABackendWaitsForOne() {
    let ring = ProcessPlan(host: "server", role: "backend", parameters: ["wait": "io-uring"])
    #expect(plan([ring]).needs.contains(.ring))
    #expect(!plan([ProcessPlan(host: "server", role: "backend")]).needs.contains(.ring))
  }

  @Test func eachSettingIsNeededOnce() {
    var plan = plan([])
    plan.sysctls = [
      Sysctl(host: "server", key: "net.ipv4.tcp_sack", value: "0"),
      Sysctl(host: "client", key: "net.ipv4.tcp_sack", value: "0"),
      Sysctl(host: "client", key: "net.ipv4.tcp_congestion_control", value: "reno"),
    ]
    #expect(plan.needs.count { $0 == .setting(key: "net.ipv4.tcp_sack", value: "0") } == 1)
    #expect(
      plan.needs.count { $0 == .setting(key: "net.ipv4.tcp_congestion_control", value: "reno") } == 1)
    plan.loopback = true
    #expect(plan.needs.allSatisfy { if case .setting = $0 { false } else { true } })
  }

  @Test func connectionsOfAllClientsMeetAtTheServer() {
    let server = ProcessPlan(host: "server", role: "backend")
    func client(_ role: String, _ count: (String, String)) -> ProcessPlan {
      ProcessPlan(
        host: "client", role: role, parameters: ["to": "server:8080", count.0: count.1])
    }
    let load = client("load", ("connections", "3000")),
      more = client("tcp-connector", ("connections", "2000"))
    #expect(files(plan([server, load, more])) == 5256)
    #expect(files(plan([server, client("retrier", ("requests", "700"))])) == 956)
  }

  @Test func aRingIsRefusedForItsReason() {
    #expect(LabRefusal.ring(EPERM, switchedOff: 2).remedy == "sysctl -w kernel.io_uring_disabled=0")
    #expect(LabRefusal.ring(EPERM, switchedOff: 1).cause.contains("kernel.io_uring_disabled=1"))
    #expect(LabRefusal.ring(EPERM, switchedOff: 0).remedy == LabRefusal.unconfined)
    #expect(LabRefusal.ring(EPERM, switchedOff: nil).cause.contains("seccomp"))
    #expect(LabRefusal.ring(ENOSYS, switchedOff: nil).remedy == "boot a kernel with CONFIG_IO_URING=y")
    #expect(LabRefusal.ring(EINVAL, switchedOff: nil).cause.contains("Linux 5.19"))
    #expect(LabRefusal.ring(ENOMEM, switchedOff: nil).remedy.hasPrefix("prlimit --pid $$ --memlock="))
    #expect(LabRefusal.ring(EIO, switchedOff: nil).cause.contains("Input/output error"))
  }

  @Test func aSettingIsRefusedForItsReason() {
    let key = "net.ipv4.tcp_sack"
    #expect(LabRefusal.setting(key, "1", isMissing: true, EROFS).remedy.contains("systempaths=unconfined"))
    #expect(LabRefusal.setting(key, "1", isMissing: false, EPERM).need == key)
    #expect(LabRefusal.setting(key, "9", isMissing: false, EINVAL).need == "net.ipv4.tcp_sack=9")
  }

  @Test func whatOneReasonKeepsIsToldOnce() {
    let lacks = ["a", "b", "c"].map { LabLack(need: $0, cause: $0 == "b" ? "y" : "x", remedy: "r") }
    #expect(LabLack.joined(lacks).map(\.need) == ["a, c", "b"])
  }

  /// More settings than one child tries.
  @Test(.enabled(if: LabSupport.probe() == .namespaces)) func manySettingsAreTriedAllOfThem() {
    let needs = (0..<300).map { LabNeed.setting(key: "net.ipv4.tcp_nonesuch\($0)", value: "1") }
    #expect(MachineTest(needs).lacks(of: needs).count == 300)
  }
}
