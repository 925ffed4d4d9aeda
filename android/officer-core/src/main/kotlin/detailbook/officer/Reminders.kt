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
    /** How long before a shift, in minutes; null for never. */
    val beforeStart: Int? = 60,
)

/**
 * All reminders to come, the next one first: a pure function of what the phone shows, so that it may be worked out again after every change
 * and every restart. A question about a forgotten clock-out that came due while the phone was off is asked [now], once: [told] holds
 * the keys of those that were shown. Starts that have passed are not spoken of.
 */
fun reminders(
    schedule: List<ShiftView>,
    running: RunningView?,
    now: UnixMillis,
    wishes: ReminderWishes = ReminderWishes(),
    told: Set<String> = emptySet(),
): List<Reminder> {
    val starts = wishes.beforeStart?.let { minutes -> startReminders(schedule, running, now, minutes) }.orEmpty()
    return (starts + running?.let { outReminders(it, now) }.orEmpty())
        .filter { it.key !in told }.sortedWith(compareBy({ it.at }, { it.key })).distinctBy { it.key }
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

private fun startReminders(schedule: List<ShiftView>, running: RunningView?, now: UnixMillis, minutes: Int): List<Reminder> =
    schedule.filter { it.assignment.state == AssignmentState.ACTIVE && it.log != running?.log }.mapNotNull { shift ->
        val detail = shift.detail?.takeIf { it.state != DetailState.CANCELLED && it.starts > now } ?: return@mapNotNull null
        val at = maxOf(detail.starts - minutes * MINUTE_MILLIS, now)
        Reminder(ReminderKind.STARTS_SOON, "starts:${shift.assignment.id}:${detail.starts}", at, detail.starts, shift)
    }

private fun outReminders(running: RunningView, now: UnixMillis): List<Reminder> {
    val end = running.shift?.detail?.ends
    val questions = running.askAt.map { at ->
        Reminder(ReminderKind.FORGOTTEN_OUT, "out:${running.log}:$at", maxOf(at, now), end, running.shift)
    }
    val review = running.reviewAt?.let { at ->
        Reminder(ReminderKind.STILL_IN, "review:${running.log}:$at", maxOf(at, now), end, running.shift)
    }
    // Of those that are overdue, the last one says it all.
    val (due, toCome) = (questions + listOfNotNull(review)).partition { it.at <= now }
    return due.takeLast(1) + toCome
}
