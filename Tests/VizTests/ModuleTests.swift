import Testing
@testable import Viz

@Suite struct ModuleTests {}
