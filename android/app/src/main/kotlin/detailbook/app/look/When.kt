package detailbook.app.look

import android.content.Context
import android.text.format.DateFormat
import detailbook.app.R
import detailbook.officer.DayName
import detailbook.officer.ShiftTimes
import detailbook.officer.amountText
import java.time.YearMonth
import java.time.ZoneId

/** Times and amounts in the words of the app and by the settings of the phone. */
class When(private val context: Context, zone: ZoneId = ZoneId.systemDefault()) {
    private val times = ShiftTimes(context.resources.configuration.locales[0], zone, DateFormat.is24HourFormat(context))

    /** The time of day. */
    fun clock(at: Long, zone: String? = null): String = times.clock(at, zone)

    /** From when to when. */
    fun span(start: Long, end: Long, zone: String? = null): String = times.span(start, end, zone)

    /** Today, tomorrow, or a date. */
    fun day(at: Long, now: Long, zone: String? = null): String = when (val day = times.day(at, now, zone)) {
        DayName.Today -> context.getString(R.string.today)
        DayName.Tomorrow -> context.getString(R.string.tomorrow)
        DayName.Yesterday -> context.getString(R.string.yesterday)
        is DayName.Named -> day.text
    }

    /** Day and time. */
    fun dayAndClock(at: Long, now: Long, zone: String? = null): String =
        context.getString(R.string.day_and_time, day(at, now, zone), clock(at, zone))

    /** A month and its year. */
    fun month(month: YearMonth): String = times.month(month)

    /** An amount of the agency's currency. */
    fun amount(cents: Long): String = amountText(cents, context.resources.configuration.locales[0])

    /** A length in hours and minutes. */
    fun length(millis: Long): String = ShiftTimes.length(millis).let { context.getString(R.string.hours_minutes, it.hours, it.minutes) }
}
