package detailbook.officer

import detailbook.bindings.ApplicationState
import detailbook.bindings.ApplicationView
import detailbook.bindings.AssignmentState
import detailbook.bindings.CoreException
import detailbook.bindings.DetailState
import detailbook.bindings.EnrolAgain
import detailbook.bindings.FactKind
import detailbook.bindings.FenceState
import detailbook.bindings.Flag
import detailbook.bindings.FlagKind
import detailbook.bindings.Interval
import detailbook.bindings.ItemKind
import detailbook.bindings.ItemView
import detailbook.bindings.Mark
import detailbook.bindings.Pay
import detailbook.bindings.ShiftState
import detailbook.bindings.SyncState
import detailbook.bindings.SyncView
import detailbook.bindings.Weight
import detailbook.bindings.Written
import detailbook.bindings.WrittenView
import java.time.YearMonth
import java.util.Locale
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Decisions that screens read off. */
internal class WhatScreensSayTest {
    private val now = instant("2026-05-01T12:00-04:00[America/New_York]")

    @Test
    fun `an exchange is followed by the regular one, by the core's own wait, or by none`() {
        assertEquals(NextSync.Regular, SyncSchedule.next(sampleSync(), now))
        assertEquals(NextSync.After(5 * MINUTE), SyncSchedule.next(sampleSync(facts = 1, retryAt = now + 5 * MINUTE), now))
        assertEquals(NextSync.After(SyncSchedule.LEAST_MILLIS), SyncSchedule.next(sampleSync(retryAt = now - HOUR), now))
        assertEquals(NextSync.After(30 * MINUTE), SyncSchedule.next(sampleSync(retryAt = now + 30 * MINUTE), now))
        assertEquals(NextSync.After(SyncSchedule.LEAST_MILLIS), SyncSchedule.next(sampleSync(retryAt = now + 24 * HOUR), now), "the clock was put back a day")
        assertEquals(NextSync.After(SyncSchedule.HELD_MILLIS), SyncSchedule.next(sampleSync(originals = 1), now))
        assertEquals(NextSync.After(SyncSchedule.LEAST_MILLIS), SyncSchedule.next(sampleSync(originals = 1), now, busy = true))
        assertEquals(NextSync.Never, SyncSchedule.next(sampleSync(facts = 1, retryAt = now, revokedAt = now), now))
    }

    @Test
    fun `the open book exchanges when the officer writes, a network comes or the app opens, and in front where news is five minutes old`() {
        fun due(view: SyncView) = Occasion.entries.filter { SyncSchedule.isDue(it, view, now) }
        val fresh = sampleSync(settledAt = now - 5 * MINUTE + 1)
        val butMinute = listOf(Occasion.ASKED, Occasion.WROTE, Occasion.OPENED, Occasion.NETWORK_CAME, Occasion.BACKGROUND)
        assertEquals(butMinute, due(fresh))
        for (old in listOf(now - 5 * MINUTE, now + 1, null)) assertEquals(Occasion.entries.toList(), due(fresh.copy(settledAt = old)))
        assertEquals(Occasion.entries.toList(), due(sampleSync(facts = 1, settledAt = now)))
        val failed = sampleSync(facts = 1, retryAt = now + 1)
        assertEquals(listOf(Occasion.ASKED, Occasion.WROTE, Occasion.NETWORK_CAME), due(failed))
        for (passed in listOf(now, now + 30 * MINUTE + 1)) assertEquals(Occasion.entries.toList(), due(failed.copy(retryAt = passed)), "or the clock was put back")
        assertEquals(listOf(Occasion.ASKED), due(sampleSync(facts = 1, revokedAt = 1)))
    }

    @Test
    fun `a phone whose enrolment ended is woken no more, but for what waits in another's book`() {
        assertTrue(SyncSchedule.isRegular(sampleSync(), othersWait = false))
        assertFalse(SyncSchedule.isRegular(sampleSync(facts = 1, revokedAt = 1), othersWait = false))
        assertTrue(SyncSchedule.isRegular(sampleSync(revokedAt = 1), othersWait = true))
    }

    @Test
    fun `the sync line says the one thing that matters most`() {
        assertEquals(SyncHealth.Revoked(1), SyncHealth.of(sampleSync(refused = 1, revokedAt = 1)))
        val again = sampleSync(facts = 1, refused = 1).copy(enrolAgain = EnrolAgain("key_changed", "Enrol again."))
        assertEquals(SyncHealth.EnrolAgain("key_changed", "Enrol again."), SyncHealth.of(again))
        assertEquals(SyncHealth.Revoked(1), SyncHealth.of(again.copy(revokedAt = 1)))
        assertEquals(SyncHealth.NeedsYou(1u, 2u), SyncHealth.of(sampleSync(facts = 3, refused = 1, givenUp = 2)))
        assertEquals(SyncHealth.OnItsWay(3u, 9), SyncHealth.of(sampleSync(facts = 2, originals = 1, retryAt = 9)))
        assertEquals(SyncHealth.NotYet, SyncHealth.of(sampleSync(settledAt = null)))
        assertEquals(SyncHealth.AllSent(1), SyncHealth.of(sampleSync()))
    }

