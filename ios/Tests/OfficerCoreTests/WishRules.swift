import TestPhones
import Testing

@testable import OfficerCore

@Suite(.timeLimit(.minutes(5))) struct WishRules {
    private func clock(_ ticks: UInt64) -> ClockReading {
        ClockReading(wall: Sample.now, zone: "America/New_York", monotonic: ticks, boot: 1, anchor: nil)
    }

    @Test("Two taps on a wish are one wish, while it is written down and right after; one about something else goes through")
    func twice() {
        var gate = WishGate()
        let first = gate.begin("apply", about: "d-1", at: clock(1000))
        let under = gate.begin("apply", about: "d-1", at: clock(1100))
        #expect((first, under, gate.isOpen) == (true, false, false))
        gate.ended(written: true)
        let (after, other) = (gate.begin("apply", about: "d-1", at: clock(3999)), gate.begin("apply", about: "d-2", at: clock(1200)))
        #expect((after, other) == (false, true))
        gate.ended(written: true)
        let later = gate.begin("apply", about: "d-1", at: clock(4200))
        #expect(later)
    }

    @Test("The second half of a double tap does not take back what the first half asked for, where that button has come under the finger")
    func underTheFinger() {
        var gate = WishGate()
        _ = gate.begin("apply", about: "d-1", at: clock(1000))
        gate.ended(written: true)
        let finger = gate.begin("withdraw", about: "d-1", at: clock(1999))
        #expect(!finger && gate.isOpen)
        let meant = gate.begin("withdraw", about: "d-1", at: clock(2000))
        #expect(meant)
    }

    @Test("What could not be written down may be asked for again at once, and so may anything after the phone was started anew")
    func failed() {
        var gate = WishGate()
        _ = gate.begin("apply", about: "d-1", at: clock(90_000))
        gate.ended(written: false)
        let again = gate.begin("apply", about: "d-1", at: clock(90_001))
        gate.ended(written: true)
        let restarted = gate.begin("withdraw", about: "d-1", at: clock(10))
        #expect((again, restarted) == (true, true))
    }

    @Test("Two taps on the button of a real offer leave one wish, and the application stands")
    func realOffer() async throws {
        let town = try await Town()
        let handset = try await Handset.enrolled(in: town)
        let phone = handset.phone
        let detail = try #require(try await phone.offers().items.first?.detail.id)
        var gate = WishGate()
        for _ in 1...2 {
            let clock = try phone.reading()
            guard gate.begin("apply", about: detail, at: clock) else { continue }
            try await phone.apply(for: detail, at: clock)
            gate.ended(written: true)
        }
        #expect(try await phone.wishes().count == 1)
        try await phone.sync()
        guard case .stands(state: .received, reason: _) = try await phone.offers().items.first?.application else { throw Ended() }
    }
}
