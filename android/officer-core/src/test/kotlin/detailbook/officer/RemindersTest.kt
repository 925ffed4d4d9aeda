package detailbook.officer

import detailbook.bindings.AssignmentState
import detailbook.bindings.DetailState
import detailbook.bindings.RunningView
import detailbook.bindings.ShiftState
import detailbook.bindings.ShiftView
import detailbook.bindings.WhichShift
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

internal class RemindersTest {
    private val now = instant("2026-05-01T12:00-04:00[America/New_York]")

    @Test
    fun `a shift is spoken of an hour and a quarter of an hour before it starts, or never if the officer wishes so`() {
        val shift = sampleShift(sampleDetail(now + 5 * HOUR))
        assertEquals(listOf(now + 4 * HOUR, now + 5 * HOUR - 15 * MINUTE), reminders(listOf(shift), null, now).map { it.at })
        assertEquals(emptyList<Reminder>(), reminders(listOf(shift), null, now, ReminderWishes(beforeStart = false)))
    }

    @Test
    fun `a shift that was awarded within the hour is spoken of at once, and only once`() {
        val shift = sampleShift(sampleDetail(now + 20 * MINUTE))
        val reminders = reminders(listOf(shift), null, now)
        assertEquals(listOf(now, now + 5 * MINUTE), reminders.map { it.at })
        val later = reminders(listOf(shift), null, now + MINUTE, told = setOf(reminders.first().key))
        assertEquals(listOf(now + 5 * MINUTE), later.map { it.at })
    }

    @Test
    fun `of a shift that was awarded within the last quarter of an hour one thing is said`() {
        val shift = sampleShift(sampleDetail(now + 10 * MINUTE))
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
        assertEquals(listOf(now + 2 * HOUR, now + 3 * HOUR - 15 * MINUTE), reminders(listOf(moved), null, now, told = told).map { it.at })
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
        assertEquals(100, reminders(shifts, null, now).map { it.key }.toSet().size)
    }

    @Test
    fun `a shift without a schedule is asked about at the review, and at whatever else the core names`() {
        val running = sampleRunning(ShiftState.ON, null, listOf(now + HOUR), now + 16 * HOUR)
        val asked = reminders(emptyList(), running, now)
        assertEquals(listOf(ReminderKind.FORGOTTEN_OUT to now + HOUR, ReminderKind.STILL_IN to now + 16 * HOUR), asked.map { it.kind to it.at })
        assertTrue(asked.all { it.shift == null && it.about == null })
    }

    @Test
    fun `what was shown goes when it no longer holds`() {
        val shift = sampleShift(sampleDetail(now + 2 * HOUR))
        val (first, second) = reminders(listOf(shift), null, now).map { it.key }
        fun gone(schedule: List<ShiftView>, running: RunningView?, at: Long) = outdated(listOf(first, second), schedule, running, at)
        assertEquals(emptyList<String>(), gone(listOf(shift), null, now + HOUR))
        assertEquals(listOf(first), gone(listOf(shift), null, now + 2 * HOUR - MINUTE), "the second one says it all")
        assertEquals(listOf(first), gone(listOf(shift), null, now + 3 * HOUR), "the officer is late")
        assertEquals(listOf(first, second), gone(listOf(shift), sampleRunning(ShiftState.ON, shift), now + HOUR), "begun")
        assertEquals(listOf(first, second), gone(emptyList(), null, now + HOUR), "taken back")
        assertEquals(listOf(first, second), gone(listOf(shift), null, now + 6 * HOUR), "over")
        val running = sampleRunning(ShiftState.ON, shift, listOf(now), now + 16 * HOUR)
        val question = reminders(emptyList(), running, now).first().key
        assertEquals(emptyList<String>(), outdated(listOf(question), listOf(shift), running, now + HOUR))
        assertEquals(listOf(question), outdated(listOf(question), listOf(shift), null, now + HOUR), "clocked out")
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
