package detailbook.officer

import detailbook.bindings.AdviceView
import detailbook.bindings.FindingState
import detailbook.bindings.FindingView
import detailbook.bindings.Severity

/** How a finding is shown. */
enum class FindingTone {
    /** It stands in the way, as far as the phone knows. */
    IN_THE_WAY,

    /** It does not hold, or is not known, and stands in nobody's way. */
    WORTH_KNOWING,

    /** It holds. */
    GOOD,
}

/** What to ask before an application is sent. The phone never keeps it back: the agency decides, and may know more. */
enum class ApplyQuestion {
    /** Nothing. */
    NONE,

    /** Has the officer read what is worth knowing? */
    READ_IT,

    /** Apply all the same? */
    ALL_THE_SAME,
}

/** How it is shown. What is not known counts as what does not hold. */
fun tone(finding: FindingView): FindingTone = when {
    finding.state == FindingState.HOLDS -> FindingTone.GOOD
    finding.severity >= Severity.NEEDS_APPROVAL -> FindingTone.IN_THE_WAY
    else -> FindingTone.WORTH_KNOWING
}

/** What the screen shows, in its order: what stands in the way first. What is only written down somewhere is no news where it holds not. */
fun shownFindings(advice: AdviceView): List<FindingView> =
    advice.findings.filterNot { it.state != FindingState.HOLDS && it.severity == Severity.LOG }.sortedBy(::tone)

/** What to ask before the application is sent. */
fun applyQuestion(advice: AdviceView?): ApplyQuestion = when (advice?.let(::shownFindings)?.minOfOrNull(::tone)) {
    FindingTone.IN_THE_WAY -> ApplyQuestion.ALL_THE_SAME
    FindingTone.WORTH_KNOWING -> ApplyQuestion.READ_IT
    FindingTone.GOOD, null -> ApplyQuestion.NONE
}
