package detailbook.officer

import detailbook.bindings.FactKind
import detailbook.bindings.FenceState
import detailbook.bindings.SyncState
import detailbook.bindings.WhichShift
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** One officer's day from the QR code to the ruling. */
internal class DayOfWorkTest : WithAgency() {
    @Test
    fun `an officer enrols, applies, is awarded, works and is ruled on`() = story {
        phone().use { phone ->
            val detail = agency.postDetail()
            phone.core.sync()
            assertEquals(listOf(detail), phone.core.screens.offers(null).items.map { it.detail.id })

            phone.core.apply(detail)
            phone.core.sync()
            val assignment = agency.award(detail, phone.officer)
            phone.core.sync()
            assertEquals(assignment, phone.core.screens.schedule(null).items.single().assignment.id)

            phone.core.acknowledge(assignment)
            val clockIn = phone.core.clockIn(WhichShift.Assignment(assignment))
            val running = phone.core.screens.runningNow()!!
            assertEquals(clockIn.document, running.log)
            assertEquals(FenceState.INSIDE, running.places.single().verdict.state)
            phone.core.clockOut()
            phone.core.submit(WhichShift.Assignment(assignment))
            phone.core.sync()
            assertTrue(phone.core.screens.syncStateNow().allSynced)

            val kinds = agency.facts(assignment).map { it.text("verification") }
            assertEquals(listOf("verified", "verified", "verified"), kinds)
            val starts = phone.core.screens.facts(clockIn.document).first { it.kind == FactKind.In }.at
            agency.rule(assignment, starts - 300_000, starts)
            phone.core.sync()
            assertEquals(SyncState.Ruled, phone.core.screens.facts(clockIn.document).first().sync)
        }
    }
}
