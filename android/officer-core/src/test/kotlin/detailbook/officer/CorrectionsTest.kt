package detailbook.officer

import detailbook.bindings.AnomalyKind
import detailbook.bindings.FactKind
import detailbook.bindings.FactView
import detailbook.bindings.FlagKind
import detailbook.bindings.RunningView
import detailbook.bindings.ShiftState
import detailbook.bindings.SyncState
import detailbook.bindings.WhichShift
import java.time.LocalDate
import java.time.LocalTime
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

internal class CorrectionsTest {
    private val start = instant("2026-05-01T18:00-04:00[America/New_York]")
    private val end = start + 4 * HOUR
    private val shift = sampleRunning(ShiftState.OUT, sampleShift(sampleDetail(start, end)))

    private fun fact(kind: FactKind, at: Long, sync: SyncState = SyncState.AgencyHasIt) =
        FactView(newId(), kind, at, text = null, about = null, corrected = null, own = true, signed = true, sync = sync)

    private fun because(reason: String, about: FactView) = fact(FactKind.Correction, end).copy(text = reason, about = about.fact)

    private fun of(facts: List<FactView>, chosen: FactView, now: Long, shift: RunningView = this.shift): Correction =
        correction(shift, punchLines(facts), chosen.fact, now)!!

    private fun Long.changesOrder(correction: Correction) = CorrectionRemark.CHANGES_ORDER in correction.remarks(this)

    @Test
    fun `every punch can be corrected, also twice, and nothing else, and what the agency refused is no punch`() {
        val refused = SyncState.Refused("bad_clock", "No.")
        val kinds = listOf(FactKind.EnRoute, FactKind.In, FactKind.BreakStart, FactKind.BreakEnd, FactKind.WillReturn, FactKind.Out)
        val punches = kinds.map { fact(it, start).copy(corrected = (start - HOUR).takeIf { _ -> it == FactKind.In }) }
        val others = listOf(FactKind.Note, FactKind.Correction, FactKind.Submitted, FactKind.Other(99u)).map { fact(it, start) }
        val facts = others + punches + fact(FactKind.In, start, refused)
        val lines = punchLines(facts)
        assertEquals(punches, lines.map { it.fact })
        assertEquals(listOf(null, start - HOUR, null, null, null, null), lines.map { it.corrected })
        assertEquals(listOf(start, start - HOUR), lines.take(2).map { it.counted })
        for (line in lines) assertNotNull(correction(shift, lines, line.fact.fact, end))
        assertNull(correction(shift, lines, others.first().fact, end))
    }

    @Test
    fun `of several corrections the reason of the last one stands beside the time, and none beside what was not corrected`() {
        val (first, out) = fact(FactKind.In, start).copy(corrected = start - HOUR) to fact(FactKind.Out, end)
        val lines = punchLines(listOf(first, out, because("First.", first), because("Last.", first)))
        assertEquals(listOf("Last.", null), lines.map { it.reason })
    }

    @Test
    fun `after the handing in a correction is taken, and it is said that it comes late`() {
        val out = fact(FactKind.Out, end)
        assertEquals(emptyList<CorrectionRemark>(), of(listOf(out), out, end).remarks(end - MINUTE))
        val late = of(listOf(out), out, end, shift.copy(submitted = end))
        assertEquals(listOf(CorrectionRemark.COMES_LATE), late.remarks(end - MINUTE))
        assertFalse(late.isSame(end - MINUTE))
    }

    @Test
    fun `a forgotten clock-out is suggested at the scheduled end, every other punch at its own time`() {
        val (first, late) = fact(FactKind.In, start + 30_000) to fact(FactKind.Out, end + 3 * HOUR + 20_000)
        assertEquals(end, of(listOf(first, late), late, end + 5 * HOUR).suggested)
        assertEquals(start, of(listOf(first, late), first, end + 5 * HOUR).suggested)
        val early = fact(FactKind.Out, end - HOUR + 20_000)
        assertEquals(end - HOUR, of(listOf(first, early), early, end).suggested)
        val after = listOf(fact(FactKind.In, end + HOUR), late)
        assertEquals(end + 3 * HOUR, of(after, late, end + 5 * HOUR).suggested, "clocked in after the scheduled end")
        val unscheduled = sampleRunning(ShiftState.OUT)
        assertEquals(end + 3 * HOUR, of(listOf(first, late), late, end + 5 * HOUR, unscheduled).suggested)
        val before = late.copy(corrected = end - HOUR)
        assertEquals(end - HOUR, of(listOf(first, before), before, end + 5 * HOUR).suggested, "what it was corrected to before")
    }

