import Testing
@testable import Dissect

@Suite struct ModuleTests {}
