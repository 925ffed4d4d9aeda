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

/** Shifts that the officer clocked out of, as far as they can be read. */
data class FinishedShifts(
    /** Those of the last two days, the newest first; before them those that no assignment is known of. */
    val shifts: List<RunningView>,
    /** Why some of them may be missing; null where all could be read. */
    val unread: OfficerError?,
)

/**
 * Shifts of the last two days that the officer clocked out of, each read by itself: one that cannot be read takes neither the others nor the clock from
 * the officer, and is not passed over in silence either.
 */
suspend fun Screens.finished(now: UnixMillis): FinishedShifts = finished(
    now, FinishedSource({ unassignedShifts(null).items }, listOf({ schedule(null).items }, { pastShifts(null).items }), { shift(it) }),
)

/** Where they are read. */
internal class FinishedSource(
    /** Shifts without an assignment. */
    val unassigned: suspend () -> List<RunningView>,
    /** Assignments, a list at a time: what is to come, what is past. */
    val assigned: List<suspend () -> List<ShiftView>>,
    /** Any shift, by its document. One that nothing was written of yet reads as not begun. */
    val shift: suspend (DocumentId) -> RunningView,
)

/** The same, from there. A phone that is suspended or closed as a whole is no trouble of a shift's. */
internal suspend fun finished(now: UnixMillis, source: FinishedSource): FinishedShifts {
    var unread: OfficerError? = null
    suspend fun <T> attempt(read: suspend () -> T): T? = try {
        read()
    } catch (error: OfficerError) {
        if (error is OfficerError.Suspended || error is OfficerError.Closed) throw error
        unread = unread ?: error
        null
    }
    val unassigned = attempt(source.unassigned).orEmpty().filter { isKeptInSight(it, now) }
    val logs = workedLately(source.assigned.flatMap { attempt(it).orEmpty() }, now)
    val worked = logs.mapNotNull { log -> attempt { source.shift(log) } }.filter { it.state == ShiftState.OUT }
    return FinishedShifts((unassigned + worked).distinctBy { it.log }, unread)
}
