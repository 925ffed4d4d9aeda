package detailbook.officer

import detailbook.bindings.AcknowledgementView
import detailbook.bindings.AskState
import detailbook.bindings.EventKind
import detailbook.bindings.NoticeView
import detailbook.bindings.PendingView
import detailbook.bindings.ReliefAnswerView
import detailbook.bindings.ReliefAskView
import detailbook.bindings.TradeState
import detailbook.bindings.TradeView
import detailbook.bindings.UnixMillis

/** What an officer can say who is asked to come instead of somebody. */
enum class ReliefChoice {
    /** Comes. */
    COME,

    /** Does not. */
    DO_NOT_COME,
}

/** What there is to say to a question. Who said no can still come while nobody else does; what waits on the phone is not said again. */
fun reliefChoices(ask: ReliefAskView): List<ReliefChoice> = when {
    ask.ask.state != AskState.OPEN -> emptyList()
    else -> when (ask.answer) {
        ReliefAnswerView.Open, is ReliefAnswerView.Refused -> listOf(ReliefChoice.COME, ReliefChoice.DO_NOT_COME)
        ReliefAnswerView.Declined -> listOf(ReliefChoice.COME)
        is ReliefAnswerView.Waiting -> emptyList()
    }
}

/** What an officer can do about a trade. */
enum class TradeChoice {
    /** Take what was offered. */
    TAKE,

    /** Do not take it. */
    DECLINE,

    /** Take one's own offer back. */
    WITHDRAW,
}

/** What there is to do about a trade, before the detail begins. */
fun tradeChoices(view: TradeView, now: UnixMillis): List<TradeChoice> = when {
    view.wish is PendingView.Waiting || (view.detail?.starts ?: Long.MAX_VALUE) <= now -> emptyList()
    view.mine -> if (isOpen(view.trade)) listOf(TradeChoice.WITHDRAW) else emptyList()
    view.trade.state == TradeState.OFFERED -> listOf(TradeChoice.TAKE, TradeChoice.DECLINE)
    else -> emptyList()
}

/** Trades that were offered to this officer and wait for the answer. */
fun openOffers(trades: List<TradeView>, now: UnixMillis): List<TradeView> =
    trades.filter { !it.mine && it.trade.state == TradeState.OFFERED && (it.detail?.starts ?: Long.MAX_VALUE) > now }

/** Does it say what became of an application? Then the award explains it. */
fun tellsOfAward(notice: NoticeView): Boolean = notice.notice.event == EventKind.Awarded || notice.notice.event == EventKind.NotSelected

/** Is the officer asked to say that this notice was read? */
fun canAcknowledge(notice: NoticeView): Boolean = notice.acknowledgement == AcknowledgementView.OPEN
