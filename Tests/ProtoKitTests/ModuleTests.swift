import Testing
@testable import ProtoKit

@Suite struct ModuleTests {}
