package detailbook.app

import androidx.activity.ComponentActivity
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import detailbook.app.screens.Spot
import detailbook.bindings.DetailState
import detailbook.bindings.FindingState
import detailbook.officer.PATIENCE_MILLIS
import detailbook.officer.Screens
import detailbook.officer.TestPhone
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

private const val HOUR_MILLIS = 3_600_000L

/** From the terms of an offer to the award, and from the call-off to who comes instead, as screens show it over a real server. */
@RunWith(RobolectricTestRunner::class)
@Config(application = PlainApp::class)
internal class StaffingTest {
    @get:Rule(order = 0) val desk = AppDesk()

    @get:Rule(order = 1) val screen = createAndroidComposeRule<ComponentActivity>()

    /** Exchanges until that is so: the agency decides in its own time. */
    private fun TestPhone.syncUntil(holds: suspend Screens.() -> Boolean) = runBlocking {
        withTimeout(PATIENCE_MILLIS) {
            core.sync()
            while (!core.screens.holds()) {
                delay(200)
                core.sync()
            }
        }
    }

    private fun isShown(text: String) = screen.onAllNodes(hasText(text)).fetchSemanticsNodes().isNotEmpty()

    @Test
    fun `what fits is applied for at once, and what stands in the way is shown and asked about first`() {
        desk.agency.limitDetails(hours = 6)
        val short = desk.agency.postDetail(startsInMinutes = 300, hours = 4, title = "Night paving")
        desk.agency.postDetail(startsInMinutes = 60 * 48, hours = 8, title = "Long parade")
        desk.phone.syncUntil { advice(short).findings.any { it.state == FindingState.HOLDS } }
        screen.show(desk.officer, Spot.OFFERS)
        screen.tapPart("Long parade")
        screen.await("Stands in the way")
        screen.photograph("offer-in-the-way")
        screen.tap("Apply")
        screen.await("Apply all the same?")
        screen.photograph("offer-all-the-same")
        screen.tapLast("Cancel")
        assertEquals(0, desk.shell.syncsAsked)
        screen.tap("Apply")
        screen.await("Apply all the same?")
        screen.tapLast("Apply")
        screen.await("Applied, waiting to be sent")
        desk.sync()
        screen.await("Not taken")
        screen.runOnUiThread { screen.activity.onBackPressedDispatcher.onBackPressed() }
        screen.tapPart("Night paving")
        screen.await("Fits")
        screen.tap("Apply")
        screen.await("Applied, waiting to be sent")
        assertTrue(!isShown("Apply all the same?"))
    }

    @Test
    fun `the terms stand before the award, and its explanation, its charge and a notice come with it`() {
        val detail = desk.agency.postWindow(closesInMillis = 30_000, title = "Marathon")
        desk.sync()
        screen.show(desk.officer, Spot.OFFERS)
        screen.tapPart("Marathon")
        screen.await("Apply until Today")
        screen.await("Awarded by: lottery v1")
        screen.await("Whoever gets it says within 2 h 00 min")
        screen.tap("Apply")
        screen.await("Applied, waiting to be sent")
        screen.photograph("offer-terms")
        desk.phone.syncUntil { award(detail) != null && notices(null).items.isNotEmpty() && charges(null).items.isNotEmpty() }
        screen.runOnUiThread { screen.activity.onBackPressedDispatcher.onBackPressed() }
        screen.tap("Schedule")
        screen.tapPart("Marathon")
        screen.await("You have it")
        screen.await("Place 1 of 1")
        screen.photograph("assignment-award")
        screen.runOnUiThread { screen.activity.onBackPressedDispatcher.onBackPressed() }
        screen.tap("Messages")
        screen.tap("1 notice waits for you")
        screen.await("Please answer by")
        screen.photograph("notices")
        screen.tap("I have seen it")
        screen.await("Seen; your agency will know with the next sync")
        desk.sync()
        screen.await("Your agency knows that you have seen it")
        screen.runOnUiThread { screen.activity.onBackPressedDispatcher.onBackPressed() }
        screen.tap("More")
        screen.tap("My charges")
        screen.await("Charged: 4 h 00 min")
        screen.photograph("charges")
    }

