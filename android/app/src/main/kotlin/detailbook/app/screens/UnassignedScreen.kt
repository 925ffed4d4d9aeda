package detailbook.app.screens

import androidx.compose.runtime.Composable
import androidx.compose.ui.res.stringResource
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Faint
import detailbook.app.look.IconLine
import detailbook.app.look.Line
import detailbook.app.look.Page
import detailbook.app.look.Secondary
import detailbook.app.look.rememberWhen
import detailbook.app.look.words
import detailbook.bindings.RunningView
import detailbook.officer.explainable
import detailbook.officer.isToHandIn

/** One shift of the officer's that no assignment is known of: handing it in, and what can be said of it. */
@Composable
fun UnassignedScreen(officer: Officer, trail: Trail, log: String) {
    val shift = rememberRead(officer, log) { shift(log) } ?: return
    Page {
        item { Faint(stringResource(R.string.unassigned)) }
        if (isToHandIn(shift)) {
            item { HandIn(officer, shift, trail) }
        } else {
            item { HandedIn(shift, trail) }
            item { Secondary(stringResource(R.string.notes_and_photos)) { trail.go(Spot.NOTES, log) } }
            items(explainable(shift).size) { index -> FlagBlock(officer, shift, explainable(shift)[index]) }
        }
    }
}

/** A shift without an assignment, in a list. */
@Composable
internal fun UnassignedBlock(shift: RunningView, now: Long, trail: Trail) = Block(onClick = { trail.go(Spot.UNASSIGNED, shift.log) }) {
    val times = rememberWhen()
    Line(stringResource(R.string.unassigned_title))
    shift.worked.firstOrNull()?.let { Faint(times.dayAndClock(it.start, now)) }
    IconLine(R.drawable.ic_clock, stringResource(shift.state.words(), shift.since?.at?.let { times.clock(it, null) }.orEmpty()))
    Line(stringResource(R.string.worked, times.length(shift.workedSoFar)))
    shift.submitted?.let { Faint(stringResource(R.string.handed_in_at, times.clock(it, null))) }
}
