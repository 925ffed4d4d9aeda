import OfficerCore
import TestPhones
import Testing

@Suite(.timeLimit(.minutes(2))) struct InvitationRules {
    @Test("An officer sees which server a code leads to before it is asked anything")
    func hosts() {
        #expect(host(ofInvitation: "detailbook:abc@https://details.example.org") == "details.example.org")
        #expect(host(ofInvitation: "detailbook:abc@https://details.example.org:8443/x") == "details.example.org:8443")
        #expect(host(ofInvitation: "detailbook:abc@https://details.example.org@other.example/") == "other.example")
        #expect(host(ofInvitation: "detailbook:abc@https://what is this") == "https://what is this")
        for text in ["", "detailbook:", "detailbook:abc", "detailbook:abc@", "https://details.example.org"] {
            #expect(host(ofInvitation: text) == nil)
        }
    }

    @Test("The text of a real code names the server that made it")
    func real() async throws {
        let town = try await Town()
        let host = try #require(host(ofInvitation: try await town.invitation()))
        #expect(town.server.address == "http://\(host)")
    }
}
