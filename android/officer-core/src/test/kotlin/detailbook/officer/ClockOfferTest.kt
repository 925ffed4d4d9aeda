package detailbook.officer

import detailbook.bindings.AssignmentState
import detailbook.bindings.DetailState
import detailbook.bindings.ShiftState
import detailbook.bindings.WhichShift
import detailbook.bindings.FactKind
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

internal class ClockOfferTest {
    private val now = instant("2026-05-01T12:00-04:00[America/New_York]")

    private fun at(starts: Long) = sampleShift(sampleDetail(starts))

    private fun ClockOffer.actions() = (listOf(main) + others).map { it.action }

    @Test
    fun `each state of a shift offers what comes next, and its way out, which asks`() {
        val expected = mapOf(
            ShiftState.ON to listOf(ClockAction.CLOCK_OUT, ClockAction.START_BREAK, ClockAction.LEAVE_AND_RETURN),
            ShiftState.ON_BREAK to listOf(ClockAction.END_BREAK, ClockAction.CLOCK_OUT),
            ShiftState.AWAY to listOf(ClockAction.COME_BACK, ClockAction.CLOCK_OUT),
        )
        for ((state, actions) in expected) {
            val running = sampleRunning(state).copy(workedSoFar = HOUR)
            val offer = clockOffer(running, listOf(at(now)), now)
            assertEquals(actions, offer.actions())
            for (choice in listOf(offer.main) + offer.others) {
                assertEquals(WhichShift.Log(running.log), choice.shift)
                assertEquals(if (choice.action == ClockAction.CLOCK_OUT) ClockQuestion.Out(HOUR) else null, choice.question)
            }
        }
    }

    @Test
    fun `on the way the shift that the officer set out for comes first, and every other one is offered and asked about`() {
        val (mine, other) = at(now + HOUR) to at(now - HOUR)
        for (state in listOf(ShiftState.OFF, ShiftState.EN_ROUTE)) {
            val offer = clockOffer(sampleRunning(state, mine), listOf(other, mine), now)
            val expected = listOf(
                ClockChoice(ClockAction.CLOCK_IN, WhichShift.Log(mine.log), mine, isNamed = true),
                ClockChoice(ClockAction.CLOCK_IN, WhichShift.Assignment(other.assignment.id), other, isNamed = true, ClockQuestion.Other),
                ClockChoice(ClockAction.CLOCK_IN_UNASSIGNED, WhichShift.Unassigned(null), question = ClockQuestion.Unassigned),
            )
            assertEquals(ClockOffer(expected.first(), expected.drop(1)), offer)
        }
    }

    @Test
    fun `on the way to the only shift one tap clocks in, and work without an assignment is not kept from the officer`() {
        val mine = at(now + HOUR)
        for (running in listOf(sampleRunning(ShiftState.EN_ROUTE, mine), sampleRunning(ShiftState.EN_ROUTE))) {
            val offer = clockOffer(running, listOfNotNull(running.shift), now)
            assertEquals(ClockChoice(ClockAction.CLOCK_IN, WhichShift.Log(running.log), running.shift), offer.main)
            val unassigned = ClockChoice(ClockAction.CLOCK_IN_UNASSIGNED, WhichShift.Unassigned(null), question = ClockQuestion.Unassigned)
            assertEquals(listOf(unassigned), offer.others)
        }
    }

    @Test
    fun `having set out holds nothing once the assignment is taken back, the detail is cancelled, or its time is over`() {
        val next = at(now + 20 * MINUTE)
        val ended = listOf(
            sampleShift(sampleDetail(now - HOUR), AssignmentState.RELEASED), sampleShift(sampleDetail(now - HOUR, state = DetailState.CANCELLED)),
            sampleShift(sampleDetail(now - 4 * HOUR)),
        )
        for (shift in ended) {
            val handIn = listOf(sampleRunning(ShiftState.OUT))
            assertEquals(clockOffer(null, listOf(next), now, handIn), clockOffer(sampleRunning(ShiftState.EN_ROUTE, shift), listOf(next), now, handIn))
        }
    }

