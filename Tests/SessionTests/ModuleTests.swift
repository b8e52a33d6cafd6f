import Testing
@testable import Session

@Suite struct ModuleTests {}
