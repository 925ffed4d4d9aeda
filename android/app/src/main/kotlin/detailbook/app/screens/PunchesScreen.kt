package detailbook.app.screens

import androidx.compose.runtime.Composable
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.res.stringResource
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Empty
import detailbook.app.look.Faint
import detailbook.app.look.Line
import detailbook.app.look.Page
import detailbook.app.look.Secondary
import detailbook.app.look.Title
import detailbook.app.look.rememberNow
import detailbook.app.look.rememberWhen
import detailbook.app.look.words
import detailbook.bindings.Flag
import detailbook.bindings.RunningView
import detailbook.officer.PunchLine
import detailbook.officer.allFacts
import detailbook.officer.comesLate
import detailbook.officer.explainable
import detailbook.officer.explained
import detailbook.officer.punchLines

/** A shift and its punches, as they were read last. */
internal class Punches(val shift: RunningView, val lines: List<PunchLine>) {
    /** The shift was handed in: what is said now comes late. */
    val areLate: Boolean get() = comesLate(shift)
}

/** The punches of a shift as they were made, and what was corrected about them. */
@Composable
fun PunchesScreen(officer: Officer, trail: Trail, log: String) {
    val now = rememberNow(officer.shell::now)
    val punches = rememberPunches(officer, log) ?: return
    Page {
        if (punches.lines.isEmpty()) item { Empty(stringResource(R.string.punches_empty)) }
        if (punches.lines.isNotEmpty()) item { Faint(stringResource(if (punches.areLate) R.string.punches_handed_in else R.string.punches_how)) }
        items(punches.lines.size, { punches.lines[it].fact.fact }) { index ->
            val line = punches.lines[index]
            PunchBlock(line, punches, now) { trail.go(Spot.CORRECTION, line.fact.fact, of = log) }
        }
        val (open, told) = explainable(punches.shift) to explained(punches.shift)
        items(open.size) { index -> FlagBlock(officer, punches.shift, open[index]) }
        items(told.size) { index -> Explained(told[index]) }
    }
}

/** What a coordinator will see, and what the officer has said about it. */
@Composable
private fun Explained(flag: Flag) = Block {
    Line(flag.sentence)
    for (words in flag.explanations) Faint(stringResource(R.string.explained, words))
}

@Composable
private fun PunchBlock(line: PunchLine, punches: Punches, now: Long, onCorrect: () -> Unit) = Block {
    Title(stringResource(line.fact.kind.words()))
    val zone = punches.shift.shift?.detail?.zone
    Line(rememberWhen().dayAndClock(line.fact.at, now, zone))
    Corrected(line, now, zone)
    Faint(line.fact.sync.words(LocalContext.current))
    Secondary(stringResource(R.string.correct), onClick = onCorrect)
}

/** What a punch was corrected to, in the zone of the site, and why; nothing where it was not. */
@Composable
internal fun Corrected(line: PunchLine, now: Long, zone: String?) {
    line.corrected?.let { Line(stringResource(R.string.corrected_to, rememberWhen().dayAndClock(it, now, zone))) }
    line.reason?.let { Line(it) }
}

/** Null until they were read. */
@Composable
internal fun rememberPunches(officer: Officer, log: String): Punches? =
    rememberRead(officer, log) { Punches(shift(log), punchLines(allFacts(log))) }
