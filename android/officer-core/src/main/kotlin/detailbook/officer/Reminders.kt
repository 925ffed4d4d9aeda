package detailbook.officer

import detailbook.bindings.AssignmentState
import detailbook.bindings.DetailState
import detailbook.bindings.RunningView
import detailbook.bindings.ShiftView
import detailbook.bindings.UnixMillis

private const val MINUTE_MILLIS = 60_000L

/** What a reminder is about. */
enum class ReminderKind {
    /** A shift starts soon. */
    STARTS_SOON,

    /** The detail is over, and the officer is still clocked in. */
    FORGOTTEN_OUT,

    /** Clocked in for so long that the agency will ask. */
    STILL_IN,

    /** An officer whose book is not open may still be clocked in: whoever reads it may be somebody else. */
    ANOTHERS,
}

/** One notification that the phone shows by itself, with or without a network. */
data class Reminder(
    val kind: ReminderKind,
    /** The same for the same reminder however often it is worked out, and never another's. */
    val key: String,
    /** When to show it. */
    val at: UnixMillis,
    /** The start or the scheduled end that it speaks of; null where the shift has no schedule. */
    val about: UnixMillis?,
    /** The shift it speaks of. */
    val shift: ShiftView?,
)

/** What the officer has chosen. */
data class ReminderWishes(
    /** Reminds before a shift, an hour and a quarter of an hour before it. */
    val beforeStart: Boolean = true,
)

/** How long before a shift starts it is spoken of, in minutes, the first one first. */
val BEFORE_START_MINUTES: List<Int> = listOf(60, 15)

/**
 * All reminders to come, the next one first: a pure function of what the phone shows, so that it may be worked out again after every change
 * and every restart. What came due while the phone was off, or before the award was there, is said [now], once: [told] holds the keys of those
 * that were shown. Of what is overdue of one shift the last one says it all. Starts that have passed are not spoken of.
 */
fun reminders(
    schedule: List<ShiftView>,
    running: RunningView?,
    now: UnixMillis,
    wishes: ReminderWishes = ReminderWishes(),
    told: Set<String> = emptySet(),
): List<Reminder> {
    val starts = if (wishes.beforeStart) startReminders(schedule, running, now) else emptyList()
    val spoken = starts.map { of -> of.filter { it.about == null || it.about > now } } + listOf(outReminders(running))
    return spoken.flatMap { lastDueAndToCome(it, now) }
        .map { it.copy(at = maxOf(it.at, now)) }
        .filter { it.key !in told }.sortedWith(compareBy({ it.at }, { it.key })).distinctBy { it.key }
}

/**
 * Which of the [shown] reminders, by their keys, no longer hold: the shift has begun or is over, was moved or taken back, the officer has clocked
 * out, or a later reminder of the same says it all.
 */
fun outdated(shown: Collection<String>, schedule: List<ShiftView>, running: RunningView?, now: UnixMillis): List<String> {
    val holding = (startReminders(schedule, running, now) + listOf(outReminders(running))).flatMap { lastDueAndToCome(it, now) }
    return shown - holding.map { it.key }.toSet()
}

/**
 * After how many milliseconds to look again for reminders that could not be worked out; null where there can be none: this phone is nobody's. A
 * store that a person has to look at is not asked every minute.
 */
fun roundAfter(error: OfficerError): Long? = when (error) {
    is OfficerError.NotEnrolled, is OfficerError.Revoked -> null
    is OfficerError.StoreUnusable -> 15 * MINUTE_MILLIS
    else -> MINUTE_MILLIS
}

/** Those of each shift that is not over and not begun, in order. */
private fun startReminders(schedule: List<ShiftView>, running: RunningView?, now: UnixMillis): List<List<Reminder>> =
    schedule.filter { it.assignment.state == AssignmentState.ACTIVE && it.log != running?.log }.mapNotNull { shift ->
        val detail = shift.detail?.takeIf { it.state != DetailState.CANCELLED && it.ends > now } ?: return@mapNotNull null
        BEFORE_START_MINUTES.map { minutes ->
            val key = "starts/${shift.log}/${detail.starts}/$minutes"
            Reminder(ReminderKind.STARTS_SOON, key, detail.starts - minutes * MINUTE_MILLIS, detail.starts, shift)
        }
    }

/** Those of the shift under way, in order; a shift without a schedule has only the last one. */
private fun outReminders(running: RunningView?): List<Reminder> {
    if (running == null) return emptyList()
    val end = running.shift?.detail?.ends
    val questions = running.askAt.map { Reminder(ReminderKind.FORGOTTEN_OUT, "out/${running.log}/$it", it, end, running.shift) }
    val review = running.reviewAt?.let { Reminder(ReminderKind.STILL_IN, "review/${running.log}/$it", it, end, running.shift) }
    return (questions + listOfNotNull(review)).sortedBy { it.at }
}

/** Of what is due the last one says it all. */
internal fun lastDueAndToCome(ordered: List<Reminder>, now: UnixMillis): List<Reminder> {
    val (due, toCome) = ordered.partition { it.at <= now }
    return due.takeLast(1) + toCome
}
