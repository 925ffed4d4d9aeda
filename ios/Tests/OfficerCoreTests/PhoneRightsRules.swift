import Testing

@testable import OfficerCore

@Suite(.timeLimit(.minutes(2))) struct PhoneRightsRules {
    @Test("What the owner does not allow is said, and what they were not asked for is not")
    func missing() {
        func missing(_ place: PhoneRights.Place, _ reminders: Bool?) -> [Phrase] { PhoneRights(place: place, reminders: reminders).missing }
        #expect(missing(.precise, true).isEmpty)
        #expect(missing(.unasked, nil).isEmpty)
        #expect(missing(.off, true) == [Phrase(.placeOff)])
        #expect(missing(.approximate, false) == [Phrase(.placeApproximate), Phrase(.remindersOff)])
        #expect(missing(.unasked, false) == [Phrase(.remindersOff)])
    }
}