    @Test
    fun `shortly before and during a shift one tap clocks in, and nothing is asked`() {
        for (starts in listOf(now + 30 * MINUTE, now, now - 3 * HOUR)) {
            val shift = at(starts)
            val offer = clockOffer(null, listOf(shift), now)
            assertEquals(ClockChoice(ClockAction.CLOCK_IN, WhichShift.Assignment(shift.assignment.id), shift), offer.main)
            assertEquals(listOf(ClockAction.CLOCK_IN, ClockAction.EN_ROUTE, ClockAction.CLOCK_IN_UNASSIGNED), offer.actions())
            assertEquals(WhichShift.Assignment(shift.assignment.id), offer.others.first().shift)
        }
    }

    @Test
    fun `long before a shift it is asked whether it is the right one, up to twelve hours before, and never kept from anybody`() {
        for (starts in listOf(now + 30 * MINUTE + 1, now + 12 * HOUR)) {
            val early = at(starts)
            val main = clockOffer(null, listOf(early), now).main
            assertEquals(WhichShift.Assignment(early.assignment.id) to ClockQuestion.Early(early), main.shift to main.question)
        }
        assertEquals(WhichShift.Unassigned(null), clockOffer(null, listOf(at(now + 12 * HOUR + 1)), now).main.shift)
    }

    @Test
    fun `of several shifts around now the first to start has the huge button, and the others ask first`() {
        val (later, soon, on) = Triple(at(now + 11 * HOUR), at(now + HOUR), at(now - HOUR))
        val offer = clockOffer(null, listOf(later, soon, on), now)
        val ins = (listOf(offer.main) + offer.others).filter { it.action == ClockAction.CLOCK_IN }
        assertEquals(listOf(on, soon, later), ins.map { it.assignment })
        assertEquals(listOf(null, ClockQuestion.Other, ClockQuestion.Other), ins.map { it.question })
        assertTrue(ins.all { it.isNamed })
        assertEquals(ClockAction.EN_ROUTE to on, offer.others.first().let { it.action to it.assignment })
        assertEquals(ClockAction.CLOCK_IN_UNASSIGNED to ClockQuestion.Unassigned, offer.others.last().let { it.action to it.question })
    }

    @Test
    fun `with nothing near it still clocks in, without an assignment, after a question`() {
        val shifts = listOf(
            at(now + 13 * HOUR), at(now - 4 * HOUR), sampleShift(null),
            sampleShift(sampleDetail(now), AssignmentState.RELEASED), sampleShift(sampleDetail(now, state = DetailState.CANCELLED)),
        )
        for (running in listOf(null, sampleRunning(ShiftState.OUT))) {
            val alone = ClockChoice(ClockAction.CLOCK_IN, WhichShift.Unassigned(null), question = ClockQuestion.Unassigned)
            assertEquals(ClockOffer(alone, emptyList()), clockOffer(running, shifts, now))
        }
    }

    @Test
    fun `after a clock-out the clock is at the next shift around now, and the one before can be handed in or taken up again`() {
        val (over, next) = at(now - HOUR) to at(now + HOUR)
        val out = sampleRunning(ShiftState.OUT, over)
        val offer = clockOffer(null, listOf(over, next), now, listOf(out))
        assertEquals(WhichShift.Assignment(next.assignment.id), offer.main.shift)
        assertFalse(offer.main.isNamed)
        val again = ClockChoice(ClockAction.CLOCK_IN_ONCE_MORE, WhichShift.Log(over.log), over, question = ClockQuestion.OnceMore)
        assertEquals(again, offer.others.last())
        assertEquals(listOf(out) to false, offer.handIn to offer.isHandInFirst)
    }

