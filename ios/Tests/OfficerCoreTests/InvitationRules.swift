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

    @Test("Who has signed in is done with the page; another officer's records ask what to do, and everything else says why")
    func outcome() async throws {
        #expect(Enrolment(nil, times: Sample.times) == .done)
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        let phone = handset.phone
        let again = try await town.invitation()
        let same = Enrolment(await failure { try await phone.enrol(with: again) }, times: Sample.times)
        #expect(same == .done, "the same officer, again")
        let other = try await town.server.id("officers", ["record": ["name": "Officer 2", "employee_number": "18"]])
        let text = try #require(try await town.server.make("officers/\(other)/invitations")["text"] as? String)
        let another = Enrolment(await failure { try await phone.enrol(with: text) }, times: Sample.times)
        #expect(another == .anotherOfficers)
        guard case let .failed(words) = Enrolment(await failure { try await phone.enrol(with: "no code") }, times: Sample.times) else { throw Ended() }
        #expect(words != nil)
    }

    @Test("The text of a real code names the server that made it")
    func real() async throws {
        let town = try await Town()
        let host = try #require(host(ofInvitation: try await town.invitation()))
        #expect(town.server.address == "http://\(host)")
    }
}
