/// What the agency's rules say of the officer's applying for a detail, as far as this phone knows: shown before anything is sent. The phone
/// never keeps an application back: the agency decides, and may know more.
public struct Eligibility: Equatable, Sendable {
    /// How much a line weighs.
    public enum Weight: Equatable, Sendable {
        /// It stands in the way, as far as this phone knows: broken, or not known to hold.
        case inTheWay
        /// It does not hold, or is not known to, and stands in nobody's way.
        case worthKnowing
        /// It holds.
        case holds
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
        let told = advice.findings.filter(Self.isNews).map(Self.line)
        lines = [.inTheWay, .worthKnowing, .holds].flatMap { weight in told.filter { $0.weight == weight } }
        switch lines.first?.weight {
        case .inTheWay: (headline, question) = (Phrase(.rulesInTheWay), Phrase(.askAgainstRules))
        case .worthKnowing: (headline, question) = (Phrase(.rulesHold), Phrase(.askHaveRead))
        case .holds: (headline, question) = (Phrase(.rulesHold), nil)
        case nil: (headline, question) = (Phrase(.rulesNone), nil)
        }
    }

    /// What does not hold and is only written down somewhere is none.
    private static func isNews(_ finding: FindingView) -> Bool { finding.state == .holds || finding.severity != .log }

    private static func line(_ finding: FindingView) -> Line {
        Line(id: finding.rule, sentence: finding.sentence, weight: weight(finding), remark: Phrase(remark(finding)))
    }

    /// What is not known counts as what does not hold.
    private static func weight(_ finding: FindingView) -> Weight {
        switch (finding.state, finding.severity) {
        case (.holds, _): .holds
        case (_, .block), (_, .needsApproval): .inTheWay
        case (_, .warn), (_, .log): .worthKnowing
        }
    }

    private static func remark(_ finding: FindingView) -> Sentence {
        switch (finding.state, finding.severity) {
        case (.holds, _): .ruleHolds
        case (.unknown, _): .ruleUnknown
        case (.fails, .block): .ruleBlocks
        case (.fails, .needsApproval): .ruleNeedsApproval
        case (.fails, .warn), (.fails, .log): .ruleWarns
        }
    }
}
