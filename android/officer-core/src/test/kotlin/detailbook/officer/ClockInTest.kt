package detailbook.officer

import detailbook.bindings.FenceState
import detailbook.bindings.Fix
import detailbook.bindings.ShiftState
import detailbook.bindings.WhichShift
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Clocking in, wherever the phone thinks it is. */
internal class ClockInTest : WithAgency() {
    @Test
    fun `a clock-in well within the fence is inside`() = assertEquals(FenceState.INSIDE, clockedInAt(listOf(atSite())))

    @Test
    fun `a clock-in well beyond the fence is taken and says outside`() =
        assertEquals(FenceState.OUTSIDE, clockedInAt(listOf(atSite(metresNorth = 400))))

    @Test
    fun `a clock-in that the accuracy leaves open is uncertain`() =
        assertEquals(FenceState.UNCERTAIN, clockedInAt(listOf(atSite(metresNorth = 145, accuracyMetres = 30))))

    @Test
    fun `a clock-in without any fix is taken and is uncertain`() =
        assertEquals(FenceState.UNCERTAIN, clockedInAt(emptyList()))

    @Test
    fun `a clock-in without an assignment is linked by the coordinator later`() = story {
        phone().use { phone ->
            val clockIn = phone.core.clockIn(WhichShift.Unassigned(null))
            assertEquals(ShiftState.ON, phone.core.screens.runningNow()?.state)
            phone.core.clockOut()
            phone.core.sync()
            assertTrue(agency.unassignedLogs().any { clockIn.document in it.toString() })

            val detail = agency.postDetail()
            val assignment = agency.award(detail, phone.officer, origin = "ordered")
            agency.link(assignment, clockIn.document)
            assertEquals(2, agency.facts(assignment).size)
            phone.core.sync()
            assertEquals(assignment, phone.core.screens.shift(clockIn.document).shift?.assignment?.id)
        }
    }

    @Test
    fun `a key that is locked leaves the punch unsigned, and signs it later`() = story {
        phone().use { phone ->
            phone.parts.keyWorks = false
            val clockIn = phone.core.clockIn(WhichShift.Unassigned(null))
            assertEquals(false, phone.core.screens.facts(clockIn.document).single().signed)
            phone.parts.keyWorks = true
            assertEquals(1, phone.core.signPending())
            phone.core.sync()
            assertEquals("verified", agency.factsOf(clockIn.document).single().text("verification"))
        }
    }

    private fun clockedInAt(fixes: List<Fix>): FenceState = runBlocking {
        phone().use { phone ->
            val assignment = agency.award(agency.postDetail(), phone.officer, origin = "ordered")
            phone.core.sync()
            phone.parts.place = fixes
            phone.core.clockIn(WhichShift.Assignment(assignment))
            phone.core.sync()
            assertEquals(1, agency.facts(assignment).size)
            phone.core.screens.runningNow()!!.places.single().verdict.state
        }
    }
}
