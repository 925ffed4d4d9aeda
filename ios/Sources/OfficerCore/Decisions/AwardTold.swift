/// Why the officer got what they got, in words.
public struct AwardTold: Equatable, Sendable {
    /// What became of the application.
    public let headline: Phrase
    /// The place in the ranking; nil for those who were not ranked.
    public let place: Phrase?
    /// Why, in the agency's words with the numbers in them.
    public let sentence: String
    /// By what it was decided, and when.
    public let decided: Phrase

    /// From an award as it came.
    public init(_ award: AwardView, in zone: Zone?, times: Times) {
        headline = Phrase(Self.headline(award.outcome))
        place = award.rank.map { Phrase(.awardPlace, times.number(UInt64($0)), times.number(UInt64(award.of))) }
        sentence = award.sentence
        decided = Phrase(.awardDecided, award.method, times.dayAndTime(award.decidedAt, in: zone))
    }

    private static func headline(_ outcome: AwardOutcome) -> Sentence {
        switch outcome {
        case .awarded: .awardedPlace
        case .backup: .awardBackup
        case .excluded: .awardExcluded
        }
    }
}
