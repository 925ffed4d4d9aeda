// swift-tools-version: 6.0
// The officer's core for iOS. What Swift generates from `bindings/` is not kept in the repository: scripts/test-swift writes it here.
import Foundation
import PackageDescription

// The app links the XCFramework that scripts/build-xcframework makes; where there is none, as on Linux, the library is on the linker's path.
let xcframework = "DetailbookBindingsFFI.xcframework"
let packed = FileManager.default.fileExists(atPath: Context.packageDirectory + "/" + xcframework)

let package = Package(
    name: "Detailbook",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [.library(name: "OfficerCore", targets: ["OfficerCore"])],
    targets: [
        packed
            ? .binaryTarget(name: "DetailbookBindingsFFI", path: xcframework)
            : .systemLibrary(name: "DetailbookBindingsFFI"),
        // SQLCipher counts with Apple's own cryptography.
        .target(
            name: "DetailbookBindings", dependencies: ["DetailbookBindingsFFI"],
            linkerSettings: ["Security", "CoreFoundation"].map { .linkedFramework($0, .when(platforms: [.iOS, .macOS])) }),
        .target(name: "OfficerCore", dependencies: ["DetailbookBindings"]),
        // A server, an agency and phones for tests and measures; and a phone of its own process, to be killed.
        .target(name: "TestPhones", dependencies: ["OfficerCore"], path: "Tests/TestPhones"),
        .executableTarget(name: "ChildPhone", dependencies: ["TestPhones"], path: "Tests/ChildPhone"),
        .executableTarget(name: "OfficerBench", dependencies: ["DetailbookBindings", "TestPhones"], path: "Bench"),
        .testTarget(name: "OfficerCoreTests", dependencies: ["DetailbookBindings", "TestPhones", "ChildPhone"]),
    ],
    swiftLanguageModes: [.v6]
)
