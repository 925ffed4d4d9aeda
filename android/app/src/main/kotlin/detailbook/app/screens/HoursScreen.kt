package detailbook.app.screens

import androidx.compose.runtime.Composable
import androidx.compose.ui.res.pluralStringResource
import androidx.compose.ui.res.stringResource
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Empty
import detailbook.app.look.Faint
import detailbook.app.look.Heading
import detailbook.app.look.Line
import detailbook.app.look.Page
import detailbook.app.look.Secondary
import detailbook.app.look.Title
import detailbook.app.look.rememberNow
import detailbook.app.look.rememberWhen
import detailbook.bindings.ShiftView
import detailbook.officer.HoursStanding
import detailbook.officer.MonthOfHours
import detailbook.officer.ShiftHours
import detailbook.officer.hoursByMonth
import detailbook.officer.hoursOf

/** Hours by the month: what the agency accepted, what it has still to rule on, and why. */
@Composable
fun HoursScreen(officer: Officer, trail: Trail) {
    val now = rememberNow(officer.shell::now)
    val past = rememberPaged(officer, Unit) { mark -> officer.core.screens.pastShifts(mark).let { it.items to it.next } }
    val unassigned = rememberPaged(officer, Unit) { mark -> officer.core.screens.unassignedShifts(mark).let { it.items to it.next } }
    val months = hoursByMonth(past.items ?: return, isWhole = past.more == null)
    val loose = unassigned.items ?: return
    Page {
        if (loose.isNotEmpty()) item { Heading(stringResource(R.string.hours_unassigned)) }
        items(loose.size, { "log ${loose[it].log}" }) { UnassignedBlock(loose[it], now, trail) }
        unassigned.more?.let { more -> item { Secondary(stringResource(R.string.show_more_unassigned), onClick = more) } }
        if (months.isEmpty() && loose.isEmpty() && past.more == null) item { Empty(stringResource(R.string.hours_empty), stringResource(R.string.hours_empty_text)) }
        for (month in months) {
            item { MonthBlock(month) }
            items(month.shifts.size, { month.shifts[it].shift.assignment.id }) { HoursBlock(month.shifts[it], now, trail) }
        }
        past.more?.let { more -> item { Secondary(stringResource(R.string.show_more), onClick = more) } }
        if (months.isNotEmpty()) item { Faint(stringResource(R.string.pay_follows_hours)) }
    }
}

@Composable
private fun MonthBlock(month: MonthOfHours) {
    val times = rememberWhen()
    Heading(times.month(month.month))
    Title(stringResource(R.string.hours_accepted, times.length(month.accepted)))
    if (month.isPart) Faint(stringResource(R.string.hours_part))
    month.pay?.let { Line(stringResource(R.string.pays, times.amount(it))) }
    if (month.unpriced > 0) Faint(pluralStringResource(R.plurals.hours_unpriced, month.unpriced, month.unpriced))
    if (month.waiting > 0) Faint(pluralStringResource(R.plurals.hours_waiting, month.waiting, month.waiting))
}

@Composable
private fun HoursBlock(hours: ShiftHours, now: Long, trail: Trail) = Block(onClick = { trail.go(Spot.ASSIGNMENT, hours.shift.assignment.id) }) {
    Line(hours.shift.detail?.title ?: stringResource(R.string.detail_unknown))
    ShiftLines(hours.shift, now)
    Line(hoursWords(hours))
    hours.pay?.let { Faint(stringResource(R.string.pays, rememberWhen().amount(it))) }
}

/** What the agency ruled on a shift, and why. */
@Composable
fun RuledBlock(shift: ShiftView) {
    val ruling = shift.ruling ?: return
    val times = rememberWhen()
    Heading(stringResource(R.string.title_hours))
    Block {
        Line(hoursWords(hoursOf(shift)))
        ruling.pay?.let { pay ->
            Line(stringResource(R.string.pays_by, times.amount(pay.amount), pay.tariff))
            for (line in pay.lines) Faint(line)
        }
        for (stretch in ruling.accepted) Faint(times.span(stretch.start, stretch.end, shift.detail?.zone))
        for (exception in ruling.exceptions) Line(exception)
        if (ruling.reason.isNotBlank()) Faint(stringResource(R.string.hours_reason, ruling.reason))
    }
}

@Composable
private fun hoursWords(hours: ShiftHours): String {
    val length = rememberWhen().length(hours.accepted ?: 0)
    return when (hours.standing) {
        HoursStanding.WAITING -> stringResource(R.string.hours_of_shift_waiting)
        HoursStanding.ACCEPTED -> stringResource(R.string.hours_accepted, length)
        HoursStanding.ACCEPTED_WITH_REMARKS -> stringResource(R.string.hours_remarks, length)
        HoursStanding.NOT_ACCEPTED -> stringResource(R.string.hours_of_shift_none)
    }
}
