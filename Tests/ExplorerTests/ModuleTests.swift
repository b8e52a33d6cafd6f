import Testing
@testable import Explorer

@Suite struct ModuleTests {}
