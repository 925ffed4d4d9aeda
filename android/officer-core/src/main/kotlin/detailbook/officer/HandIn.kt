package detailbook.officer

import detailbook.bindings.DocumentId
import detailbook.bindings.RunningView
import detailbook.bindings.ShiftState
import detailbook.bindings.ShiftView
import detailbook.bindings.UnixMillis

/** How long after its beginning a shift is still asked about, in milliseconds: two days. */
private const val ASKED_FOR_MILLIS = 48 * 3_600_000L

/** May this shift be handed in? It was worked, the officer is out, and it was not handed in yet. */
fun isToHandIn(shift: RunningView): Boolean = shift.state == ShiftState.OUT && shift.submitted == null

/** Was this shift handed in? What is corrected or explained from then on comes late: it is taken, and the agency sees when it came. */
fun comesLate(shift: RunningView): Boolean = shift.submitted != null

/** Shifts that may have been worked lately, by their documents, the newest first. */
fun workedLately(shifts: List<ShiftView>, now: UnixMillis): List<DocumentId> = shifts
    .mapNotNull { shift -> shift.detail?.let { shift.log to it.starts } }
    .filter { (_, starts) -> starts <= now + ASKED_FOR_MILLIS / 2 && starts >= now - ASKED_FOR_MILLIS }
    .sortedByDescending { (_, starts) -> starts }.map { (log, _) -> log }.distinct()

/** Is this shift without an assignment still shown beside the clock? Until it is handed in, and two days from its clock-out. */
fun isKeptInSight(shift: RunningView, now: UnixMillis): Boolean =
    shift.state == ShiftState.OUT && (shift.submitted == null || (shift.since?.at ?: 0) >= now - ASKED_FOR_MILLIS)

/** Shifts of the last two days that the officer clocked out of, the newest first; before them those that no assignment is known of. */
suspend fun Screens.finished(now: UnixMillis): List<RunningView> {
    val unassigned = unassignedShifts(null).items.filter { isKeptInSight(it, now) }
    val logs = workedLately(schedule(null).items + pastShifts(null).items, now)
    return (unassigned + logs.mapNotNull { begun(it) }.filter { it.state == ShiftState.OUT }).distinctBy { it.log }
}

/** A shift that nothing was written of yet has no document to read. */
private suspend fun Screens.begun(log: DocumentId): RunningView? = try {
    shift(log)
} catch (_: OfficerError.Invalid) {
    null
}