    @Test
    fun `a time after the phone's clock or long before the shift is taken with a word, and only the same is not`() {
        val (first, out) = fact(FactKind.In, start + 5 * MINUTE + 1) to fact(FactKind.Out, end + HOUR)
        val correction = of(listOf(first, out), first, end + HOUR)
        val expected = mapOf(
            end + HOUR to null, end + HOUR + 1 to CorrectionRemark.AHEAD_OF_CLOCK, start - 12 * HOUR to null,
            start - 12 * HOUR - 1 to CorrectionRemark.LONG_BEFORE, start + 4 * MINUTE to null,
        )
        for ((at, remark) in expected) {
            assertEquals(listOfNotNull(remark), correction.remarks(at) - CorrectionRemark.CHANGES_ORDER)
            assertFalse(correction.isSame(at))
        }
        assertTrue(correction.isSame(start + 5 * MINUTE))
        val moved = first.copy(corrected = start)
        val twice = of(listOf(moved, out), moved, end + HOUR)
        assertFalse(twice.isSame(start + 5 * MINUTE), "back to what it was")
        assertTrue(twice.isSame(start))
    }

    @Test
    fun `on a phone whose clock is hours slow the true time can be chosen`() {
        // Clocked in at 18:02; the phone thinks that it was 15:02 then, and that it is 15:30 now.
        val slow = 3 * HOUR
        val first = fact(FactKind.In, start + 2 * MINUTE - slow)
        val correction = of(listOf(first), first, start + 30 * MINUTE - slow)
        val truth = correction.atTime(correction.suggested, LocalTime.of(18, 2))
        assertEquals(start + 2 * MINUTE, truth)
        assertEquals(false to listOf(CorrectionRemark.AHEAD_OF_CLOCK), correction.isSame(truth) to correction.remarks(truth))
    }

    @Test
    fun `a time beyond the punch before or after is taken with a word, and a punch stands where it was corrected to`() {
        val (first, pause, out) = Triple(fact(FactKind.In, start), fact(FactKind.BreakStart, start + HOUR), fact(FactKind.Out, end))
        val facts = listOf(first, pause, out)
        val correction = of(facts, pause, end)
        assertEquals(listOf(true, false, false, true), listOf(start - MINUTE, start, end, end + MINUTE).map { it.changesOrder(correction) })
        val apart = listOf(first.copy(corrected = start - HOUR), pause, out.copy(corrected = end + HOUR))
        assertEquals(listOf(false, false), listOf(start - MINUTE, end + MINUTE).map { it.changesOrder(of(apart, pause, end)) })
        val close = listOf(first.copy(corrected = start + MINUTE), pause, out.copy(corrected = end - MINUTE))
        assertEquals(listOf(true, true), listOf(start, end).map { it.changesOrder(of(close, pause, end)) })
        assertEquals(listOf(false, true), listOf(start - MINUTE, start + 2 * HOUR).map { it.changesOrder(of(facts, first, end)) })
    }

    @Test
    fun `a time of day falls on the nearest day that can be taken, also where clocks change`() {
        val late = fact(FactKind.Out, instant("2026-05-02T00:40-04:00[America/New_York]"))
        val correction = of(listOf(fact(FactKind.In, start), late), late, late.at + HOUR, sampleRunning(ShiftState.OUT, sampleShift(sampleDetail(start, late.at))))
        assertEquals(instant("2026-05-01T23:30-04:00[America/New_York]"), correction.atTime(correction.suggested, LocalTime.of(23, 30)))
        assertEquals(instant("2026-05-02T01:30-04:00[America/New_York]"), correction.atTime(correction.suggested, LocalTime.of(1, 30)))
        val future = correction.atTime(correction.suggested, LocalTime.of(2, 30))
        assertEquals(instant("2026-05-02T02:30-04:00[America/New_York]"), future, "no day fits")
        assertTrue(CorrectionRemark.AHEAD_OF_CLOCK in correction.remarks(future))
        assertEquals(instant("2026-05-01T00:40-04:00[America/New_York]"), correction.onDay(correction.suggested, LocalDate.of(2026, 5, 1)))
        val spring = instant("2026-03-08T01:30-05:00[America/New_York]")
        val night = fact(FactKind.Out, spring + 2 * HOUR)
        val jump = of(listOf(night), night, spring + 5 * HOUR, sampleRunning(ShiftState.OUT, sampleShift(sampleDetail(spring - HOUR, spring))))
        assertEquals(instant("2026-03-08T03:15-04:00[America/New_York]"), jump.atTime(spring, LocalTime.of(2, 15)), "that hour did not exist")
    }
}

