package detailbook.app.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.material3.MaterialTheme
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Faint
import detailbook.app.look.Heading
import detailbook.app.look.Line
import detailbook.app.look.rememberWhen
import detailbook.app.look.words
import detailbook.bindings.AdviceView
import detailbook.bindings.AwardView
import detailbook.bindings.FindingView
import detailbook.bindings.TermsView
import detailbook.officer.FindingTone
import detailbook.officer.shownFindings
import detailbook.officer.tone

/** How a detail on offer will be awarded, and until when applications are taken. */
@Composable
fun TermsBlock(terms: TermsView, zone: String, now: Long) {
    val times = rememberWhen()
    Block(Modifier.semantics(mergeDescendants = true) {}) {
        Line(stringResource(R.string.terms_closes, times.dayAndClock(terms.closes, now, zone)))
        if (terms.decidedAt > terms.closes) Faint(stringResource(R.string.terms_decided, times.dayAndClock(terms.decidedAt, now, zone)))
        Faint(stringResource(R.string.terms_method, terms.method))
        terms.acknowledgeWithin?.let { Faint(stringResource(R.string.terms_acknowledge, times.length(it))) }
    }
}

/** What the agency's rules say, with the officer's hours in it; what stands in the way first. */
@Composable
fun AdviceBlock(advice: AdviceView) {
    val findings = shownFindings(advice)
    if (findings.isEmpty()) return
    Column(verticalArrangement = Arrangement.spacedBy(8.dp)) {
        Heading(stringResource(R.string.advice_title))
        for (finding in findings) FindingBlock(finding)
        Faint(stringResource(R.string.advice_how))
    }
}

@Composable
private fun FindingBlock(finding: FindingView) {
    val colors = MaterialTheme.colorScheme
    val color = when (tone(finding)) {
        FindingTone.IN_THE_WAY -> colors.errorContainer
        FindingTone.WORTH_KNOWING -> colors.secondaryContainer
        FindingTone.GOOD -> colors.surfaceContainerLow
    }
    Block(Modifier.semantics(mergeDescendants = true) {}, color) {
        Faint(stringResource(tone(finding).words()))
        Line(finding.sentence)
    }
}

/** Why the officer got what they got. */
@Composable
fun AwardBlock(award: AwardView, zone: String?, now: Long) = Column {
    Heading(stringResource(R.string.award_title))
    Block(Modifier.semantics(mergeDescendants = true) {}) { AwardLines(award, zone, now) }
}

/** The same within something that tells of it. */
@Composable
fun AwardLines(award: AwardView, zone: String?, now: Long) {
    Line(stringResource(award.outcome.words()))
    award.rank?.let { Line(stringResource(R.string.award_rank, it.toInt(), award.of.toInt())) }
    Line(award.sentence)
    Faint(stringResource(R.string.award_decided, rememberWhen().dayAndClock(award.decidedAt, now, zone), award.method))
}
