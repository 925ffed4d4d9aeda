package detailbook.officer

import detailbook.bindings.AdviceView
import detailbook.bindings.FindingState
import detailbook.bindings.FindingView
import detailbook.bindings.Severity
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** What the rules say before an application is sent. */
internal class EligibilityTest {
    private fun finding(state: FindingState, severity: Severity) = FindingView("Town v1, day", state, severity, "$state $severity")

    private fun advice(vararg findings: FindingView) = AdviceView(findings.toList(), standsInTheWay = false)

    @Test
    fun `a rule that does not hold stands in the way where it blocks or needs an approval, and what is not known does not hold`() {
        for ((state, severity, expected) in listOf(
            Triple(FindingState.HOLDS, Severity.BLOCK, FindingTone.GOOD),
            Triple(FindingState.HOLDS, Severity.LOG, FindingTone.GOOD),
            Triple(FindingState.FAILS, Severity.BLOCK, FindingTone.IN_THE_WAY),
            Triple(FindingState.FAILS, Severity.NEEDS_APPROVAL, FindingTone.IN_THE_WAY),
            Triple(FindingState.FAILS, Severity.WARN, FindingTone.WORTH_KNOWING),
            Triple(FindingState.UNKNOWN, Severity.BLOCK, FindingTone.IN_THE_WAY),
            Triple(FindingState.UNKNOWN, Severity.NEEDS_APPROVAL, FindingTone.IN_THE_WAY),
            Triple(FindingState.UNKNOWN, Severity.WARN, FindingTone.WORTH_KNOWING),
        )) assertEquals(expected, tone(finding(state, severity)), "$state $severity")
    }

    @Test
    fun `what stands in the way is shown first, and what is only written down is no news`() {
        val holds = finding(FindingState.HOLDS, Severity.BLOCK)
        val warns = finding(FindingState.FAILS, Severity.WARN)
        val logs = finding(FindingState.FAILS, Severity.LOG)
        val blocks = finding(FindingState.UNKNOWN, Severity.BLOCK)
        assertEquals(listOf(blocks, warns, holds), shownFindings(advice(holds, logs, warns, blocks)))
        assertTrue(shownFindings(advice()).isEmpty())
    }

    @Test
    fun `the officer is asked once more before what the phone knows to stand in the way, and never kept from applying`() {
        val holds = finding(FindingState.HOLDS, Severity.BLOCK)
        assertEquals(ApplyQuestion.NONE, applyQuestion(null))
        assertEquals(ApplyQuestion.NONE, applyQuestion(advice()))
        assertEquals(ApplyQuestion.NONE, applyQuestion(advice(holds, finding(FindingState.FAILS, Severity.LOG))))
        assertEquals(ApplyQuestion.READ_IT, applyQuestion(advice(holds, finding(FindingState.UNKNOWN, Severity.WARN))))
        assertEquals(ApplyQuestion.ALL_THE_SAME, applyQuestion(advice(finding(FindingState.FAILS, Severity.WARN), finding(FindingState.UNKNOWN, Severity.BLOCK))))
    }
}
