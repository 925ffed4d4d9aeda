package detailbook.officer

import detailbook.bindings.Decision
import detailbook.bindings.Place
import detailbook.bindings.WhichShift
import kotlinx.coroutines.flow.filterNotNull
import kotlinx.coroutines.flow.first
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** What happens when the agency cannot be reached, or says no. */
internal class OfflineTest : WithAgency() {
    @Test
    fun `what an officer does without the server waits and then arrives`() = story {
        phone().use { phone ->
            val assignment = agency.award(agency.postDetail(), phone.officer, origin = "ordered")
            phone.core.sync()
            agency.goDown()
            val shift = WhichShift.Assignment(assignment)
            phone.core.clockIn(shift)
            phone.core.note(Place.Shift(shift), "Lane closed at the north end.")
            phone.core.clockOut()
            phone.core.sendMessage("No signal here.")
            assertThrowsTyped<OfficerError.Offline> { phone.core.sync() }
            val waiting = phone.core.screens.syncStateNow()
            assertEquals(3uL to 1uL, waiting.factsWaiting to waiting.wishesWaiting)

            agency.comeBack()
            phone.core.sync()
            assertTrue(phone.core.screens.syncStateNow().allSynced)
            assertEquals(3, agency.facts(assignment).size)
            assertTrue(agency.messages().any { "No signal here." in it.toString() })
        }
    }

    @Test
    fun `a wish that cannot be granted ends refused with a reason`() = story {
        phone().use { phone ->
            val detail = agency.postDetail(title = "Parade")
            phone.core.sync()
            agency.cancel(detail)
            phone.core.apply(detail)
            phone.core.sync()
            val wish = phone.core.screens.wishes.filterNotNull().first().single()
            assertEquals(Decision.REFUSED, wish.decision)
            assertFalse(wish.reason.isBlank())
        }
    }

    @Test
    fun `a revoked phone pushes once more and then says that it is revoked`() = story {
        phone().use { phone ->
            phone.core.clockIn(WhichShift.Unassigned(null))
            agency.revoke(phone.core.enrolled()!!.device)
            assertThrowsTyped<OfficerError.Revoked> { repeat(2) { phone.core.sync() } }
            assertTrue(phone.core.screens.syncStateNow().revokedAt != null)
        }
    }
}
