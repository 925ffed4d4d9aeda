/// What the agency's rules say of the officer's applying for a detail, as far as this phone knows: shown before anything is sent. Advice:
/// the agency's server decides.
public struct Eligibility: Equatable, Sendable {
    /// How much a line weighs.
    public enum Weight: Equatable, Sendable {
        /// The rule holds.
        case holds
        /// It does not, and that is written down.
        case noted
        /// It does not, and the officer must have read so.
        case warning
        /// Nobody here knows enough to say, and it would not be in the way.
        case unknown
        /// It stands in the way: broken, or not known to hold.
        case inTheWay
    }

    /// What one rule says.
    public struct Line: Equatable, Sendable, Identifiable {
        /// The rule set with its version, and the rule.
        public let id: String
        /// The answer in the agency's words, with the numbers in it.
        public let sentence: String
        /// How much it weighs.
        public let weight: Weight
        /// What that means.
        public let remark: Phrase
    }

    /// All of it in a line.
    public let headline: Phrase
    /// What each rule says, what stands in the way first.
    public let lines: [Line]
    /// What is asked before an application is sent; nil where the tap is enough.
    public let question: Phrase?

    /// From what the rules say.
    public init(_ advice: AdviceView) {
        lines = advice.findings.map(Self.line)
        headline = Phrase(advice.findings.isEmpty ? .rulesNone : advice.standsInTheWay ? .rulesInTheWay : .rulesHold)
        question = advice.standsInTheWay ? Phrase(.askAgainstRules) : lines.contains { $0.weight == .warning } ? Phrase(.askHaveRead) : nil
    }

    private static func line(_ finding: FindingView) -> Line {
        Line(id: finding.rule, sentence: finding.sentence, weight: weight(finding), remark: Phrase(remark(finding)))
    }

    private static func weight(_ finding: FindingView) -> Weight {
        switch (finding.state, finding.severity) {
        case (.holds, _): .holds
        case (_, .block), (_, .needsApproval): .inTheWay
        case (.unknown, _): .unknown
        case (.fails, .warn): .warning
        case (.fails, .log): .noted
        }
    }

    private static func remark(_ finding: FindingView) -> Sentence {
        switch (finding.state, finding.severity) {
        case (.holds, _): .ruleHolds
        case (.unknown, _): .ruleUnknown
        case (.fails, .block): .ruleBlocks
        case (.fails, .needsApproval): .ruleNeedsApproval
        case (.fails, .warn): .ruleWarns
        case (.fails, .log): .ruleNoted
        }
    }
}