/** Corrections of real shifts, over the library and a server. */
internal class CorrectionsOfRealShiftsTest : WithAgency() {
    @Test
    fun `a forgotten clock-out is corrected to the scheduled end, the punch stays, and the agency has both`() = story {
        phone().use { phone ->
            val screens = phone.core.screens
            val assignment = agency.award(agency.postDetail(startsInMinutes = -180, hours = 2), phone.officer, origin = "ordered")
            phone.core.sync()
            val clockIn = phone.core.clockIn(WhichShift.Assignment(assignment))
            val (log, out) = clockIn.document to phone.core.clockOut().fact
            suspend fun lines() = punchLines(screens.allFacts(log))
            val end = screens.shift(log).shift!!.detail!!.ends
            phone.core.correct(WhichShift.Log(log), clockIn.fact, end - HOUR, "Forgot to clock in.")
            val choice = correction(screens.shift(log), lines(), out, phone.parts.now())!!
            assertEquals(end - Math.floorMod(end, MINUTE), choice.suggested)
            assertFalse(choice.isSame(choice.suggested))
            phone.core.correct(WhichShift.Log(log), out, choice.suggested, "Forgot to clock out.")
            assertEquals(choice.suggested, screens.shift(log).since!!.at)
            assertEquals(listOf(FactKind.In, FactKind.Out), lines().map { it.fact.kind })
            assertEquals(listOf(end - HOUR, choice.suggested), lines().map { it.corrected })
            assertEquals(listOf("Forgot to clock in.", "Forgot to clock out."), lines().map { it.reason })
            phone.core.correct(WhichShift.Log(log), out, choice.suggested - MINUTE, "A minute before.")
            assertEquals(choice.suggested - MINUTE, screens.shift(log).since!!.at)
            assertEquals(choice.suggested - MINUTE, lines().last().corrected)
            phone.core.sync()
            assertEquals(5, agency.facts(assignment).size)
        }
    }

    @Test
    fun `after the handing in a punch is corrected and explained all the same, and the agency sees that it came late`() = story {
        phone().use { phone ->
            val screens = phone.core.screens
            val assignment = agency.award(agency.postDetail(), phone.officer, origin = "ordered")
            phone.core.sync()
            phone.parts.place = listOf(atSite(metresNorth = 400))
            val log = phone.core.clockIn(WhichShift.Assignment(assignment)).document
            val (shift, out) = WhichShift.Log(log) to phone.core.clockOut().fact
            phone.core.submit(shift)
            val handedIn = screens.shift(log)
            assertTrue(comesLate(handedIn))
            val outside = explainable(handedIn).first { it.kind == FlagKind.OutsideFence }
            phone.core.explain(shift, outside.facts.first(), "The pier is closed.")
            val choice = correction(handedIn, punchLines(screens.allFacts(log)), out, phone.parts.now())!!
            val to = choice.suggested - MINUTE
            assertTrue(CorrectionRemark.COMES_LATE in choice.remarks(to))
            phone.core.correct(shift, out, to, "I left a minute before.")
            phone.core.sync()
            assertEquals(5, agency.facts(assignment).size)
            assertEquals(0uL, screens.syncStateNow().factsRefused)
            assertTrue(screens.shift(log).flags.any { it.kind == FlagKind.Anomaly(AnomalyKind.AFTER_SUBMISSION) }, "${screens.shift(log).flags}")
        }
    }

    @Test
    fun `a correction without a reason or of what is no punch is refused by the core`() = story {
        phone().use { phone ->
            val clockIn = phone.core.clockIn(WhichShift.Unassigned(null))
            val shift = WhichShift.Log(clockIn.document)
            val note = phone.core.note(detailbook.bindings.Place.Shift(shift), "All quiet.").fact
            val now = phone.parts.now()
            assertThrowsTyped<OfficerError.Invalid> { phone.core.correct(shift, clockIn.fact, now, "  ") }
            assertThrowsTyped<OfficerError.Invalid> { phone.core.correct(shift, note, now, "Why not.") }
            assertEquals(2, phone.core.screens.allFacts(clockIn.document).size)
        }
    }

    @Test
    fun `a shift of many facts is read whole`() = story {
        phone().use { phone ->
            val clockIn = phone.core.clockIn(WhichShift.Unassigned(null))
            repeat(Screens.PAGE + 5) { phone.core.note(detailbook.bindings.Place.Shift(WhichShift.Log(clockIn.document)), "$it") }
            phone.core.clockOut()
            val lines = punchLines(phone.core.screens.allFacts(clockIn.document))
            assertEquals(listOf(FactKind.In, FactKind.Out), lines.map { it.fact.kind })
        }
    }
}
