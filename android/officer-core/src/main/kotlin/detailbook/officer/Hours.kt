package detailbook.officer

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
)

/** The hours of one month. */
data class MonthOfHours(
    val month: YearMonth,
    /** Accepted in all, in milliseconds. */
    val accepted: Long,
    /** Shifts that the agency has still to rule on. */
    val waiting: Int,
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
    return ShiftHours(shift, standing, accepted)
}

/**
 * Shifts that are over by the month in which they began where they were worked, the newest month first. A shift whose detail has not come to
 * this phone is left out: nobody could say when it was.
 */
fun hoursByMonth(past: List<ShiftView>): List<MonthOfHours> = past
    .mapNotNull { shift -> shift.detail?.let { Triple(monthOf(it.starts, it.zone), it.starts, hoursOf(shift)) } }
    .sortedByDescending { (_, starts, _) -> starts }
    .groupBy({ it.first }, { it.third })
    .map { (month, shifts) ->
        MonthOfHours(month, shifts.sumOf { it.accepted ?: 0 }, shifts.count { it.accepted == null }, shifts)
    }
    .sortedByDescending { it.month }

private fun length(stretch: Interval): Long = stretch.end - stretch.start

private fun monthOf(at: Long, zone: String): YearMonth = YearMonth.from(Instant.ofEpochMilli(at).atZone(zoneNamed(zone)))

/** The zone of that name; UTC where this phone's tables do not know it. */
fun zoneNamed(name: String): ZoneId = runCatching { ZoneId.of(name) }.getOrDefault(ZoneId.of("UTC"))
