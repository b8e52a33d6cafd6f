// swift-tools-version: 6.3
import PackageDescription

// Who may know whom: Bytes <- Session <- Dissect <- Viz <- Explorer, and Bytes, Session <- ProtoKit <- Explorer.
// Each C library is imported by one module only; libcrypto by two (Dissect decrypts), CLinux by two.
let package = Package(
  name: "backlab",
  products: [
    .executable(name: "backlab", targets: ["Explorer"]),
    .executable(name: "backlab-bench", targets: ["Benchmarks"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
    .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CBrotli", providers: [.apt(["libbrotli-dev"])]),
    .systemLibrary(name: "CCmark", providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
    .systemLibrary(name: "CPCRE2", providers: [.apt(["libpcre2-dev"])]),
    .target(name: "CLinux", linkerSettings: [.linkedLibrary("uring")]),
    .target(name: "CLessons"),
    .target(name: "Bytes"),
    .target(name: "Session", dependencies: ["Bytes"]),
    .target(name: "Dissect", dependencies: ["Bytes", "Session", "COpenSSL", "CPCRE2", "CZlib", "CBrotli"]),
    .target(name: "Viz", dependencies: ["Bytes", "Session", "Dissect", "CCmark"]),
    .target(name: "ProtoKit", dependencies: ["Bytes", "Session", "CLinux", "COpenSSL"]),
    .executableTarget(
      name: "Explorer",
      dependencies: [
        "Bytes", "Session", "Dissect", "Viz", "ProtoKit", "CLinux", "CNcurses", "CLessons",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "Benchmarks", dependencies: ["Bytes", "Session", "ProtoKit", "Pty"], path: "Benchmarks"),
    .target(name: "Pty", path: "Tests/Pty"),
    .executableTarget(name: "Refuse", path: "Tests/Refuse"),
    .target(name: "TestSupport", dependencies: ["Bytes"], path: "Tests/Support"),
    .target(
      name: "FuzzTargets", dependencies: ["Bytes", "Session", "Dissect", "COpenSSL"],
      path: "Tests/FuzzTargets"),
    .testTarget(
      name: "FuzzTests", dependencies: ["FuzzTargets"], exclude: ["Fixtures"]),
    .testTarget(name: "BytesTests", dependencies: ["Bytes", "TestSupport"]),
    .testTarget(
      name: "SessionTests", dependencies: ["Session", "Bytes", "TestSupport"], exclude: ["Fixtures"]),
    .testTarget(
      name: "DissectTests", dependencies: ["Dissect", "Session", "Bytes", "TestSupport"],
      exclude: ["Fixtures", "Programs"]),
    .testTarget(
      name: "ProtoKitTests", dependencies: ["ProtoKit", "CLinux", "Session", "Bytes", "TestSupport", "Pty"]),
    .testTarget(
      name: "VizTests", dependencies: ["Viz", "Dissect", "Session", "Bytes", "TestSupport"],
      exclude: ["Golden", "Fixtures"]),
    .testTarget(
      name: "ExplorerTests",
      dependencies: [
        "Explorer", "Viz", "Dissect", "ProtoKit", "Session", "Bytes", "TestSupport", "Pty", "Refuse",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], exclude: ["Golden", "Fixtures"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu2x
)

// `Scripts/fuzz` builds this with libFuzzer, which Swift's toolchain brings: what reads hostile octets counts its branches.
if Context.environment["BACKLAB_FUZZ"] != nil {
  package.targets += [
    .target(name: "CFuzzer", path: "Tests/FuzzRunner/CFuzzer"),
    .executableTarget(
      name: "FuzzRunner", dependencies: ["FuzzTargets", "CFuzzer"], path: "Tests/FuzzRunner",
      exclude: ["CFuzzer"],
      // Swift compares words of 64 bits at every bound: CFuzzer says why they are not traced.
      linkerSettings: [
        .unsafeFlags(
          ["cmp8", "const_cmp8"].flatMap { ["-Xlinker", "--wrap=__sanitizer_cov_trace_\($0)"] })
      ]),
  ]
}

// Dissection runs millions of times a second; what checks exclusive access at run time found nothing in any test, and
// would take a tenth of its time. Tests go through every capture octet by octet: they take half the time with what is tested
// optimized too, and check as much.
for target in package.targets where ["Bytes", "Session", "Dissect"].contains(target.name) {
  target.swiftSettings = [
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
    .unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug)),
  ]
  if Context.environment["BACKLAB_FUZZ"] != nil {
    target.swiftSettings = [
      .unsafeFlags(["-sanitize=fuzzer", "-assert-config", "Debug"])
    ]
  }
}

for target in package.targets where [.regular, .executable, .test].contains(target.type) {
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .strictMemorySafety(),
      .enableExperimentalFeature("Lifetimes"),
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("InternalImportsByDefault"),
      .enableUpcomingFeature("MemberImportVisibility"),
    ]
}
