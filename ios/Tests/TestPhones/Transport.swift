import Foundation
import OfficerCore

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Carries a request of the core's as the app's own transport would; what came back.
package func carry(_ request: HttpRequest) async throws -> Incoming {
    var heading = try must(URLRequest(heading: request))
    heading.httpBody = request.body
    let (status, body) = try await carry(heading)
    return Incoming(status: UInt16(status), gzip: false, body: body)
}
