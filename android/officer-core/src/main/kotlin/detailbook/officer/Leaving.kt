package detailbook.officer

import detailbook.bindings.AssignmentId
import detailbook.bindings.AssignmentState
import detailbook.bindings.CallingOffState
import detailbook.bindings.CommandId
import detailbook.bindings.DetailState
import detailbook.bindings.PageMark
import detailbook.bindings.PendingView
import detailbook.bindings.ShiftState
import detailbook.bindings.ShiftView
import detailbook.bindings.Trade
import detailbook.bindings.TradeState
import detailbook.bindings.UnixMillis

/** What an officer can do who cannot or will not work an assignment. */
enum class LeavingChoice {
    /** Ask the agency to be relieved. */
    CALL_OFF,

    /** Offer it to a colleague. */
    OFFER_TRADE,

    /** Take the offer to a colleague back. */
    WITHDRAW_TRADE,
}

/** How far a call-off is. */
sealed interface CallOffStanding {
    /** There is none. */
    data object None : CallOffStanding

    /** It waits on this phone. */
    data object Waiting : CallOffStanding

    /** The agency's server did not take it. */
    data class Refused(val reason: String) : CallOffStanding

    /** The agency has it, and says what becomes of it. */
    data class Taken(val reason: String) : CallOffStanding
}

/** What calling off entails, said before it is sent. What is short is the agency's to say. */
data class CallOffEntails(
    /** From now to the start, in milliseconds; null where the detail has begun, or its record has not come. */
    val noticeMillis: Long?,
    /** The detail has begun. */
    val begun: Boolean,
)

/** How far the call-off of this shift is. */
fun callOffStanding(shift: ShiftView): CallOffStanding {
    val leaving = shift.leaving ?: return CallOffStanding.None
    return when (val wish = leaving.callOff) {
        is PendingView.Waiting -> CallOffStanding.Waiting
        is PendingView.Refused -> CallOffStanding.Refused(wish.reason)
        null -> leaving.calledOff?.let { CallOffStanding.Taken(it.reason) } ?: CallOffStanding.None
    }
}

/** What calling this shift off entails. */
fun callOffEntails(shift: ShiftView, now: UnixMillis): CallOffEntails {
    val starts = shift.detail?.starts ?: return CallOffEntails(null, begun = false)
    return if (starts > now) CallOffEntails(starts - now, begun = false) else CallOffEntails(null, begun = true)
}

/**
 * What there is to do about this shift, [state] being how far it is worked. The agency decides on each; what it would refuse for sure is not
 * shown: a call-off of a detail that is over, of one that the officer is clocked in to, a second one beside one that is open, and an offer once
 * the detail has begun.
 */
fun leavingChoices(shift: ShiftView, state: ShiftState, now: UnixMillis): List<LeavingChoice> {
    if (shift.assignment.state != AssignmentState.ACTIVE || shift.detail?.state == DetailState.CANCELLED) return emptyList()
    val ahead = shift.detail?.let { it.starts > now } ?: true
    return listOfNotNull(
        LeavingChoice.OFFER_TRADE.takeIf { ahead && !isClockedIn(state) && mayOffer(shift) },
        LeavingChoice.WITHDRAW_TRADE.takeIf { shift.leaving?.offered?.let(::isOpen) == true },
        LeavingChoice.CALL_OFF.takeIf { (shift.detail?.ends ?: Long.MAX_VALUE) > now && !isClockedIn(state) && mayCallOff(shift) },
    )
}

private fun mayOffer(shift: ShiftView): Boolean =
    shift.leaving?.offer !is PendingView.Waiting && shift.leaving?.callOff !is PendingView.Waiting && shift.leaving?.offered?.let(::isOpen) != true

private fun mayCallOff(shift: ShiftView): Boolean = shift.leaving?.callOff !is PendingView.Waiting && when (shift.leaving?.calledOff?.state) {
    CallingOffState.KEPT, CallingOffState.WAITS -> false
    else -> true
}

/** Does the trade still wait for somebody? */
fun isOpen(trade: Trade): Boolean = trade.state == TradeState.OFFERED || trade.state == TradeState.TAKEN

private fun isClockedIn(state: ShiftState): Boolean =
    state == ShiftState.ON || state == ShiftState.ON_BREAK || state == ShiftState.AWAY

/** Takes back what this phone offers of [assignment] to a colleague, however long ago other trades were; null where nothing is on offer any more. */
suspend fun OfficerCore.takeBackOffer(assignment: AssignmentId): CommandId? {
    var mark: PageMark? = null
    do {
        val page = screens.trades(mark)
        page.items.find { it.mine && it.trade.assignment == assignment && isOpen(it.trade) }?.let { return withdrawTrade(it.id) }
        mark = page.next
    } while (mark != null)
    return null
}
