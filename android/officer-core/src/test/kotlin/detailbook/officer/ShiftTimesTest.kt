package detailbook.officer

import java.time.YearMonth
import java.time.ZoneId
import java.util.Locale
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

internal class ShiftTimesTest {
    private val home = ZoneId.of(NEW_YORK)
    private val evening = instant("2026-05-01T18:00-04:00[America/New_York]")
    private val american = ShiftTimes(Locale.US, home)

    @Test
    fun `times are said as the owner reads them`() {
        assertEquals("6:00 PM – 11:00 PM", american.span(evening, evening + 5 * HOUR, NEW_YORK))
        assertEquals("18:00 – 23:00", ShiftTimes(Locale.GERMANY, home).span(evening, evening + 5 * HOUR))
        assertEquals("18:00", ShiftTimes(Locale.US, home, twentyFourHours = true).clock(evening))
        assertEquals("6:00 PM", ShiftTimes(Locale.US, home, twentyFourHours = false).clock(evening))
    }

    @Test
    fun `times are those of the place, and its zone is said where the phone is elsewhere`() {
        val travelling = ShiftTimes(Locale.US, ZoneId.of("America/Chicago"))
        assertEquals("6:00 PM EDT", travelling.clock(evening, NEW_YORK))
        assertEquals("6:00 PM – 7:00 PM EDT", travelling.span(evening, evening + HOUR, NEW_YORK))
        assertEquals("6:00 PM", american.clock(evening, "America/Toronto"))
    }

    @Test
    fun `the night when clocks go back says each time as the clock on the wall does`() {
        val before = instant("2026-11-01T01:30-04:00[America/New_York]")
        assertEquals("1:30 AM – 1:30 AM", american.span(before, before + HOUR, NEW_YORK))
    }

    @Test
    fun `days near have their names, by the calendar of the place`() {
        assertEquals(DayName.Today, american.day(evening, evening - 17 * HOUR))
        assertEquals(DayName.Tomorrow, american.day(evening + 7 * HOUR, evening))
        assertEquals(DayName.Yesterday, american.day(evening - 19 * HOUR, evening))
        val tokyo = "Asia/Tokyo"
        assertEquals(DayName.Today, american.day(evening, evening + HOUR, tokyo))
    }

    @Test
    fun `other days are written out, with their year only where it is another`() {
        assertEquals(DayName.Named("Sat, May 9"), american.day(evening + 8 * 24 * HOUR, evening))
        assertEquals(DayName.Named("Mon, May 3, 2027"), american.day(evening + 367 * 24 * HOUR, evening))
        for (locale in listOf(Locale.GERMANY, Locale.FRANCE, Locale("es", "US"), Locale.JAPAN, Locale.KOREA)) {
            val named = ShiftTimes(locale, home).day(evening + 8 * 24 * HOUR, evening) as DayName.Named
            assertFalse("2026" in named.text, named.text)
            assertTrue("9" in named.text, named.text)
        }
    }

    @Test
    fun `a zone that the phone does not know is said as UTC rather than wrongly`() {
        assertEquals("10:00 PM UTC", american.clock(evening, "Mars/Olympus"))
    }

    @Test
    fun `lengths are whole minutes, what is begun not counted`() {
        assertEquals(HoursAndMinutes(5, 59), ShiftTimes.length(6 * HOUR - 1))
        assertEquals(HoursAndMinutes(0, 0), ShiftTimes.length(-HOUR))
    }

    @Test
    fun `months are named`() {
        assertEquals("May 2026", american.month(YearMonth.of(2026, 5)))
        assertEquals("Mai 2026", ShiftTimes(Locale.GERMANY, home).month(YearMonth.of(2026, 5)))
    }
}
