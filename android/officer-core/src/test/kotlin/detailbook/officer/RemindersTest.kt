package detailbook.officer

import detailbook.bindings.AssignmentState
import detailbook.bindings.DetailState
import detailbook.bindings.ShiftState
import detailbook.bindings.WhichShift
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

internal class RemindersTest {
    private val now = instant("2026-05-01T12:00-04:00[America/New_York]")

    @Test
    fun `a shift is spoken of an hour before it starts, or as the officer wishes, or never`() {
        val shift = sampleShift(sampleDetail(now + 5 * HOUR))
        val expected = mapOf<Int?, List<Long>>(60 to listOf(now + 4 * HOUR), 120 to listOf(now + 3 * HOUR), null to emptyList())
        for ((minutes, at) in expected) {
            assertEquals(at, reminders(listOf(shift), null, now, ReminderWishes(minutes)).map { it.at })
        }
    }

    @Test
    fun `a shift that was awarded within the hour is spoken of at once, and only once`() {
        val shift = sampleShift(sampleDetail(now + 20 * MINUTE))
        val reminder = reminders(listOf(shift), null, now).single()
        assertEquals(now, reminder.at)
        assertEquals(emptyList<Reminder>(), reminders(listOf(shift), null, now + MINUTE, told = setOf(reminder.key)))
    }

    @Test
    fun `a shift that moved is spoken of again`() {
        val detail = sampleDetail(now + 2 * HOUR)
        val shift = sampleShift(detail)
        val told = reminders(listOf(shift), null, now).map { it.key }.toSet()
        val moved = shift.copy(detail = detail.copy(starts = detail.starts + HOUR))
        assertEquals(listOf(now + 2 * HOUR), reminders(listOf(moved), null, now, told = told).map { it.at })
    }

    @Test
    fun `released, cancelled, begun and unknown shifts are not spoken of`() {
        val soon = sampleDetail(now + HOUR)
        val running = sampleShift(soon)
        val shifts = listOf(
            sampleShift(soon, AssignmentState.RELEASED),
            sampleShift(sampleDetail(now + HOUR, state = DetailState.CANCELLED)),
            sampleShift(sampleDetail(now - MINUTE)),
            sampleShift(null),
            running,
        )
        assertEquals(emptyList<Reminder>(), reminders(shifts, sampleRunning(ShiftState.ON, running), now))
    }

    @Test
    fun `a forgotten clock-out is asked about five and sixty minutes after the end, and at the review`() {
        val end = now + HOUR
        val shift = sampleShift(sampleDetail(now - 3 * HOUR, end))
        val running = sampleRunning(ShiftState.ON, shift, listOf(end + 5 * MINUTE, end + HOUR), now + 13 * HOUR)
        val expected = listOf(
            ReminderKind.FORGOTTEN_OUT to end + 5 * MINUTE,
            ReminderKind.FORGOTTEN_OUT to end + HOUR,
            ReminderKind.STILL_IN to now + 13 * HOUR,
        )
        assertEquals(expected, reminders(emptyList(), running, now).map { it.kind to it.at })
    }

    @Test
    fun `what came due while the phone was off is asked once, and the rest in its time`() {
        val end = now - 30 * MINUTE
        val shift = sampleShift(sampleDetail(now - 4 * HOUR, end))
        val running = sampleRunning(ShiftState.ON, shift, listOf(end + 5 * MINUTE, end + HOUR), now + 12 * HOUR)
        val first = reminders(emptyList(), running, now)
        assertEquals(listOf(now, end + HOUR, now + 12 * HOUR), first.map { it.at })
        val later = reminders(emptyList(), running, now + 2 * HOUR, told = setOf(first.first().key))
        assertEquals(listOf(now + 2 * HOUR, now + 12 * HOUR), later.map { it.at })
        assertTrue(later.first().key != first.first().key)
    }

    @Test
    fun `keys are never shared between shifts`() {
        val shifts = List(50) { sampleShift(sampleDetail(now + (it + 1) * HOUR)) }
        assertEquals(50, reminders(shifts, null, now).map { it.key }.toSet().size)
    }
}

/** The reminders of a real shift, by the times that the core itself names. */
internal class RemindersOfRealShiftsTest : WithAgency() {
    @Test
    fun `an officer who is still in after the end is asked, and one who clocked out is not`() = story {
        phone().use { phone ->
            val detail = agency.postDetail(startsInMinutes = -10, hours = 1)
            val assignment = agency.award(detail, phone.officer, origin = "ordered")
            phone.core.sync()
            val schedule = phone.core.screens.schedule(null).items
            phone.core.clockIn(WhichShift.Assignment(assignment))
            val ends = schedule.single().detail!!.ends
            val running = phone.core.screens.runningNow()
            val outs = reminders(schedule, running, phone.parts.now()).filter { it.kind == ReminderKind.FORGOTTEN_OUT }
            assertEquals(listOf(ends + 5 * MINUTE, ends + HOUR), outs.map { it.at })
            phone.core.clockOut()
            assertEquals(emptyList<Reminder>(), reminders(schedule, phone.core.screens.runningNow(), phone.parts.now()))
        }
    }

    @Test
    fun `a round that could not read comes again, unless this phone is nobody's`() {
        for (nobodys in listOf(OfficerError.NotEnrolled("c", "r", null), OfficerError.Revoked("c", "r", null))) assertEquals(null, roundAfter(nobodys))
        assertEquals(60_000L, roundAfter(OfficerError.Busy("c", "r", null)))
        assertEquals(60_000L, roundAfter(OfficerError.PhonePart("c", "r", null)))
        assertEquals(900_000L, roundAfter(OfficerError.StoreUnusable("c", "r", null)))
    }
}
