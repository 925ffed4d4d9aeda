package detailbook.officer

import detailbook.bindings.AcknowledgementView
import detailbook.bindings.ApplicationState
import detailbook.bindings.ApplicationView
import detailbook.bindings.AssignmentState
import detailbook.bindings.DetailState
import detailbook.bindings.OfferView
import detailbook.bindings.Position
import detailbook.bindings.ShiftView

/** How an officer's application for a detail stands. Applied is never won. */
enum class OfferStanding {
    /** On offer, not applied for. */
    OPEN,

    /** Applied here; the agency does not know yet. */
    APPLYING,

    /** The agency has the application. */
    APPLIED,

    /** Taken back here; the agency does not know yet. */
    WITHDRAWING,

    /** Taken back. */
    WITHDRAWN,

    /** The application was not taken; there is a reason. */
    REFUSED,

    /** This officer has it. */
    AWARDED,

    /** Somebody else has it. */
    NOT_AWARDED,

    /** Will not take place, or every position is taken. */
    CLOSED,
}

/** One button about a detail on offer. */
sealed interface OfferChoice {
    /** Applies for one position, or for any. */
    data class Apply(val position: Position? = null) : OfferChoice

    /** Takes the application back. */
    data object Withdraw : OfferChoice
}

/** How it stands. */
fun standing(offer: OfferView): OfferStanding = when (val application = offer.application) {
    null -> if (offer.detail.state == DetailState.OPEN) OfferStanding.OPEN else OfferStanding.CLOSED
    is ApplicationView.Applying -> OfferStanding.APPLYING
    is ApplicationView.Withdrawing -> OfferStanding.WITHDRAWING
    is ApplicationView.Refused -> OfferStanding.REFUSED
    is ApplicationView.Stands -> when (application.state) {
        ApplicationState.RECEIVED -> OfferStanding.APPLIED
        ApplicationState.WITHDRAWN -> OfferStanding.WITHDRAWN
        ApplicationState.AWARDED -> OfferStanding.AWARDED
        ApplicationState.NOT_AWARDED -> OfferStanding.NOT_AWARDED
    }
}

/** Why it stands so, as the agency says it; null where it said nothing. */
fun reason(offer: OfferView): String? = when (val application = offer.application) {
    is ApplicationView.Refused -> application.reason
    is ApplicationView.Stands -> application.reason
    else -> null
}?.takeIf { it.isNotBlank() }

/**
 * What the screen offers, the likeliest first. Whether a place is left, and whether it is too late, is the agency's to decide: the phone may not have
 * the news. The agency takes applications until the detail ends.
 */
fun offerChoices(offer: OfferView): List<OfferChoice> = when (standing(offer)) {
    OfferStanding.OPEN, OfferStanding.WITHDRAWN, OfferStanding.REFUSED ->
        if (offer.detail.state == DetailState.OPEN) applying(offer.detail.positions.filterNot { it.filled }) else emptyList()
    OfferStanding.APPLYING, OfferStanding.APPLIED -> listOf(OfferChoice.Withdraw)
    else -> emptyList()
}

/** Can the officer apply? */
fun mayApply(offer: OfferView): Boolean = offerChoices(offer).any { it is OfferChoice.Apply }

/** When it opens to this officer, while that is still to come and there is something to apply for; null where the officer may apply now. */
fun opensLater(offer: OfferView, now: Long): Long? = offer.opens?.takeIf { it > now && mayApply(offer) }

/** Where there is one place, any is that one. */
private fun applying(open: List<Position>): List<OfferChoice> =
    listOf(OfferChoice.Apply()) + if (open.size > 1) open.map { OfferChoice.Apply(it) } else emptyList()

/** Can the officer say that this award was seen? Not of one that was taken back or will not take place. */
fun canAcknowledge(shift: ShiftView): Boolean = shift.acknowledgement == AcknowledgementView.OPEN &&
    shift.assignment.state == AssignmentState.ACTIVE && shift.detail?.state != DetailState.CANCELLED
