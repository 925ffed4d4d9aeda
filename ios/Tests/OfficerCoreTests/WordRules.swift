import Foundation
import Testing

@testable import OfficerCore

@Suite(.timeLimit(.minutes(2))) struct WordRules {
    private let now = Sample.now

    @Test("A place in a sentence takes its text, and a text that looks like a place stays a text")
    func places() {
        #expect(Phrase(.span, "%2$@", "b").english == "%2$@ – b")
        #expect(Phrase(.span, "100%", "50% of it").english == "100% – 50% of it")
        #expect(Phrase(.photoSent, "1", "2").text { _ in "%2$@: davon %1$@, 3 % mehr" } == "2: davon 1, 3 % mehr")
        #expect(Phrase(.span, "a").english == "a – %2$@")
        #expect(Phrase(.askOut, phrase: Phrase(.minutes, "5")).text { $0.replacingOccurrences(of: "min", with: "Min.") }.hasSuffix("5 Min.."))
    }

    @Test("Each sentence reads differently, and its places are numbered from one")
    func sentences() {
        for sentence in Sentence.allCases {
            let numbers = sentence.rawValue.components(separatedBy: "%").dropFirst().compactMap { $0.first?.wholeNumberValue }
            #expect(Set(numbers) == Set(numbers.indices.map { $0 + 1 }), "\(sentence)")
        }
    }

    @Test("Inside, outside and uncertain each say why in numbers, and that it counts all the same")
    func verdicts() {
        func words(_ verdict: FenceVerdict) -> VerdictWords { VerdictWords(verdict, times: Sample.times) }
        let inside = words(Sample.verdict(.inside, distance: 1300, accuracy: 80))
        #expect(inside.reasons.map(\.english) == ["Inside the line by 427 ft, give or take 26 ft."])
        #expect(inside.comfort == nil)
        let outside = words(Sample.verdict(.outside, distance: -18_500, accuracy: 100))
        #expect(outside.reasons.map(\.english) == ["Outside the line by 6,070 ft, give or take 33 ft."])
        #expect(outside.comfort == Phrase(.placeNoReproach))
        let uncertain = words(Sample.verdict(.uncertain, distance: -100, accuracy: 4000, doubts: [.coarse, .mock]))
        #expect(uncertain.reasons.map(\.english) == [
            "The line is 33 ft away and the location is only good to 1,312 ft.", "The location was too coarse.", "The location was simulated.",
        ])
        #expect(words(Sample.verdict(.uncertain, doubts: [.noFix])).reasons == [Phrase(.noFix)])
    }

    @Test("Distances are in metres where people use them")
    func metres() {
        let times = Times(locale: Locale(identifier: "de_DE"), phoneZone: TimeZone(identifier: "Europe/Berlin")!)
        #expect(times.distance(decimetres: 15_004) == "1.500 m")
    }

    @Test("A time at the site is said in the site's zone, and names it where the phone is in another")
    func zones() {
        #expect(Sample.times.time(now, in: "America/New_York") == "3:00\u{202F}PM")
        #expect(Sample.times.time(now, in: "America/Chicago").hasPrefix("2:00\u{202F}PM C"))
        #expect(Sample.times.time(now, in: "not/a zone") == "3:00\u{202F}PM")
    }

    @Test("A stretch says the day once, or twice over midnight")
    func spans() {
        #expect(Sample.times.span(from: now, to: now + .hours(4), in: nil).english == "Fri, Nov 20, 3:00\u{202F}PM – 7:00\u{202F}PM")
        let night = Sample.times.span(from: now, to: now + .hours(12), in: nil).english
        #expect(night == "Fri, Nov 20, 3:00\u{202F}PM – Sat, Nov 21, 3:00\u{202F}AM")
    }

    @Test("A length never says more than there is")
    func lengths() {
        #expect(Sample.times.length(59_999).english == "0 min")
        #expect(Sample.times.length(.hours(7) + .minutes(30) + 59_999).english == "7 h 30 min")
        #expect(Sample.times.length(-5).english == "0 min")
    }

    @Test("An error is put in words of its own, and one that the officer caused by leaving is not told")
    func errors() {
        func words(_ kind: OfficerError.Kind) -> String? {
            ErrorWords.phrase(OfficerError(kind, code: "code", reason: "The reason."), times: Sample.times)?.english
        }
        #expect(words(.invalid) == "The reason.")
        #expect(words(.tryLater(at: now)) == "The agency's server is busy. Next try at 3:00\u{202F}PM.")
        #expect(words(.storeUnusable)?.contains("code") == true)
        #expect(words(.cancelled) == nil)
        #expect(!ErrorWords.interrupts(OfficerError(.offline, code: "", reason: "")))
        #expect(ErrorWords.interrupts(OfficerError(.storageFull, code: "", reason: "")))
    }

    @Test("What the officer did and was not written down is always told, whatever the reason")
    func undone() {
        for kind in [OfficerError.Kind.suspended, .busy, .offline, .tryLater(at: now), .cancelled, .closed, .storageFull] {
            let error = OfficerError(kind, code: "code", reason: "The reason.")
            #expect(!ErrorWords.undone(error, times: Sample.times).english.isEmpty)
        }
        #expect(ErrorWords.undone(.closed, times: Sample.times).english.contains("closed"))
    }

    @Test("Every sentence is in the app's String Catalog with all its places, in every language there")
    func catalog() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../OfficerApp/Resources/Localizable.xcstrings")
        let catalog = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let strings = try #require(catalog["strings"] as? [String: [String: Any]])
        for sentence in Sentence.allCases {
            let entry = try #require(strings[sentence.rawValue], "\(sentence.rawValue)")
            let languages = entry["localizations"] as? [String: [String: Any]] ?? [:]
            for (language, localized) in languages {
                let value = (localized["stringUnit"] as? [String: String])?["value"] ?? ""
                for place in 1...3 where sentence.rawValue.contains("%\(place)$@") {
                    #expect(value.contains("%\(place)$@"), "\(language): \(sentence.rawValue)")
                }
            }
        }
    }
}

