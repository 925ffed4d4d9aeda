package detailbook.officer

import detailbook.bindings.AssignmentState
import detailbook.bindings.DetailState
import detailbook.bindings.FactKind
import detailbook.bindings.RunningView
import detailbook.bindings.ShiftState
import detailbook.bindings.ShiftView
import detailbook.bindings.UnixMillis
import detailbook.bindings.WhichShift

private const val HOUR_MILLIS = 3_600_000L

/** How long before its start a shift is the one that the clock button is for. */
private const val AHEAD_MILLIS = 12 * HOUR_MILLIS

/** What an officer may tell the clock. */
enum class ClockAction(
    /** The fact that it writes down. */
    val fact: FactKind,
) {
    /** On the way. */
    EN_ROUTE(FactKind.EnRoute),

    /** At work. */
    CLOCK_IN(FactKind.In),

    /** A break begins. */
    START_BREAK(FactKind.BreakStart),

    /** A break ends. */
    END_BREAK(FactKind.BreakEnd),

    /** Leaves, and will be back. */
    LEAVE_AND_RETURN(FactKind.WillReturn),

    /** Back at work on a split shift. */
    COME_BACK(FactKind.In),

    /** Work is over. */
    CLOCK_OUT(FactKind.Out),
}

/** What the clock offers now. */
data class ClockOffer(
    /** The huge button. */
    val primary: ClockAction,
    /** What else makes sense, the likeliest first. */
    val others: List<ClockAction>,
    /** The shift that it is about. */
    val shift: WhichShift,
    /** The assignment, if there is one: without one the officer is told that a coordinator links the shift later. */
    val assignment: ShiftView?,
    /** The officer clocked out of it before: handing it in comes first. */
    val again: Boolean = false,
)

/**
 * What the clock offers: the shift under way goes on; otherwise it is for the assignment that is on now or starts next within twelve hours;
 * otherwise for a shift that no assignment is known of. What was handed in is not offered again; [finished] are shifts that the officer
 * clocked out of. Nothing is ever kept from an officer: the agency rules later.
 */
fun clockOffer(running: RunningView?, schedule: List<ShiftView>, now: UnixMillis, finished: List<RunningView> = emptyList()): ClockOffer {
    if (running != null && running.state != ShiftState.OUT && running.state != ShiftState.OFF) {
        val (primary, others) = goingOn(running.state)
        return ClockOffer(primary, others, WhichShift.Log(running.log), running.shift)
    }
    val handedIn = finished.filter { it.submitted != null }.map { it.log }
    val next = nextShift(schedule.filter { it.log !in handedIn }, now)
    val which = next?.let { WhichShift.Assignment(it.assignment.id) } ?: WhichShift.Unassigned(null)
    if (next != null && finished.any { it.log == next.log }) return ClockOffer(ClockAction.CLOCK_IN, emptyList(), which, next, again = true)
    return ClockOffer(ClockAction.CLOCK_IN, listOf(ClockAction.EN_ROUTE), which, next)
}

private fun goingOn(state: ShiftState): Pair<ClockAction, List<ClockAction>> = when (state) {
    ShiftState.ON -> ClockAction.CLOCK_OUT to listOf(ClockAction.START_BREAK, ClockAction.LEAVE_AND_RETURN)
    ShiftState.ON_BREAK -> ClockAction.END_BREAK to listOf(ClockAction.CLOCK_OUT)
    ShiftState.AWAY -> ClockAction.COME_BACK to listOf(ClockAction.CLOCK_OUT)
    ShiftState.EN_ROUTE, ShiftState.OFF, ShiftState.OUT -> ClockAction.CLOCK_IN to emptyList()
}

/** The assignment that is on now, or the next one that starts within twelve hours. */
fun nextShift(schedule: List<ShiftView>, now: UnixMillis): ShiftView? = schedule
    .filter { it.assignment.state == AssignmentState.ACTIVE }
    .mapNotNull { shift -> shift.detail?.takeIf { it.state != DetailState.CANCELLED }?.let { shift to it } }
    .filter { (_, detail) -> detail.ends > now && detail.starts - AHEAD_MILLIS <= now }
    .minByOrNull { (_, detail) -> detail.starts }?.first
