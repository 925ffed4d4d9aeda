import Foundation
import Security

public enum P256 {
    public enum Signing {
        public struct PublicKey: Sendable { public var derRepresentation: Data { fatalError() } }
        public struct ECDSASignature: Sendable { public var derRepresentation: Data { fatalError() } }
        public struct PrivateKey: Sendable {
            public init(compactRepresentable: Bool = true) { fatalError() }
            public init<D: ContiguousBytes>(rawRepresentation: D) throws { fatalError() }
            public var rawRepresentation: Data { fatalError() }
            public var publicKey: PublicKey { fatalError() }
            public func signature<D: DataProtocol>(for data: D) throws -> ECDSASignature { fatalError() }
        }
    }
}

public struct SHA256Digest: Sequence, Sendable { public func makeIterator() -> IndexingIterator<[UInt8]> { fatalError() } }
public struct SHA256: Sendable {
    public init() {}
    public mutating func update<D: DataProtocol>(data: D) {}
    public func finalize() -> SHA256Digest { fatalError() }
}

public enum SecureEnclave {
    public enum P256 {
        public enum Signing {
            public struct PrivateKey: Sendable {
                public init(compactRepresentable: Bool = true, accessControl: SecAccessControl, authenticationContext: AnyObject? = nil) throws {
                    fatalError()
                }
                public init(dataRepresentation: Data, authenticationContext: AnyObject? = nil) throws { fatalError() }
                public var dataRepresentation: Data { fatalError() }
                public var publicKey: CryptoKit.P256.Signing.PublicKey { fatalError() }
                public func signature<D: DataProtocol>(for data: D) throws -> CryptoKit.P256.Signing.ECDSASignature { fatalError() }
            }
        }
    }
}
