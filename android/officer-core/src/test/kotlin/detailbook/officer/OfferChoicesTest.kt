package detailbook.officer

import detailbook.bindings.AcknowledgementView
import detailbook.bindings.ApplicationState
import detailbook.bindings.ApplicationView
import detailbook.bindings.AssignmentState
import detailbook.bindings.Decision
import detailbook.bindings.DetailState
import detailbook.bindings.Position
import kotlinx.coroutines.flow.filterNotNull
import kotlinx.coroutines.flow.first
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

internal class OfferChoicesTest {
    private val now = instant("2026-05-01T12:00-04:00[America/New_York]")
    private val any = listOf(OfferChoice.Apply())
    private val withdraw = listOf(OfferChoice.Withdraw)
    private val none = emptyList<OfferChoice>()

    @Test
    fun `applied is never won, and what was applied for can be taken back`() {
        val detail = sampleDetail(now + HOUR)
        fun seen(application: ApplicationView?) = sampleOffer(detail, application).let { standing(it) to offerChoices(it) }
        fun stands(state: ApplicationState) = seen(ApplicationView.Stands(state, ""))
        assertEquals(OfferStanding.OPEN to any, seen(null))
        assertEquals(OfferStanding.APPLYING to withdraw, seen(ApplicationView.Applying(newId())))
        assertEquals(OfferStanding.WITHDRAWING to none, seen(ApplicationView.Withdrawing(newId())))
        assertEquals(OfferStanding.REFUSED to any, seen(ApplicationView.Refused("No rest.")))
        assertEquals(OfferStanding.APPLIED to withdraw, stands(ApplicationState.RECEIVED))
        assertEquals(OfferStanding.WITHDRAWN to any, stands(ApplicationState.WITHDRAWN))
        assertEquals(OfferStanding.AWARDED to none, stands(ApplicationState.AWARDED))
        assertEquals(OfferStanding.NOT_AWARDED to none, stands(ApplicationState.NOT_AWARDED))
    }

    @Test
    fun `a detail that has begun can still be applied for, and a closed one says so and offers nothing`() {
        assertEquals(any, offerChoices(sampleOffer(sampleDetail(now - HOUR))))
        for (state in listOf(DetailState.FILLED, DetailState.CANCELLED)) {
            val closed = sampleOffer(sampleDetail(now + HOUR, state = state))
            assertEquals(OfferStanding.CLOSED to none, standing(closed) to offerChoices(closed))
        }
    }

    @Test
    fun `before it opens to the officer an offer says when it will, and no more once it has or the officer has applied`() {
        val offer = sampleOffer(sampleDetail(now + HOUR))
        assertEquals(listOf(null, null, now + 1), listOf(null, now, now + 1).map { opensLater(offer.copy(opens = it), now) })
        assertEquals(now + 1, opensLater(offer.copy(opens = now + 1, application = ApplicationView.Refused("Too early.")), now))
        assertEquals(null, opensLater(offer.copy(opens = now + 1, application = ApplicationView.Applying(newId())), now))
        assertEquals(null, opensLater(sampleOffer(sampleDetail(now, state = DetailState.FILLED)).copy(opens = now + 1), now))
    }

    @Test
    fun `with several open places the officer may choose one, or any`() {
        fun places(vararg filled: Boolean) = filled.map { Position(newId(), "Post", null, it) }
        fun choices(positions: List<Position>) = offerChoices(sampleOffer(sampleDetail(now).copy(positions = positions)))
        val three = places(false, true, false)
        assertEquals(any + OfferChoice.Apply(three[0]) + OfferChoice.Apply(three[2]), choices(three))
        assertEquals(any, choices(places(false, true)))
        assertEquals(any, choices(places(true)), "the agency has not said that it is filled")
    }

    @Test
    fun `an award is acknowledged once, and not when it was taken back or the detail was cancelled`() {
        val shift = sampleShift(sampleDetail(now))
        assertTrue(canAcknowledge(shift) && canAcknowledge(sampleShift(null)))
        assertFalse(canAcknowledge(shift.copy(acknowledgement = AcknowledgementView.WAITING)))
        assertFalse(canAcknowledge(shift.copy(acknowledgement = AcknowledgementView.GIVEN)))
        assertFalse(canAcknowledge(sampleShift(sampleDetail(now), AssignmentState.RELEASED)))
        assertFalse(canAcknowledge(sampleShift(sampleDetail(now, state = DetailState.CANCELLED))))
    }
}

/** What the real agency says to it. */
internal class OffersOfRealAgenciesTest : WithAgency() {
    @Test
    fun `the agency takes an application for a detail that has begun`() = story {
        phone().use { phone ->
            agency.postDetail(startsInMinutes = -30)
            phone.core.sync()
            val offer = phone.core.screens.offers(null).items.last { it.detail.starts < phone.parts.now() }
            assertEquals(listOf(OfferChoice.Apply()), offerChoices(offer))
            phone.core.apply(offer.detail.id)
            phone.core.sync()
            val wishes = phone.core.screens.wishes.filterNotNull().first { all -> all.none { it.waiting } }
            assertEquals(listOf(Decision.ACCEPTED), wishes.map { it.decision })
        }
    }
}
