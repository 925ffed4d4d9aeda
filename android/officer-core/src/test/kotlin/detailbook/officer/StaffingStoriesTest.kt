package detailbook.officer

import detailbook.bindings.AssignmentState
import detailbook.bindings.ChargeKind
import detailbook.bindings.EventKind
import detailbook.bindings.FindingState
import detailbook.bindings.TradeState
import kotlinx.coroutines.delay
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** From the terms of an offer to the award, from the call-off to who comes instead, between real phones and a real agency. */
internal class StaffingStoriesTest : WithAgency() {
    /** Exchanges until that is here: the agency decides in its own time. */
    private suspend fun <T : Any> TestPhone.awaited(read: suspend Screens.() -> T?): T = withTimeout(PATIENCE_MILLIS) {
        var found: T? = null
        while (found == null) {
            core.sync()
            found = core.screens.read()
            if (found == null) delay(200)
        }
        found
    }

    @Test
    fun `a window of the agency's own time is awarded, and the ledger and a notice that can be acknowledged tell of it`() = story {
        phone().use { phone ->
            val detail = agency.postWindow(closesInMillis = 4_000)
            phone.core.sync()
            assertEquals("lottery v1", phone.core.screens.terms(detail)!!.method)
            phone.core.apply(detail)
            phone.awaited { award(detail) }
            val charge = phone.awaited { charges(null).items.find { it.kind == ChargeKind.AWARDED } }
            assertEquals(Charged.Minutes(240), charged(charge))

            val told = phone.awaited { notices(null).items.find { it.notice.event == EventKind.Awarded } }
            assertTrue(canAcknowledge(told))
            phone.core.acknowledgeNotice(told.notice.id)
            assertFalse(canAcknowledge(phone.core.screens.notices(null).items.single { it.notice.id == told.notice.id }))
        }
    }

    @Test
    fun `who calls off is released with a reason, a colleague is asked and comes`() = story {
        agency.settle(buildJsonObject { putJsonObject("call_off") { put("free_with", 2 * HOUR); put("coordinator_under", 0) } })
        TestPhone.enrolled(agency, "Officer A").use { mine ->
            phone().use { theirs ->
                val assignment = agency.award(agency.postDetail(startsInMinutes = 600, title = "Parade"), mine.officer, origin = "ordered")
                mine.core.sync()
                mine.core.callOff(assignment, "My child is ill.")
                val waits = mine.core.screens.schedule(null).items.single { it.assignment.id == assignment }
                assertEquals(CallOffStanding.Waiting, callOffStanding(waits))
                mine.core.sync()
                assertFalse(mine.core.screens.schedule(null).items.any { it.assignment.id == assignment })
                val released = mine.core.screens.pastShifts(null).items.find { it.assignment.id == assignment }
                assertTrue(released == null || released.assignment.state == AssignmentState.RELEASED)

                val ask = theirs.awaited { reliefAsks().find { it.ask.assignment == assignment } }
                assertEquals(listOf(ReliefChoice.COME, ReliefChoice.DO_NOT_COME), reliefChoices(ask))
                theirs.core.relieve(assignment, comes = false)
                theirs.core.sync()
                assertEquals(listOf(ReliefChoice.COME), reliefChoices(theirs.core.screens.reliefAsks().single { it.ask.assignment == assignment }))
                theirs.core.relieve(assignment, comes = true)
                theirs.core.sync()
                assertEquals(ask.ask.detail, theirs.awaited { schedule(null).items.singleOrNull() }.assignment.detail)
                assertFalse(theirs.core.screens.reliefAsks().any { it.ask.assignment == assignment })
            }
        }
    }

    @Test
    fun `what a colleague offers is open until it is answered, and done on both phones then`() = story {
        agency.settle(buildJsonObject { putJsonObject("trades") { put("allowed", true); put("needs_agreement", false) } })
        TestPhone.enrolled(agency, "Officer A").use { mine ->
            TestPhone.enrolled(agency, "Officer B", number = "7002").use { theirs ->
                val assignment = agency.award(agency.postDetail(startsInMinutes = 900), mine.officer, origin = "ordered")
                mine.core.sync()
                mine.core.offerTradeTo(assignment, "7002")
                mine.core.sync()
                theirs.core.sync()
                val offered = openOffers(theirs.core.screens.trades(null).items, theirs.parts.now()).single()
                assertEquals("Officer A" to "Officer B", offered.trade.fromName to offered.trade.toName)
                theirs.core.answerTrade(offered.id, takes = true)
                theirs.core.sync()
                assertTrue(openOffers(theirs.core.screens.trades(null).items, theirs.parts.now()).isEmpty())
                mine.core.sync()
                assertEquals(TradeState.DONE, mine.core.screens.trades(null).items.first { it.id == offered.id }.trade.state)
                assertEquals(1, theirs.core.screens.schedule(null).items.size)
            }
        }
    }

}

/** Rules are an agency's own. */
internal class AdviceOfRealAgenciesTest : WithAgency() {
    @Test
    fun `what the rules say comes with the hours in it, and the agency says the same of what is sent all the same`() = story {
        phone().use { phone ->
            agency.limitDetails(hours = 6)
            val fits = agency.postDetail(startsInMinutes = 600, hours = 4)
            val long = agency.postDetail(startsInMinutes = 3 * 24 * 60, hours = 8)
            phone.core.sync()
            suspend fun advice(detail: String) = phone.core.screens.advice(detail)
            withTimeout(PATIENCE_MILLIS) { while (advice(fits).findings.none { it.state == FindingState.HOLDS }) { phone.core.sync(); delay(200) } }
            assertEquals(ApplyQuestion.NONE, applyQuestion(advice(fits)))
            val stands = shownFindings(advice(long)).first()
            assertEquals(FindingState.FAILS to FindingTone.IN_THE_WAY, stands.state to tone(stands))
            assertTrue(stands.sentence.contains("8 h"), stands.sentence)
            assertEquals(ApplyQuestion.ALL_THE_SAME, applyQuestion(advice(long)))
            phone.core.apply(long)
            phone.core.sync()
            val offer = phone.core.screens.offers(null).items.single { it.detail.id == long }
            assertEquals(OfferStanding.REFUSED, standing(offer))
            assertTrue(reason(offer)!!.contains("8 h"), reason(offer))
        }
    }
}
