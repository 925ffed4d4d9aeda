package detailbook.officer

import detailbook.bindings.AssignmentState
import detailbook.bindings.Cents
import detailbook.bindings.Interval
import detailbook.bindings.ShiftView
import java.time.Instant
import java.time.YearMonth
import java.time.ZoneId

/** How far the hours of one shift are. */
enum class HoursStanding {
    /** The agency has not ruled yet. */
    WAITING,

    /** The agency has ruled, and set nothing aside. */
    ACCEPTED,

    /** The agency has ruled and set something aside, or said something about it. */
    ACCEPTED_WITH_REMARKS,

    /** The agency has ruled that nothing of it is paid. */
    NOT_ACCEPTED,
}

/** One shift that is over, and what the agency made of its time. */
data class ShiftHours(
    val shift: ShiftView,
    val standing: HoursStanding,
    /** What is paid, in milliseconds; null until the agency has ruled. */
    val accepted: Long?,
    /** What the accepted time pays; null where the agency's tariff gave no price. */
    val pay: Cents? = null,
)

/** The hours of one month. */
data class MonthOfHours(
    val month: YearMonth,
    /** Accepted in all, in milliseconds. */
    val accepted: Long,
    /** What the shifts pay that have a price; null where none has. */
    val pay: Cents?,
    /** Shifts with accepted time that no price was given for. */
    val unpriced: Int,
    /** Shifts that the agency has still to rule on. */
    val waiting: Int,
    /** Some of its shifts were not read: its sums lack them. */
    val isPart: Boolean,
    /** The newest first. */
    val shifts: List<ShiftHours>,
)

/** What the agency made of a shift's time. */
fun hoursOf(shift: ShiftView): ShiftHours {
    val ruling = shift.ruling ?: return ShiftHours(shift, HoursStanding.WAITING, null)
    val accepted = ruling.accepted.sumOf(::length)
    val standing = when {
        accepted == 0L -> HoursStanding.NOT_ACCEPTED
        ruling.exceptions.isEmpty() -> HoursStanding.ACCEPTED
        else -> HoursStanding.ACCEPTED_WITH_REMARKS
    }
    return ShiftHours(shift, standing, accepted, ruling.pay?.amount.takeIf { accepted > 0 })
}

/**
 * Shifts that are over by the month in which they began where they were worked, the newest month first. A shift whose detail has not come to
 * this phone is left out: nobody could say when it was. One that was given up counts only where it was ruled on: nobody rules on the others.
 * [isWhole]: there are no earlier shifts than these, which come the last one first; otherwise the earliest month is but a part of one.
 */
fun hoursByMonth(past: List<ShiftView>, isWhole: Boolean = true): List<MonthOfHours> {
    val part = past.lastOrNull { it.detail != null }?.detail?.takeUnless { isWhole }?.let { monthOf(it.starts, it.zone) }
    return past
        .filter { it.assignment.state == AssignmentState.ACTIVE || it.ruling != null }
        .mapNotNull { shift -> shift.detail?.let { Triple(monthOf(it.starts, it.zone), it.starts, hoursOf(shift)) } }
        .sortedByDescending { (_, starts, _) -> starts }
        .groupBy({ it.first }, { it.third })
        .map { (month, shifts) -> monthOf(month, shifts, isPart = month == part) }
        .sortedByDescending { it.month }
}

private fun monthOf(month: YearMonth, shifts: List<ShiftHours>, isPart: Boolean) = MonthOfHours(
    month,
    accepted = shifts.sumOf { it.accepted ?: 0 },
    pay = shifts.mapNotNull { it.pay }.ifEmpty { null }?.sum(),
    unpriced = shifts.count { (it.accepted ?: 0) > 0 && it.pay == null },
    waiting = shifts.count { it.accepted == null },
    isPart,
    shifts,
)

private fun length(stretch: Interval): Long = stretch.end - stretch.start

private fun monthOf(at: Long, zone: String): YearMonth = YearMonth.from(Instant.ofEpochMilli(at).atZone(zoneNamed(zone)))

/** The zone of that name; UTC where this phone's tables do not know it. */
fun zoneNamed(name: String): ZoneId = runCatching { ZoneId.of(name) }.getOrDefault(ZoneId.of("UTC"))