    @Test
    fun `what was refused can be tried again by hand, what waits and wishes cannot`() {
        val refused = SyncState.Refused("too_big", "It is too big.")
        val fact = ItemKind.Fact(newId(), newId(), FactKind.Note)
        assertTrue(canRetry(ItemView(fact, 0, refused)))
        assertFalse(canRetry(ItemView(fact, 0, SyncState.OnThisPhone)))
        assertFalse(canRetry(ItemView(ItemKind.Wish(newId()), 0, refused)))
    }

    @Test
    fun `a reason is told where there is one`() {
        val detail = sampleDetail(now)
        assertEquals("No rest.", reason(sampleOffer(detail, ApplicationView.Refused("No rest."))))
        assertNull(reason(sampleOffer(detail, ApplicationView.Stands(ApplicationState.RECEIVED, " "))))
        assertNull(reason(sampleOffer(detail)))
    }

    @Test
    fun `hours are those that the agency accepted, by the month of the place where they were worked`() {
        val late = instant("2026-04-30T23:30-04:00[America/New_York]")
        val ruling = sampleRuling(Interval(late, late + 2 * HOUR), Interval(late + 3 * HOUR, late + 4 * HOUR))
        val shifts = listOf(
            sampleShift(sampleDetail(late), ruling = ruling),
            sampleShift(sampleDetail(now)),
            sampleShift(sampleDetail(now + HOUR), ruling = sampleRuling(exceptions = listOf("Not there."))),
            sampleShift(null, ruling = ruling),
        )
        val (may, april) = hoursByMonth(shifts)
        assertEquals(YearMonth.of(2026, 5) to YearMonth.of(2026, 4), may.month to april.month)
        assertEquals(listOf(HoursStanding.NOT_ACCEPTED, HoursStanding.WAITING), may.shifts.map { it.standing })
        assertEquals(0L to 1, may.accepted to may.waiting)
        assertEquals(3 * HOUR to HoursStanding.ACCEPTED, april.accepted to april.shifts.single().standing)
    }

    @Test
    fun `a month whose earlier shifts were not read says that it is a part of one`() {
        val april = sampleShift(sampleDetail(now - 5 * 24 * HOUR))
        val shifts = listOf(sampleShift(sampleDetail(now)), april, sampleShift(null))
        assertEquals(listOf(false, true), hoursByMonth(shifts, isWhole = false).map { it.isPart })
        assertEquals(listOf(false, false), hoursByMonth(shifts).map { it.isPart })
        assertEquals(listOf(false), hoursByMonth(listOf(shifts.first(), sampleShift(april.detail, AssignmentState.RELEASED)), isWhole = false).map { it.isPart })
    }

    @Test
    fun `a shift without an assignment is kept in sight until it is handed in, and two days from its clock-out`() {
        val old = sampleRunning(ShiftState.OUT).copy(since = Mark(newId(), now - 49 * HOUR))
        assertTrue(isKeptInSight(old, now))
        assertFalse(isKeptInSight(old.copy(submitted = now), now))
        assertTrue(isKeptInSight(old.copy(submitted = now, since = Mark(newId(), now - 48 * HOUR)), now))
        assertFalse(isKeptInSight(sampleRunning(ShiftState.ON), now))
    }

    @Test
    fun `a shift that was given up waits for no ruling, and counts where there is one`() {
        val given = sampleShift(sampleDetail(now), AssignmentState.RELEASED)
        assertEquals(emptyList<MonthOfHours>(), hoursByMonth(listOf(given)))
        val month = hoursByMonth(listOf(given, given.copy(ruling = sampleRuling(Interval(now, now + HOUR))), sampleShift(sampleDetail(now)))).single()
        assertEquals(Triple(HOUR, 1, 2), Triple(month.accepted, month.waiting, month.shifts.size))
    }

    @Test
    fun `a month pays what its priced shifts pay, and says how many have no price`() {
        val worked = Interval(now, now + 4 * HOUR)
        val priced = { cents: Long -> sampleRuling(worked, pay = Pay(cents, "Test details v3", listOf("4:00 at 50.00 an hour."))) }
        val shifts = listOf(priced(20_000), priced(12_345), sampleRuling(worked), sampleRuling(), null)
        val month = hoursByMonth(shifts.map { sampleShift(sampleDetail(now), ruling = it) }).single()
        assertEquals(Triple(32_345L, 1, 1), Triple(month.pay, month.unpriced, month.waiting))
        assertNull(hoursByMonth(listOf(sampleShift(sampleDetail(now), ruling = sampleRuling(worked)))).single().pay)
    }

