package detailbook.app.screens

import androidx.compose.material3.MaterialTheme
import androidx.compose.runtime.Composable
import androidx.compose.ui.res.stringResource
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Empty
import detailbook.app.look.Page
import detailbook.app.look.Secondary
import detailbook.app.look.Tag
import detailbook.app.look.Title
import detailbook.app.look.rememberNow
import detailbook.bindings.AcknowledgementView
import detailbook.bindings.ShiftView

/** Shifts ahead, the next one first. */
@Composable
fun ScheduleScreen(officer: Officer, trail: Trail) {
    val now = rememberNow(officer.shell::now)
    val schedule = rememberPaged(officer, Unit) { mark -> officer.core.screens.schedule(mark).let { it.items to it.next } }
    val shifts = schedule.items ?: return
    Page {
        if (shifts.isEmpty()) item { Empty(stringResource(R.string.schedule_empty), stringResource(R.string.schedule_empty_text)) }
        items(shifts.size, { shifts[it].assignment.id }) { ShiftBlock(shifts[it], now) { trail.go(Spot.ASSIGNMENT, shifts[it].assignment.id) } }
        schedule.more?.let { more -> item { Secondary(stringResource(R.string.show_more), onClick = more) } }
    }
}

/** A shift in a list. */
@Composable
fun ShiftBlock(shift: ShiftView, now: Long, onClick: () -> Unit) = Block(onClick = onClick) {
    Title(shift.detail?.title ?: stringResource(R.string.detail_unknown))
    ShiftLines(shift, now)
    if (shift.acknowledgement == AcknowledgementView.OPEN) {
        val colors = MaterialTheme.colorScheme
        Tag(stringResource(R.string.standing_awarded), colors.tertiaryContainer, colors.onTertiaryContainer)
    }
}
