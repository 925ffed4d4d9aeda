package detailbook.officer

import detailbook.bindings.AcknowledgementView
import detailbook.bindings.AskState
import detailbook.bindings.ChargeKind
import detailbook.bindings.ChargeView
import detailbook.bindings.EventKind
import detailbook.bindings.Notice
import detailbook.bindings.NoticeView
import detailbook.bindings.PendingView
import detailbook.bindings.ReliefAnswerView
import detailbook.bindings.ReliefAsk
import detailbook.bindings.ReliefAskView
import detailbook.bindings.TradeState
import detailbook.bindings.TradeView
import detailbook.bindings.Urgency
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** What an officer can say to the agency's questions and to colleagues' offers. */
internal class StandingInTest {
    private val now = instant("2026-05-01T12:00-04:00[America/New_York]")

    @Test
    fun `a question is answered once, and who said no can still come`() {
        fun choices(answer: ReliefAnswerView, state: AskState = AskState.OPEN): List<ReliefChoice> {
            val ask = ReliefAsk(newId(), newId(), newId(), null, now, null, null, state, "")
            return reliefChoices(ReliefAskView(ask, sampleDetail(now + HOUR), null, answer))
        }
        val both = listOf(ReliefChoice.COME, ReliefChoice.DO_NOT_COME)
        assertEquals(both, choices(ReliefAnswerView.Open))
        assertEquals(emptyList<ReliefChoice>(), choices(ReliefAnswerView.Waiting(newId(), comes = false)))
        assertEquals(listOf(ReliefChoice.COME), choices(ReliefAnswerView.Declined))
        assertEquals(both, choices(ReliefAnswerView.Refused("Somebody else took it first.")))
        for (over in listOf(AskState.TAKEN, AskState.CLOSED)) assertEquals(emptyList<ReliefChoice>(), choices(ReliefAnswerView.Open, over))
    }

    private fun trade(state: TradeState, mine: Boolean, wish: PendingView? = null, starts: Long = now + HOUR) =
        TradeView(newId(), sampleTrade(state), mine, sampleDetail(starts), null, wish)

    @Test
    fun `one's own offer is taken back while nobody has it, a colleague's is taken or not`() {
        val (answer, withdraw) = listOf(TradeChoice.TAKE, TradeChoice.DECLINE) to listOf(TradeChoice.WITHDRAW)
        for (state in TradeState.entries) {
            val (mine, theirs) = when (state) {
                TradeState.OFFERED -> withdraw to answer
                TradeState.TAKEN -> withdraw to emptyList()
                else -> emptyList<TradeChoice>() to emptyList()
            }
            assertEquals(mine, tradeChoices(trade(state, mine = true), now), state.name)
            assertEquals(theirs, tradeChoices(trade(state, mine = false), now), state.name)
        }
        assertEquals(emptyList<TradeChoice>(), tradeChoices(trade(TradeState.OFFERED, mine = false, PendingView.Waiting(newId())), now))
        assertEquals(answer, tradeChoices(trade(TradeState.OFFERED, mine = false, PendingView.Refused("No rest.")), now))
        assertEquals(emptyList<TradeChoice>(), tradeChoices(trade(TradeState.OFFERED, mine = true, starts = now), now), "it has begun")
    }

    @Test
    fun `offers that wait for this officer are told apart`() {
        val open = trade(TradeState.OFFERED, mine = false)
        val others = listOf(trade(TradeState.OFFERED, mine = true), trade(TradeState.DONE, mine = false), trade(TradeState.OFFERED, mine = false, starts = now))
        assertEquals(listOf(open), openOffers(others + open, now))
    }

    @Test
    fun `a notice is acknowledged where that is asked and was not done, and an award explains what came of an application`() {
        fun notice(event: EventKind, acknowledgement: AcknowledgementView?) = NoticeView(
            Notice(newId(), newId(), event, Urgency.NORMAL, "", "", now, null, null, null, null), acknowledgement,
        )
        assertTrue(canAcknowledge(notice(EventKind.Awarded, AcknowledgementView.OPEN)))
        for (other in listOf(AcknowledgementView.WAITING, AcknowledgementView.GIVEN, null)) assertFalse(canAcknowledge(notice(EventKind.Awarded, other)))
        assertTrue(tellsOfAward(notice(EventKind.Awarded, null)) && tellsOfAward(notice(EventKind.NotSelected, null)))
        assertFalse(tellsOfAward(notice(EventKind.OrdersChanged, null)) || tellsOfAward(notice(EventKind.Other(999u), null)))
    }

    @Test
    fun `a charge adds, gives back, or is only written down`() {
        fun of(minutes: Long) = charged(ChargeView(newId(), now, ChargeKind.AWARDED, "", null, minutes, "", ""))
        assertEquals(listOf(Charged.Minutes(240), Charged.GivenBack(40), Charged.Nothing), listOf(of(240), of(-40), of(0)))
    }
}