    @Test
    fun `amounts are written as the officer writes them`() {
        assertEquals("1,234.50", amountText(123_450, Locale.US))
        assertEquals("1.234,50", amountText(123_450, Locale.GERMANY))
        assertEquals("-0.05", amountText(-5, Locale.US))
    }

    @Test
    fun `remarks are not hidden behind accepted hours`() {
        val ruling = sampleRuling(Interval(0, HOUR), exceptions = listOf("Half an hour set aside."))
        assertEquals(HoursStanding.ACCEPTED_WITH_REMARKS, hoursOf(sampleShift(null, ruling = ruling)).standing)
    }

    @Test
    fun `only outside asks for attention`() {
        val tones = listOf(FenceState.INSIDE, FenceState.UNCERTAIN, FenceState.OUTSIDE).map(::tone)
        assertEquals(listOf(PlaceTone.GOOD, PlaceTone.OPEN, PlaceTone.ATTENTION), tones)
    }

    @Test
    fun `an officer is asked about what can be explained, once`() {
        fun flag(kind: FlagKind, vararg said: String) = Flag(kind, Weight.NOTICE, listOf(newId()), "It is so.", said.toList())
        val outside = flag(FlagKind.OutsideFence)
        val flags = listOf(
            outside, flag(FlagKind.StillIn), flag(FlagKind.Unsigned), flag(FlagKind.UncertainPlace, "Under a bridge."),
            flag(FlagKind.MissingFacts).copy(facts = emptyList()),
        )
        assertEquals(listOf(outside), explainable(sampleRunning(ShiftState.ON).copy(flags = flags)))
        val handedIn = sampleRunning(ShiftState.OUT).copy(flags = flags, submitted = now)
        assertEquals(listOf(outside) to true, explainable(handedIn) to comesLate(handedIn), "late, and taken")
        assertFalse(comesLate(handedIn.copy(submitted = null)))
    }

    @Test
    fun `an officer writes their own notes anew until the shift is handed in, and nothing else`() {
        fun written(kind: FactKind = FactKind.Note, own: Boolean = true) =
            WrittenView(Written(newId(), kind, now, "All quiet.", null, emptyList(), null, null), own, SyncState.OnThisPhone, null)
        assertTrue(canReplace(written(), null) && canReplace(written(), sampleRunning(ShiftState.OUT)))
        assertFalse(canReplace(written(), sampleRunning(ShiftState.OUT).copy(submitted = now)))
        assertFalse(canReplace(written(own = false), null) || canReplace(written(FactKind.Incident), null) || canReplace(written(FactKind.Attachment), null))
    }

    @Test
    fun `an officer shares in what all on the detail write until the place is taken back or the detail is cancelled`() {
        assertTrue(canShare(sampleShift(sampleDetail(now))) && canShare(sampleShift(null)))
        assertFalse(canShare(sampleShift(sampleDetail(now), AssignmentState.RELEASED)) || canShare(sampleShift(null, AssignmentState.RELEASED)))
        assertFalse(canShare(sampleShift(sampleDetail(now, state = DetailState.CANCELLED))))
    }

    @Test
    fun `whatever keeps the library from being loaded is told as an error, and what it says itself stays`() {
        val (missing, busy) = UnsatisfiedLinkError("no detailbook_bindings") to OfficerError.closed()
        val told = assertThrows(OfficerError.Internal::class.java) { typedOpening { throw missing } }
        assertEquals("library" to missing, told.code to told.cause)
        assertSame(busy, assertThrows(OfficerError.Closed::class.java) { typedOpening { throw busy } })
        assertThrows(OfficerError.Revoked::class.java) { typedOpening { throw CoreException.Revoked("revoked", "It is so.") } }
    }

    @Test
    fun `a picture is read no smaller than it is shown`() {
        assertEquals(1, Pictures.sampleSize(0, 0, 400))
        assertEquals(1, Pictures.sampleSize(799, 799, 400))
        assertEquals(2, Pictures.sampleSize(800, 4_000, 400))
        assertEquals(4, Pictures.sampleSize(4_032, 3_024, 512))
        assertEquals(1, Pictures.sampleSize(4_032, 3_024, 0))
    }

    @Test
    fun `an invitation loses what mail programs add and nothing else`() {
        assertEquals("https://a.example/#x_-9", invitationIn(" https://a.example/\n#x_\u200b-9\r\n"))
        assertNull(invitationIn(" \n\u00a0"))
    }
}
