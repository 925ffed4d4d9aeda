package detailbook.officer

import detailbook.bindings.AssignmentState
import detailbook.bindings.DetailState
import detailbook.bindings.FactKind
import detailbook.bindings.RunningView
import detailbook.bindings.ShiftState
import detailbook.bindings.ShiftView
import detailbook.bindings.UnixMillis
import detailbook.bindings.WhichShift

private const val MINUTE_MILLIS = 60_000L

/** From how long before its start a shift is offered, in milliseconds. */
internal const val OFFERED_BEFORE_MILLIS = 12 * 60 * MINUTE_MILLIS

/** Up to how long before its start nothing is asked, in milliseconds. */
private const val USUAL_BEFORE_MILLIS = 30 * MINUTE_MILLIS

/** What an officer may tell the clock. */
enum class ClockAction(
    /** The fact that it writes down. */
    val fact: FactKind,
) {
    /** On the way. */
    EN_ROUTE(FactKind.EnRoute),

    /** At work. */
    CLOCK_IN(FactKind.In),

    /** At work, on none of the shifts that are known: a coordinator links it later. */
    CLOCK_IN_UNASSIGNED(FactKind.In),

    /** At work again on a shift that was clocked out of. */
    CLOCK_IN_ONCE_MORE(FactKind.In),

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

/** What is asked before a punch is written down. Each can be answered with yes. */
sealed interface ClockQuestion {
    /** Is work over? A fact is never taken back. */
    data class Out(
        /** Worked so far, in milliseconds. */
        val worked: Long,
    ) : ClockQuestion

    /** The shift starts much later: is this the right detail? */
    data class Early(val shift: ShiftView) : ClockQuestion

    /** Another shift is the one that is on or next. */
    data object Other : ClockQuestion

    /** The shift was clocked out of. */
    data object OnceMore : ClockQuestion

    /** No assignment is known of. */
    data object Unassigned : ClockQuestion
}

/** One button of the clock. */
data class ClockChoice(
    val action: ClockAction,
    /** The shift that it is written into. */
    val shift: WhichShift,
    /** Its assignment, if there is one. */
    val assignment: ShiftView? = null,
    /** There are several to choose from, so the button names its own. */
    val isNamed: Boolean = false,
    /** What is asked first; null where the tap is enough. */
    val question: ClockQuestion? = null,
)

/** What the clock offers now. */
data class ClockOffer(
    /** The huge button. */
    val main: ClockChoice,
    /** What else makes sense, the likeliest first. */
    val others: List<ClockChoice>,
    /** Shifts to hand in, the newest first. */
    val handIn: List<RunningView> = emptyList(),
) {
    /** Handing in comes before the clock, unless the clock is for a shift of the officer's that was not begun yet. */
    val isHandInFirst: Boolean get() = handIn.isNotEmpty() && (main.assignment == null || main.action == ClockAction.CLOCK_IN_ONCE_MORE)
}

/**
 * What the clock offers: the shift under way goes on. Otherwise it is for the shift that the officer is on the way to, which comes first and stands in
 * the way of no other; then for the assignments around now, the first to start on the huge button; then for a shift that no assignment is known of.
 * [finished] are shifts that the officer clocked out of: what was handed in is not offered again, and
 * what was not comes after every other shift. Nothing is ever kept from an officer: the agency rules later.
 */
fun clockOffer(running: RunningView?, schedule: List<ShiftView>, now: UnixMillis, finished: List<RunningView> = emptyList()): ClockOffer {
    val expected = running?.takeIf { isOnTheWay(it) && isExpected(it, now) }
    val underWay = running?.let(::goingOn) ?: expected?.let { arriving(it, schedule, now, finished) }
    val choices = underWay ?: beginning(schedule, now, finished)
    return ClockOffer(choices.first(), choices.drop(1), if (underWay == null) finished.filter(::isToHandIn) else emptyList())
}

/** Null where the shift is over or was not begun: what comes next may be another one. */
private fun goingOn(running: RunningView): List<ClockChoice>? {
    fun choice(action: ClockAction) = ClockChoice(action, WhichShift.Log(running.log), running.shift)
    val out = choice(ClockAction.CLOCK_OUT).copy(question = ClockQuestion.Out(running.workedSoFar))
    return when (running.state) {
        ShiftState.ON -> listOf(out, choice(ClockAction.START_BREAK), choice(ClockAction.LEAVE_AND_RETURN))
        ShiftState.ON_BREAK -> listOf(choice(ClockAction.END_BREAK), out)
        ShiftState.AWAY -> listOf(choice(ClockAction.COME_BACK), out)
        ShiftState.OFF, ShiftState.EN_ROUTE, ShiftState.OUT -> null
    }
}

private fun isOnTheWay(running: RunningView) = running.state == ShiftState.OFF || running.state == ShiftState.EN_ROUTE

/** May the officer who is on the way still arrive? What is shown may be older than what ended it. */
private fun isExpected(running: RunningView, now: UnixMillis): Boolean {
    val shift = running.shift ?: return true
    val detail = shift.detail
    return shift.assignment.state == AssignmentState.ACTIVE && (detail == null || detail.state != DetailState.CANCELLED && now < detail.ends)
}

/** Whoever set out for one shift may have to go to another: that one is asked about, and never kept from anybody. */
private fun arriving(running: RunningView, schedule: List<ShiftView>, now: UnixMillis, finished: List<RunningView>): List<ClockChoice> {
    val others = beginning(schedule.filter { it.log != running.log }, now, finished)
        .filter { it.action != ClockAction.EN_ROUTE }
        .map { if (it.action == ClockAction.CLOCK_IN) it.elsewhere() else it }
    val isNamed = running.shift != null && others.any { it.isNamed }
    return listOf(ClockChoice(ClockAction.CLOCK_IN, WhichShift.Log(running.log), running.shift, isNamed)) + others
}

private fun ClockChoice.elsewhere(): ClockChoice =
    if (assignment == null) copy(action = ClockAction.CLOCK_IN_UNASSIGNED) else copy(isNamed = true, question = ClockQuestion.Other)

/** A shift of one's own comes before one that is over, and that before one without an assignment. */
private fun beginning(schedule: List<ShiftView>, now: UnixMillis, finished: List<RunningView>): List<ClockChoice> {
    val around = shiftsAround(schedule, now)
    val onceMore = around.filter { shift -> finished.any { it.log == shift.log && it.submitted == null } }.map(::onceMore)
    val fresh = around.filter { shift -> finished.none { it.log == shift.log } }
    val isAlone = fresh.isEmpty() && onceMore.isEmpty()
    val action = if (isAlone) ClockAction.CLOCK_IN else ClockAction.CLOCK_IN_UNASSIGNED
    val unassigned = ClockChoice(action, WhichShift.Unassigned(null), question = ClockQuestion.Unassigned)
    return if (fresh.isEmpty()) onceMore + unassigned else fresh(fresh, now) + unassigned + onceMore
}

private fun fresh(shifts: List<ShiftView>, now: UnixMillis): List<ClockChoice> {
    val ins = shifts.mapIndexed { place, shift ->
        val question = if (place == 0) early(shift, now) else ClockQuestion.Other
        ClockChoice(ClockAction.CLOCK_IN, WhichShift.Assignment(shift.assignment.id), shift, isNamed = shifts.size > 1, question)
    }
    val onTheWay = ClockChoice(ClockAction.EN_ROUTE, ins.first().shift, shifts.first())
    return listOf(ins.first(), onTheWay) + ins.drop(1)
}

private fun early(shift: ShiftView, now: UnixMillis): ClockQuestion? =
    shift.detail?.takeIf { now < it.starts - USUAL_BEFORE_MILLIS }?.let { ClockQuestion.Early(shift) }

private fun onceMore(shift: ShiftView) =
    ClockChoice(ClockAction.CLOCK_IN_ONCE_MORE, WhichShift.Log(shift.log), shift, question = ClockQuestion.OnceMore)

/** Assignments that are on now or start within twelve hours, the first to start first. */
fun shiftsAround(schedule: List<ShiftView>, now: UnixMillis): List<ShiftView> = schedule
    .filter { it.assignment.state == AssignmentState.ACTIVE }
    .mapNotNull { shift -> shift.detail?.takeIf { it.state != DetailState.CANCELLED }?.let { shift to it } }
    .filter { (_, detail) -> now >= detail.starts - OFFERED_BEFORE_MILLIS && now < detail.ends }
    .sortedWith(compareBy({ (_, detail) -> detail.starts }, { (shift, _) -> shift.log })).map { (shift, _) -> shift }