@Suite(.timeLimit(.minutes(2))) struct HoursRules {
    private let now = Sample.now

    @Test("Hours accepted are summed by the month of the shift at its site, and shifts without a ruling are counted as open")
    func months() throws {
        func past(_ days: Int64, _ hours: [Int64], log: String) -> ShiftView {
            let starts = -Millis.hours(24 * days)
            let accepted = hours.map { Interval(start: now + starts, end: now + starts + .hours($0)) }
            return Sample.shift(Sample.detail(starts: starts), log: log, ruling: hours.isEmpty ? nil : Sample.ruling(accepted))
        }
        let sheet = HoursSheet([past(1, [4, 3], log: "1"), past(2, [], log: "2"), past(25, [8], log: "3")], times: Sample.times)
        #expect(sheet.months.map(\.name) == ["November 2026", "October 2026"])
        #expect(sheet.months.map(\.accepted.english) == ["Accepted: 7 h 0 min", "Accepted: 8 h 0 min"])
        #expect(sheet.months.map(\.open) == [1, 0])
        #expect(sheet.months[0].rows.map(\.hours.english) == ["Accepted: 7 h 0 min", "Not ruled on yet"])
    }

    @Test("A month pays what its priced shifts pay, and says how many have no price")
    func pays() throws {
        func past(_ log: String, _ cents: Cents?, hours: Int64 = 4) -> ShiftView {
            let starts = -Millis.hours(48)
            let worked = Interval(start: now + starts, end: now + starts + .hours(hours))
            let pay = cents.map { Pay(amount: $0, tariff: "Test details v3", lines: ["4:00 at 50.00 an hour."]) }
            return Sample.shift(Sample.detail(starts: starts), log: log, ruling: Sample.ruling([worked], pay: pay))
        }
        let month = try #require(HoursSheet([past("1", 120_000), past("2", 3_450), past("3", nil)], times: Sample.times).months.first)
        #expect(month.pays?.english == "Pays 1,234.50")
        #expect(month.unpriced == 1)
        #expect(month.rows.map { $0.pays?.english } == ["Pays 1,200.00", "Pays 34.50", nil])
        #expect(HoursSheet([past("1", nil)], times: Sample.times).months.first?.pays == nil)
    }

    @Test("Where earlier shifts were not read the sums of the last month say that they lack them")
    func part() {
        let shifts = [Sample.shift(Sample.detail(starts: -.hours(24)), log: "1"), Sample.shift(Sample.detail(starts: -.hours(24 * 40)), log: "2"), Sample.shift(nil, log: "3")]
        #expect(HoursSheet(shifts, times: Sample.times).months.map(\.isPart) == [false, false, false])
        #expect(HoursSheet(shifts, isWhole: false, times: Sample.times).months.map(\.isPart) == [false, true, false])
    }

    @Test("A shift that was given up counts only where the agency ruled on it")
    func released() {
        #expect(HoursSheet([Sample.shift(state: .released)], times: Sample.times).months.isEmpty)
        let ruled = Sample.shift(state: .released, ruling: Sample.ruling([], countsAs: CountsAs(rank: "PTL", jobType: "C"), reason: "Called off."))
        let row = HoursSheet([ruled], times: Sample.times).months.first?.rows.first
        #expect(row?.countsAs?.english == "Counts as rank PTL, job type C")
        #expect(row?.remarks == ["Called off."])
    }
}

