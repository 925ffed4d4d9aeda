package detailbook.officer

import detailbook.bindings.AssignmentState
import detailbook.bindings.DetailState
import detailbook.bindings.ShiftState
import detailbook.bindings.WhichShift
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

internal class ClockButtonTest {
    private val now = instant("2026-05-01T12:00-04:00[America/New_York]")

    @Test
    fun `each state of a shift offers what comes next, and its way out`() {
        val expected = mapOf(
            ShiftState.EN_ROUTE to ClockAction.CLOCK_IN,
            ShiftState.ON to ClockAction.CLOCK_OUT,
            ShiftState.ON_BREAK to ClockAction.END_BREAK,
            ShiftState.AWAY to ClockAction.COME_BACK,
        )
        for ((state, primary) in expected) {
            val running = sampleRunning(state)
            val offer = clockOffer(running, emptyList(), now)
            assertEquals(primary, offer.primary)
            assertEquals(WhichShift.Log(running.log), offer.shift)
            if (state == ShiftState.ON_BREAK || state == ShiftState.AWAY) assertTrue(ClockAction.CLOCK_OUT in offer.others)
        }
    }

    @Test
    fun `without a shift under way it is for the one that is on now, else the next within twelve hours`() {
        val later = sampleShift(sampleDetail(now + 11 * HOUR))
        val soon = sampleShift(sampleDetail(now + HOUR))
        val on = sampleShift(sampleDetail(now - HOUR))
        assertEquals(on, clockOffer(null, listOf(later, soon, on), now).assignment)
        assertEquals(soon, clockOffer(null, listOf(later, soon), now).assignment)
        assertEquals(WhichShift.Assignment(later.assignment.id), clockOffer(null, listOf(later), now).shift)
    }

    @Test
    fun `with nothing near it still clocks in, without an assignment`() {
        val shifts = listOf(
            sampleShift(sampleDetail(now + 13 * HOUR)),
            sampleShift(sampleDetail(now - 5 * HOUR)),
            sampleShift(sampleDetail(now), AssignmentState.RELEASED),
            sampleShift(sampleDetail(now, state = DetailState.CANCELLED)),
        )
        for (running in listOf(null, sampleRunning(ShiftState.OUT))) {
            val offer = clockOffer(running, shifts, now)
            assertEquals(ClockAction.CLOCK_IN to WhichShift.Unassigned(null), offer.primary to offer.shift)
        }
    }

    @Test
    fun `after a clock-out the same shift is offered as once more, and after the handing in no longer`() {
        val (on, next) = sampleShift(sampleDetail(now - HOUR)) to sampleShift(sampleDetail(now + 5 * HOUR))
        val out = sampleRunning(ShiftState.OUT, on)
        val again = clockOffer(null, listOf(on, next), now, listOf(out))
        assertEquals(Triple(on, true, emptyList<ClockAction>()), Triple(again.assignment, again.again, again.others))
        val after = clockOffer(null, listOf(on, next), now, listOf(out.copy(submitted = now)))
        assertEquals(next to false, after.assignment to after.again)
    }

    @Test
    fun `hours on screen go on between two readings, but not on a break`() {
        val on = sampleRunning(ShiftState.ON).copy(workedSoFar = HOUR)
        assertEquals(HOUR + 5 * MINUTE, workedUntil(on, now, now + 5 * MINUTE))
        assertEquals(HOUR, workedUntil(on, now, now - MINUTE))
        assertEquals(HOUR, workedUntil(on.copy(state = ShiftState.ON_BREAK), now, now + 5 * MINUTE))
    }
}

/** What the clock offers along a real shift. */
internal class ClockButtonOfRealShiftsTest : WithAgency() {
    @Test
    fun `following the huge button through a day writes a whole shift`() = story {
        phone().use { phone ->
            val detail = agency.postDetail()
            val assignment = agency.award(detail, phone.officer, origin = "ordered")
            phone.core.sync()
            val pressed = mutableListOf<ClockAction>()
            suspend fun offer() = clockOffer(phone.core.screens.runningNow(), phone.core.screens.schedule(null).items, phone.parts.now())
            suspend fun press(action: ClockAction) {
                pressed += action
                phone.core.punch(action.fact, offer().shift)
            }
            press(offer().others.first())
            press(offer().primary)
            press(offer().others.first())
            press(offer().primary)
            press(offer().primary)
            val whole = listOf(
                ClockAction.EN_ROUTE, ClockAction.CLOCK_IN, ClockAction.START_BREAK, ClockAction.END_BREAK, ClockAction.CLOCK_OUT,
            )
            assertEquals(whole, pressed)
            phone.core.sync()
            assertEquals(5, agency.facts(assignment).size)
        }
    }

    @Test
    fun `a shift waits to be handed in from the clock-out to the handing in, with an assignment or without`() = story {
        phone().use { phone ->
            val screens = phone.core.screens
            agency.award(agency.postDetail(startsInMinutes = 300), phone.officer, origin = "ordered")
            val assignment = agency.award(agency.postDetail(), phone.officer, origin = "ordered")
            phone.core.sync()
            suspend fun finished(also: String? = null) = screens.finished(phone.parts.now(), also)
            val log = phone.core.clockIn(WhichShift.Assignment(assignment)).document
            assertEquals(emptyList<String>(), finished().map { it.log })
            phone.core.clockOut()
            assertEquals(listOf(log), finished().filter(::isToHandIn).map { it.log })
            phone.core.submit(WhichShift.Log(log))
            assertEquals(emptyList<String>(), finished().filter(::isToHandIn).map { it.log })
            val unassigned = phone.core.clockIn(WhichShift.Unassigned(null)).document
            phone.core.clockOut()
            assertEquals(listOf(unassigned), finished(also = unassigned).filter(::isToHandIn).map { it.log })
        }
    }
}
