package detailbook.officer

import detailbook.bindings.AssignmentState
import detailbook.bindings.CallingOff
import detailbook.bindings.CallingOffState
import detailbook.bindings.DetailState
import detailbook.bindings.LeavingView
import detailbook.bindings.PendingView
import detailbook.bindings.ShiftState
import detailbook.bindings.ShiftView
import detailbook.bindings.TradeState
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** What an officer can do who cannot work a shift. */
internal class LeavingTest {
    private val now = instant("2026-05-01T12:00-04:00[America/New_York]")
    private val both = listOf(LeavingChoice.OFFER_TRADE, LeavingChoice.CALL_OFF)
    private val callOff = listOf(LeavingChoice.CALL_OFF)
    private val offer = listOf(LeavingChoice.OFFER_TRADE)
    private val none = emptyList<LeavingChoice>()
    private val ahead = sampleShift(sampleDetail(now + HOUR))

    private fun choices(shift: ShiftView, state: ShiftState = ShiftState.OFF) = leavingChoices(shift, state, now)

    private fun with(leaving: LeavingView) = ahead.copy(leaving = leaving)

    private fun calledOff(state: CallingOffState) = LeavingView(null, CallingOff(newId(), newId(), newId(), 0, "Ill.", false, state, "It is so."), null, null)

    @Test
    fun `a shift ahead can be called off or offered, one that has begun only called off, one that is over neither`() {
        assertEquals(both, choices(ahead))
        assertEquals(both, choices(sampleShift(null)), "its record has not come: the agency decides")
        assertEquals(callOff, choices(sampleShift(sampleDetail(now))))
        assertEquals(none, choices(sampleShift(sampleDetail(now - 4 * HOUR))))
        assertEquals(none, choices(sampleShift(sampleDetail(now + HOUR), AssignmentState.RELEASED)))
        assertEquals(none, choices(sampleShift(sampleDetail(now + HOUR, state = DetailState.CANCELLED))))
    }

    @Test
    fun `who is clocked in clocks out instead, who is on the way can still turn back`() {
        for (state in ShiftState.entries) {
            val expected = if (state in listOf(ShiftState.ON, ShiftState.ON_BREAK, ShiftState.AWAY)) none else both
            assertEquals(expected, choices(ahead, state), state.name)
        }
    }

    @Test
    fun `a call-off is made once while it is open, and again once it is over`() {
        val waiting = LeavingView(PendingView.Waiting(newId()), null, null, null)
        assertEquals(none, choices(with(waiting)))
        assertEquals(CallOffStanding.Waiting, callOffStanding(with(waiting)))
        val refused = LeavingView(PendingView.Refused("You are clocked in."), null, null, null)
        assertEquals(both, choices(with(refused)))
        assertEquals(CallOffStanding.Refused("You are clocked in."), callOffStanding(with(refused)))
        for ((state, expected) in listOf(
            CallingOffState.KEPT to offer, CallingOffState.WAITS to offer, CallingOffState.REFUSED to both, CallingOffState.LAPSED to both,
        )) assertEquals(expected, choices(with(calledOff(state))), state.name)
        assertEquals(CallOffStanding.Taken("It is so."), callOffStanding(with(calledOff(CallingOffState.KEPT))))
        assertEquals(CallOffStanding.None, callOffStanding(ahead))
    }

    @Test
    fun `an offer is made once and taken back while nobody has it`() {
        fun offered(state: TradeState) = choices(with(LeavingView(null, null, null, sampleTrade(state))))
        assertEquals(listOf(LeavingChoice.WITHDRAW_TRADE, LeavingChoice.CALL_OFF), offered(TradeState.OFFERED))
        assertEquals(listOf(LeavingChoice.WITHDRAW_TRADE, LeavingChoice.CALL_OFF), offered(TradeState.TAKEN))
        assertEquals(both, offered(TradeState.DECLINED))
        assertEquals(callOff, choices(with(LeavingView(null, null, PendingView.Waiting(newId()), null))))
        assertEquals(both, choices(with(LeavingView(null, null, PendingView.Refused("No such number."), null))))
    }

    @Test
    fun `the notice is said before calling off, or that the detail has begun`() {
        assertEquals(CallOffEntails(HOUR, begun = false), callOffEntails(ahead, now))
        assertEquals(CallOffEntails(null, begun = true), callOffEntails(sampleShift(sampleDetail(now)), now))
        assertEquals(CallOffEntails(null, begun = false), callOffEntails(sampleShift(null), now))
    }
}
