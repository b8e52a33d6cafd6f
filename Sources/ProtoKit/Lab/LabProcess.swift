import FoundationEssentials
import Glibc

/// The process that builds a lab, carries its frames and records it.
public enum LabProcess {
  /// Runs the lab whose plan comes as the first line of descriptor 3; the session goes to descriptor 4.
  /// Must be called before the program has a second thread: namespaces are made for one thread only.
  public static func run(arguments: [String]) -> CInt {
    signal(SIGPIPE, SIG_IGN)
    var lines = LineBuffer()
    while let bytes = Descriptor.read(3), !bytes.isEmpty {
      let found = lines.add(bytes)
      guard let first = found.first else { continue }
      guard let plan = try? JSONDecoder().decode(LabPlan.self, from: Data(first.utf8)) else {
        return fail("the plan of the lab is not understood")
      }
      do {
        let lab = try Laboratory(plan)
        lab.run(lines, Array(found.dropFirst()))
        return 0
      } catch { return fail(error.description) }
    }
    return 1
  }

  private static func fail(_ text: String) -> CInt {
    if let json = try? JSONEncoder().encode(LabLine(report: "failed", text: text)) {
      _ = Descriptor.write(3, (Array(json) + [10])[...])
    }
    return 1
  }
}
