package detailbook.app.screens

import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.ui.res.stringResource
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Faint
import detailbook.app.look.Heading
import detailbook.app.look.Line
import detailbook.app.look.Page
import detailbook.app.look.Primary
import detailbook.app.look.Secondary
import detailbook.app.look.Title
import detailbook.app.look.rememberNow
import detailbook.app.look.rememberWhen
import detailbook.bindings.AcknowledgementView
import detailbook.bindings.Detail
import detailbook.bindings.ShiftView
import detailbook.bindings.WhichShift
import detailbook.officer.canAcknowledge
import detailbook.officer.canShare
import detailbook.officer.isToHandIn

/** One shift of the officer's: what it is, its post orders, what was written, what became of it. */
@Composable
fun AssignmentScreen(officer: Officer, trail: Trail, assignment: String) {
    val now = rememberNow(officer.shell::now)
    val found = rememberPaged(officer, assignment) { mark -> officer.core.screens.schedule(mark).let { it.items to it.next } }
    val past = rememberPaged(officer, assignment) { mark -> officer.core.screens.pastShifts(mark).let { it.items to it.next } }
    val lists = listOf(found, past)
    val shift = lists.flatMap { it.items.orEmpty() }.find { it.assignment.id == assignment }
    // Further pages are read only until the shift is found.
    LaunchedEffect(found.items, past.items) { if (shift == null) lists.forEach { it.more?.invoke() } }
    if (shift == null) return
    val worked = rememberRead(officer, shift.log) { shift(shift.log) }
    val award = rememberRead(officer, shift.assignment.detail) { award(shift.assignment.detail) }
    Page {
        item {
            Block {
                Title(shift.detail?.title ?: stringResource(R.string.detail_unknown))
                ShiftLines(shift, now)
                shift.detail?.reference?.ifBlank { null }?.let { Faint(stringResource(R.string.reference, it)) }
            }
        }
        item { Acknowledge(officer, shift) }
        worked?.takeIf(::isToHandIn)?.let { done -> item { HandInButton(officer, done) } }
        award?.let { item { AwardBlock(it, shift.detail?.zone, now) } }
        shift.detail?.let { detail -> item { PostOrders(officer, shift, detail) } }
        if (canShare(shift)) item { PassOnBlock(officer, trail, shift.assignment.detail, shift.detail?.zone) }
        shift.ruling?.let { item { RuledBlock(shift) } }
        item { Secondary(stringResource(R.string.notes_and_photos)) { trail.go(Spot.NOTES, shift.log, shift.assignment.id) } }
        item { Secondary(stringResource(R.string.punches)) { trail.go(Spot.PUNCHES, shift.log) } }
        item { LeavingBlock(officer, shift, now) }
    }
}

@Composable
private fun Acknowledge(officer: Officer, shift: ShiftView) = when (shift.acknowledgement) {
    AcknowledgementView.OPEN -> if (canAcknowledge(shift)) {
        Primary(stringResource(R.string.acknowledge), enabled = mayWish(officer, shift.log)) { officer.wish(shift.log) { acknowledge(shift.assignment.id) } }
    } else {
        Unit
    }
    AcknowledgementView.WAITING -> Faint(stringResource(R.string.acknowledge_waiting))
    AcknowledgementView.GIVEN -> Faint(stringResource(R.string.acknowledge_given))
}

@Composable
private fun PostOrders(officer: Officer, shift: ShiftView, detail: Detail) {
    val at = rememberRead(officer, shift.log) { shift(shift.log).ordersRead }
    val times = rememberWhen()
    val reading = rememberOnce(officer, shift.log)
    Heading(stringResource(R.string.title_post_orders))
    Block {
        Line(detail.postOrders.ifBlank { stringResource(R.string.no_orders) })
        if (at != null) {
            Faint(stringResource(R.string.orders_read_at, times.clock(at, detail.zone)))
        } else if (detail.postOrders.isNotBlank()) {
            Secondary(stringResource(R.string.orders_read), enabled = reading.isOpen) { reading.tell { readOrders(WhichShift.Assignment(shift.assignment.id)) } }
        }
    }
}