@Suite(.timeLimit(.minutes(2))) struct EvidenceRules {
    private final class Ticks: @unchecked Sendable { var now: UInt64 = 100_000 }

    private func reading(_ accuracy: Double, age: Double = 0, latitude: Double = 42.36, simulated: Bool = false) -> LocationReading {
        LocationReading(latitude: latitude, longitude: -71.05, accuracy: accuracy, age: age, simulated: simulated)
    }

    @Test("The freshest five of the last twenty seconds, with their age now; where there are none the last known one alone, however old")
    func fixes() {
        let ticks = Ticks()
        let fixes = RecentFixes(ticks: { ticks.now })
        fixes.add(reading(5, age: 30))
        for accuracy in 1...6 { ticks.now += 1000; fixes.add(reading(Double(accuracy), age: 0.5)) }
        ticks.now += 2000
        #expect(fixes.recent().map(\.accuracyDm) == [60, 50, 40, 30, 20])
        #expect(fixes.recent().map(\.ageMs) == [2500, 3500, 4500, 5500, 6500])
        #expect(fixes.recent().first?.latitudeE7 == 423_600_000)
        ticks.now += 14_000
        #expect(fixes.recent().map(\.ageMs) == [16_500, 17_500, 18_500, 19_500])
        ticks.now += 6000
        #expect(fixes.recent().map(\.ageMs) == [22_500])
        #expect(fixes.recent().map(\.accuracyDm) == [60])
        ticks.now += 4_294_967_296
        #expect(fixes.recent().map(\.ageMs) == [.max])
        fixes.add(reading(5))
        fixes.forget()
        #expect(fixes.recent().isEmpty)
    }

    @Test("Accuracy is rounded up, its lack is told, and a place that is none on earth is no place")
    func honest() {
        let fixes = RecentFixes(ticks: { 100_000 })
        fixes.add(reading(7.01, simulated: true))
        #expect(fixes.recent().map(\.accuracyDm) == [71])
        #expect(fixes.recent().map(\.mock) == [true])
        for accuracy in [-1, 0, Double.nan, Double.infinity] as [Double] {
            fixes.forget()
            fixes.add(reading(accuracy))
            #expect(fixes.recent().map(\.accuracyDm) == [nil])
        }
        for latitude in [91, Double.nan, -Double.infinity] as [Double] {
            fixes.forget()
            fixes.add(reading(5, latitude: latitude))
            #expect(fixes.recent().isEmpty)
        }
        fixes.add(reading(5, age: 60))
        fixes.add(reading(4, latitude: 91))
        #expect(fixes.recent().map(\.accuracyDm) == [50], "no place does not hide the last known one")
    }

    @Test("A start that the system names has a number of its own; without a name any doubt means a new start")
    func boots() {
        #expect(Boot.number(named: "") == 2_166_136_261)
        #expect(Boot.number(named: "a") == 3_826_002_220)
        let first = Boot.next(after: nil, monotonic: 1000, wall: 0)
        #expect(Boot.next(after: first, monotonic: 61_000, wall: 61_000).boot == first.boot)
        #expect(Boot.next(after: first, monotonic: 500, wall: 61_000).boot != first.boot)
        #expect(Boot.next(after: first, monotonic: 61_000, wall: 3_600_000).boot != first.boot, "perhaps only the clock was set; who knows")
    }

    @Test("A photo is named by its ending, drawn small, and refused only where the agency's server would")
    func media() {
        #expect(Media.type(ofExtension: "HEIC") == "image/heic")
        #expect(Media.type(ofExtension: "exe") == nil)
        #expect(Media.isVideo("video/mp4") && !Media.isVideo("image/jpeg"))
        #expect(Media.thumbnailPixels(points: 80, scale: 3) == 240)
        #expect(Media.thumbnailPixels(points: 5000, scale: 3) == 2048)
        #expect(Media.objection(bytes: 50 << 20, ending: "mov", times: Sample.times) == nil)
        #expect(Media.objection(bytes: 3 << 30, ending: "mov", times: Sample.times)?.sentence == .mediaTooLarge)
        #expect(Media.objection(bytes: 0, ending: "jpg", times: Sample.times) == Phrase(.mediaEmpty))
        #expect(Media.objection(bytes: 5, ending: "", times: Sample.times) == Phrase(.mediaUnknown))
    }
}

@Suite(.timeLimit(.minutes(2))) struct DirectionRules {
    private func site(_ placement: Placement, address: String = "1 Main Street") -> Site {
        let fence = Fence.circle(center: Point(latitudeE7: 423_600_000, longitudeE7: -710_500_005), radiusM: 150)
        return Site(id: "s", customer: "c", name: "Main Street", address: address, fence: fence, placement: placement)
    }

    @Test("The way goes to the surveyed place, else to the address, and nowhere where neither is known")
    func goal() {
        #expect(Directions.url(to: site(.surveyed))?.absoluteString == "https://maps.apple.com/?daddr=42.3600000,-71.0500005")
        #expect(Directions.url(to: site(.placeholder))?.absoluteString == "https://maps.apple.com/?daddr=1%20Main%20Street")
        #expect(Directions.url(to: site(.placeholder, address: "")) == nil)
    }
}
