import CFuzzer
import FuzzTargets
import Glibc

// `FuzzRunner --list` names the targets; `FuzzRunner --seeds FOLDER CAPTURE...` writes what captures have for each into
// FOLDER/TARGET; `FuzzRunner --bombs FOLDER` writes FOLDER/TARGET-NUMBER-WHAT; with FUZZ_TARGET set, libFuzzer runs that target with its own options and files.

func write(_ octets: [UInt8], _ path: String) {
  guard let file = unsafe fopen(path, "w") else { fatalError("\(path) can't be written") }
  unsafe fwrite(octets, 1, octets.count, file)
  unsafe fclose(file)
}

/// Writes each seed into a file that has the name of its content.
func writeSeeds(_ folder: String, _ captures: [String]) {
  for target in FuzzTarget.all { _ = unsafe mkdir("\(folder)/\(target.name)", 0o755) }
  for capture in captures {
    for (target, octets) in FuzzTarget.seeds(ofCapture: capture) where !octets.isEmpty {
      var digest: UInt64 = 0xCBF2_9CE4_8422_2325
      for octet in octets { digest = (digest ^ UInt64(octet)) &* 0x100_0000_01B3 }
      write(octets, "\(folder)/\(target)/\(String(digest, radix: 16))")
    }
  }
}

let arguments = CommandLine.arguments
if arguments.count == 2, arguments[1] == "--list" {
  for target in FuzzTarget.all { print(target.name) }
  exit(0)
}
if arguments.count > 3, arguments[1] == "--seeds" {
  writeSeeds(arguments[2], Array(arguments.dropFirst(3)))
  exit(0)
}
if arguments.count == 3, arguments[1] == "--bombs" {
  for (index, bomb) in Bombs.all.enumerated() {
    write(bomb.octets, "\(arguments[2])/\(bomb.target)-\(index)-\(bomb.name)")
  }
  exit(0)
}
guard let name = unsafe getenv("FUZZ_TARGET").map({ unsafe String(cString: $0) }),
  let chosen = FuzzTarget.named(name)
else {
  print("FUZZ_TARGET is none of: \(FuzzTarget.all.map(\.name).joined(separator: " "))")
  exit(64)
}
let target = chosen
var count = CommandLine.argc
var values: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
unsafe exit(
  LLVMFuzzerRunDriver(&count, &values) { octets, count in
    do throws(Finding) {
      try target.run(unsafe Array(UnsafeBufferPointer(start: octets, count: count)))
    } catch {
      fatalError("\(error)")
    }
    return 0
  })
