package detailbook.officer

import detailbook.bindings.UnixMillis
import java.time.Instant
import java.time.LocalDate
import java.time.YearMonth
import java.time.ZoneId
import java.time.ZonedDateTime
import java.time.format.DateTimeFormatter
import java.time.format.FormatStyle
import java.time.format.TextStyle
import java.time.temporal.ChronoUnit
import java.util.Locale

/** A day as people name it. The words for the first three are the app's own. */
sealed interface DayName {
    /** The day it is. */
    data object Today : DayName

    /** The day after. */
    data object Tomorrow : DayName

    /** The day before. */
    data object Yesterday : DayName

    /** Any other, written out. */
    data class Named(val text: String) : DayName
}

/** A length of time in whole minutes. */
data class HoursAndMinutes(val hours: Long, val minutes: Long)

/**
 * Says times as the phone's owner reads them. A shift's times are those of the place where it is worked; where that is not the zone the
 * phone is in, the zone is said with them.
 */
class ShiftTimes(
    private val locale: Locale,
    private val zoneOfPhone: ZoneId,
    /** The owner wants 24 hours; null for what is usual in [locale]. */
    twentyFourHours: Boolean? = null,
) {
    private val clock: DateTimeFormatter = when (twentyFourHours) {
        null -> DateTimeFormatter.ofLocalizedTime(FormatStyle.SHORT)
        true -> DateTimeFormatter.ofPattern("HH:mm")
        false -> DateTimeFormatter.ofPattern("h:mm a")
    }.withLocale(locale)

    /** The time of day at that place, such as 6:00 PM, with the zone where it is not the phone's own. */
    fun clock(at: UnixMillis, zone: String? = null): String {
        val there = there(at, zone)
        return plain(there) + suffix(there)
    }

    /** From when to when, such as 6:00 PM - 11:00 PM. */
    fun span(start: UnixMillis, end: UnixMillis, zone: String? = null): String {
        val (from, to) = there(start, zone) to there(end, zone)
        return "${plain(from)} – ${plain(to)}${suffix(to)}"
    }

    /** The day at that place, as it is called [now]. */
    fun day(at: UnixMillis, now: UnixMillis, zone: String? = null): DayName {
        val (day, today) = there(at, zone).toLocalDate() to there(now, zone).toLocalDate()
        return when (ChronoUnit.DAYS.between(today, day)) {
            0L -> DayName.Today
            1L -> DayName.Tomorrow
            -1L -> DayName.Yesterday
            else -> DayName.Named(written(day, today))
        }
    }

    /** A month and its year. */
    fun month(month: YearMonth): String =
        "${month.month.getDisplayName(TextStyle.FULL_STANDALONE, locale)} ${month.year}".replaceFirstChar { it.titlecase(locale) }

    private fun written(day: LocalDate, today: LocalDate): String {
        val weekday = day.dayOfWeek.getDisplayName(TextStyle.SHORT, locale)
        val date = if (day.year == today.year) monthAndDay(day) else DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM).withLocale(locale).format(day)
        return "$weekday, $date"
    }

    // The platform's own medium date without its year: the only way to the order of month and day without a table of our own.
    private fun monthAndDay(day: LocalDate): String {
        val whole = DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM).withLocale(locale).format(day)
        return whole.replace(Regex("""[\s,./-]*(?:de\s+)?${day.year}\.?$"""), "").replace(Regex("""^${day.year}[\s./-]*"""), "").ifBlank { whole }
    }

    private fun plain(at: ZonedDateTime): String = clock.format(at).replace('\u202f', ' ').replace('\u00a0', ' ')

    private fun suffix(at: ZonedDateTime): String {
        val differs = zoneOfPhone.rules.getOffset(at.toInstant()) != at.offset
        return if (differs) " " + DateTimeFormatter.ofPattern("z", locale).format(at) else ""
    }

    private fun there(at: UnixMillis, zone: String?): ZonedDateTime =
        Instant.ofEpochMilli(at).atZone(zone?.let(::zoneNamed) ?: zoneOfPhone)

    companion object {
        private const val MINUTE_MILLIS = 60_000L
        private const val HOUR_MINUTES = 60L

        /** A length in whole minutes, what is begun not counted. */
        fun length(millis: Long): HoursAndMinutes {
            val minutes = maxOf(millis, 0) / MINUTE_MILLIS
            return HoursAndMinutes(minutes / HOUR_MINUTES, minutes % HOUR_MINUTES)
        }
    }
}
