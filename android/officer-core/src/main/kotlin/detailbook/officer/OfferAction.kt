package detailbook.officer

import detailbook.bindings.ApplicationState
import detailbook.bindings.ApplicationView
import detailbook.bindings.DetailState
import detailbook.bindings.OfferView
import detailbook.bindings.UnixMillis

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

/** The one thing to do about a detail on offer. */
enum class OfferAction { APPLY, WITHDRAW, NONE }

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

/** What the screen offers. A detail that has begun can still be taken back from, not applied for. */
fun offerAction(offer: OfferView, now: UnixMillis): OfferAction = when (standing(offer)) {
    OfferStanding.OPEN, OfferStanding.WITHDRAWN, OfferStanding.REFUSED ->
        if (offer.detail.state == DetailState.OPEN && offer.detail.starts > now) OfferAction.APPLY else OfferAction.NONE
    OfferStanding.APPLYING, OfferStanding.APPLIED -> OfferAction.WITHDRAW
    else -> OfferAction.NONE
}