    @Test
    fun `after a clock-out with nothing else around, handing in comes first, then the same shift once more, and after the handing in neither`() {
        val over = at(now - HOUR)
        val out = sampleRunning(ShiftState.OUT, over)
        val offer = clockOffer(null, listOf(over), now, listOf(out))
        assertEquals(listOf(ClockAction.CLOCK_IN_ONCE_MORE, ClockAction.CLOCK_IN_UNASSIGNED), offer.actions())
        assertTrue(offer.isHandInFirst)
        val after = clockOffer(null, listOf(over), now, listOf(out.copy(submitted = now)))
        assertEquals(Triple(WhichShift.Unassigned(null), emptyList<Any>(), false), Triple(after.main.shift, after.handIn, after.isHandInFirst))
        val unassigned = clockOffer(null, emptyList(), now, listOf(sampleRunning(ShiftState.OUT)))
        assertTrue(unassigned.isHandInFirst)
    }

    @Test
    fun `while a shift is under way nothing is to be handed in`() {
        assertEquals(emptyList<Any>(), clockOffer(sampleRunning(ShiftState.ON), emptyList(), now, listOf(sampleRunning(ShiftState.OUT))).handIn)
    }

    @Test
    fun `what keeps one shift from being read is told, and takes no other shift away`() = story {
        val damaged = OfficerError.StoreUnusable("store_damaged", "the store is damaged", null)
        val (first, second, past) = List(3) { at(now - (it + 1) * HOUR) }
        val unassigned = sampleRunning(ShiftState.OUT)
        suspend fun read(vararg missing: Any): Pair<List<String>, OfficerError?> {
            fun <T> unless(what: Any, view: T): T = if (what in missing) throw damaged else view
            val source = FinishedSource(
                { unless("unassigned", listOf(unassigned)) },
                listOf({ unless("schedule", listOf(first, second)) }, { unless("past", listOf(past)) }),
                { log -> unless(log, listOf(first, second, past).single { it.log == log }).let { sampleRunning(if (it == second) ShiftState.OFF else ShiftState.OUT, it) } },
            )
            return finished(now, source).let { found -> found.shifts.map { it.log } to found.unread }
        }
        assertEquals(listOf(unassigned.log, first.log, past.log) to null, read(), "one that was not begun is none, and nothing is wrong with that")
        assertEquals(listOf(unassigned.log, past.log) to damaged, read(first.log))
        assertEquals(listOf(unassigned.log, past.log) to damaged, read("schedule"))
        assertEquals(listOf(first.log) to damaged, read("past", "unassigned"))
    }