    @Test
    fun `a call-off says before what it entails, waits, and is the agency's to decide`() {
        desk.agency.settle(buildJsonObject { putJsonObject("call_off") { put("free_with", 9 * HOUR_MILLIS); put("coordinator_under", 4 * HOUR_MILLIS) } })
        val assignment = desk.awarded(startsInMinutes = 120, title = "Stadium gate")
        screen.show(desk.officer, Spot.SCHEDULE)
        screen.tapPart("Stadium gate")
        screen.tap("Call off")
        screen.await("Call off this detail?")
        screen.await("That is a notice of")
        screen.await("You have the detail until it says otherwise.")
        screen.photograph("call-off")
        screen.type("My child is ill.")
        screen.tapLast("Call off")
        screen.await("Called off, waiting to be sent. You still have the detail.")
        screen.waitUntil(PATIENCE_MILLIS) { !isShown("Call off") }
        desk.sync()
        screen.await("until the coordinator decides")
        assertEquals(assignment, runBlocking { desk.phone.core.screens.schedule(null).items.single().assignment.id })
        assertTrue(!isShown("Call off"))
    }

    @Test
    fun `an officer who is asked says no, and comes after all`() {
        val colleague = runBlocking { TestPhone.enrolled(desk.agency, "Officer B") }
        desk.agency.settle(buildJsonObject { putJsonObject("call_off") { put("free_with", HOUR_MILLIS); put("coordinator_under", 0) } })
        val assignment = desk.agency.award(desk.agency.postDetail(startsInMinutes = 600, title = "Harbor festival"), colleague.officer, origin = "ordered")
        runBlocking { colleague.core.run { sync(); callOff(assignment, "I broke a leg."); sync() } }
        desk.phone.syncUntil { reliefAsks().isNotEmpty() }
        screen.show(desk.officer, Spot.OFFERS)
        screen.await("Can you come instead?")
        screen.photograph("relief")
        screen.tap("I do not come")
        screen.await("You do not come, waiting to be sent")
        desk.sync()
        screen.await("you can still say that you do")
        screen.tap("I come")
        screen.await("You come, waiting to be sent.")
        desk.phone.syncUntil { schedule(null).items.isNotEmpty() }
        screen.waitUntil(PATIENCE_MILLIS) { !isShown("Can you come instead?") }
        screen.tap("Schedule")
        screen.await("Harbor festival")
        colleague.close()
    }

    @Test
    fun `a shift is offered to a colleague by number and taken back, and a colleague's is taken`() {
        desk.agency.settle(buildJsonObject { putJsonObject("trades") { put("allowed", true); put("needs_agreement", true) } })
        val colleague = runBlocking { TestPhone.enrolled(desk.agency, "Officer B", number = "7002") }
        desk.awarded(startsInMinutes = 300, title = "Stadium gate")
        val theirs = desk.agency.award(desk.agency.postDetail(startsInMinutes = 3_000, title = "Church fair"), colleague.officer, origin = "ordered")
        screen.show(desk.officer, Spot.SCHEDULE)
        screen.tapPart("Stadium gate")
        screen.tap("Offer it to a colleague")
        screen.await("Your colleague is asked")
        screen.type("7002")
        screen.photograph("trade-offer")
        screen.tapLast("Send")
        screen.await("Offered to a colleague, waiting to be sent")
        desk.sync()
        screen.await("Offered to Officer B.")
        screen.photograph("assignment-offered")
        screen.tap("Take the offer back")
        desk.phone.syncUntil { trades(null).items.none { it.trade.state.name == "OFFERED" } }
        screen.await("Offer it to a colleague")

        val number = "7001"
        desk.agency.renumber(desk.phone.officer, number)
        runBlocking { colleague.core.run { sync(); offerTradeTo(theirs, number); sync() } }
        desk.phone.syncUntil { trades(null).items.any { !it.mine && it.detail?.state != DetailState.CANCELLED } }
        screen.runOnUiThread { screen.activity.onBackPressedDispatcher.onBackPressed() }
        screen.tap("Offers")
        screen.await("Offered to you by Officer B")
        screen.photograph("trade-to-me")
        screen.tap("Take it")
        desk.phone.syncUntil { trades(null).items.any { it.trade.state.name == "TAKEN" } }
        screen.tap("More")
        screen.tap("Trades")
        screen.await("Taken. Your agency must agree")
        screen.photograph("trades")
        colleague.close()
    }

    @Test
    fun `changed post orders are to be acknowledged`() {
        val detail = desk.agency.postDetail(startsInMinutes = 600, title = "Stadium gate")
        desk.agency.award(detail, desk.phone.officer, origin = "ordered")
        desk.sync()
        desk.agency.changeOrders(detail, "Report at gate B.")
        desk.phone.syncUntil { notices(null).items.any { it.notice.title.contains("orders", ignoreCase = true) } }
        screen.show(desk.officer, Spot.NOTICES)
        screen.await("Please answer by")
        screen.tap("I have seen it")
        screen.await("Seen; your agency will know")
        desk.sync()
        screen.await("Your agency knows that you have seen it")
        assertTrue(desk.agency.noticesOf(desk.phone.officer).any { it["acknowledged_at"].toString() != "null" })
    }
}
