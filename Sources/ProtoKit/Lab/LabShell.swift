import CLinux
import Glibc

/// Running a program on a host of a running lab, as a person would sit at that host.
public enum LabShell {
  /// The descriptor of the lab process that stands for the network namespace of its first host; the others follow.
  static let firstDescriptor: CInt = 100

  /// `backlab enter LAB DESCRIPTOR COMMAND...`, a helper process: runs the command in the lab and returns its status;
  /// 69 when the lab can't be entered.
  public static func run(arguments: [String]) -> CInt {
    guard arguments.count >= 5, let lab = CInt(arguments[2]), let descriptor = CInt(arguments[3]) else {
      return tell("backlab enter LAB DESCRIPTOR COMMAND...: the explorer runs this for the key !", 64)
    }
    let status = unsafe Descriptor.withArguments(Array(arguments[4...])) {
      unsafe clinux_enter(lab, descriptor, $0)
    }
    guard status >= 0 else {
      return tell("the lab can't be entered: \(Descriptor.errorText()); it may have ended", 69)
    }
    return status
  }

  private static func tell(_ text: String, _ code: CInt) -> CInt {
    _ = Descriptor.write(2, Array((text + "\n").utf8)[...])
    return code
  }
}