    @Test
    fun `a phone that is suspended or closed is no trouble of a shift's`() = story {
        for (error in listOf(OfficerError.Suspended("suspended", "the store is suspended", null), OfficerError.closed())) {
            val source = FinishedSource({ emptyList() }, listOf({ throw error }), { throw error })
            assertEquals(error, runCatching { finished(now, source) }.exceptionOrNull())
        }
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
internal class ClockOfferOfRealShiftsTest : WithAgency() {
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
                phone.core.punch(action.fact, offer().main.shift)
            }
            press(offer().others.first().action)
            press(offer().main.action)
            press(offer().others.first().action)
            press(offer().main.action)
            press(offer().main.action)
            val whole = listOf(
                ClockAction.EN_ROUTE, ClockAction.CLOCK_IN, ClockAction.START_BREAK, ClockAction.END_BREAK, ClockAction.CLOCK_OUT,
            )
            assertEquals(whole, pressed)
            phone.core.sync()
            assertEquals(5, agency.facts(assignment).size)
        }
    }

    @Test
    fun `who is called off on the way clocks in on the other shift, and not on the one that was taken back`() = story {
        phone().use { phone ->
            agency.settle(buildJsonObject { putJsonObject("call_off") { put("free_with", 0); put("coordinator_under", 0) } })
            val first = agency.award(agency.postDetail(startsInMinutes = 30, hours = 1), phone.officer, origin = "ordered")
            val next = agency.award(agency.postDetail(startsInMinutes = 120, title = "Fair"), phone.officer, origin = "ordered")
            phone.core.sync()
            suspend fun offer() = clockOffer(phone.core.screens.runningNow(), phone.core.screens.schedule(null).items, phone.parts.now())
            phone.core.punch(FactKind.EnRoute, WhichShift.Assignment(first))
            assertEquals(listOf("Road works", "Fair", null), (listOf(offer().main) + offer().others).map { it.assignment?.detail?.title })
            phone.core.callOff(first, "A flat tyre.")
            phone.core.sync()
            assertEquals(WhichShift.Assignment(next), offer().main.shift)
            phone.core.clockIn(offer().main.shift)
            phone.core.sync()
            assertEquals(listOf(1, 1), listOf(first, next).map { agency.facts(it).size })
        }
    }

    @Test
    fun `a shift waits to be handed in from the clock-out to the handing in, with an assignment or without`() = story {
        phone().use { phone ->
            val screens = phone.core.screens
            agency.award(agency.postDetail(startsInMinutes = 300), phone.officer, origin = "ordered")
            val assignment = agency.award(agency.postDetail(), phone.officer, origin = "ordered")
            phone.core.sync()
            suspend fun finished() = screens.finished(phone.parts.now()).also { assertNull(it.unread) }.shifts
            val log = phone.core.clockIn(WhichShift.Assignment(assignment)).document
            assertEquals(emptyList<String>(), finished().map { it.log })
            phone.core.clockOut()
            assertEquals(listOf(log), finished().filter(::isToHandIn).map { it.log })
            phone.core.submit(WhichShift.Log(log))
            assertEquals(emptyList<String>(), finished().filter(::isToHandIn).map { it.log })
            val unassigned = phone.core.clockIn(WhichShift.Unassigned(null)).document
            phone.core.clockOut()
            assertEquals(listOf(unassigned), finished().filter(::isToHandIn).map { it.log })
            val another = phone.core.clockIn(WhichShift.Unassigned(null)).document
            phone.core.clockOut()
            assertEquals(listOf(another, unassigned), finished().filter(::isToHandIn).map { it.log }, "nothing that was punched later hides it")
            assertEquals(listOf(another, unassigned), screens.unassignedShifts(null).items.map { it.log })
            assertEquals(2, listOf(null, screens.unassignedShifts(null, 1).next).sumOf { screens.unassignedShifts(it, 1).items.size })
        }
    }

    @Test
    fun `a shift that nothing was written of yet is no trouble to read, it has not begun`() = story {
        phone().use { phone ->
            agency.award(agency.postDetail(), phone.officer, origin = "ordered")
            phone.core.sync()
            val screens = phone.core.screens
            assertEquals(ShiftState.OFF, screens.shift(screens.schedule(null).items.single().log).state)
            assertEquals(FinishedShifts(emptyList(), null), screens.finished(phone.parts.now()))
        }
    }

    @Test
    fun `where storage has lost what a shift says, the clock goes on, the other shifts are there, and it is told that one is missing`() = story {
        val whole = phone()
        val assignment = agency.award(agency.postDetail(), whole.officer, origin = "ordered")
        whole.core.sync()
        val other = whole.core.clockIn(WhichShift.Unassigned(null)).document
        whole.core.clockOut()
        TestPhone.damaged(whole, assignment).use { phone ->
            val screens = phone.core.screens
            val damaged = screens.schedule(null).items.single().log
            assertThrowsTyped<OfficerError.StoreUnusable> { screens.shift(damaged) }
            val finished = screens.finished(phone.parts.now())
            assertEquals(listOf(other), finished.shifts.map { it.log })
            assertTrue(finished.unread is OfficerError.StoreUnusable, "${finished.unread}")
            phone.core.clockIn(WhichShift.Unassigned(null))
            assertNotNull(screens.runningNow())
        }
    }
}
