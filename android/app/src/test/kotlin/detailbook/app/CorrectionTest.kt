package detailbook.app

import android.app.DatePickerDialog
import android.app.TimePickerDialog
import android.content.DialogInterface
import androidx.activity.ComponentActivity
import androidx.compose.ui.test.assertIsEnabled
import androidx.compose.ui.test.assertIsNotEnabled
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onFirst
import detailbook.app.screens.Spot
import detailbook.bindings.FactKind
import detailbook.bindings.WhichShift
import detailbook.officer.PATIENCE_MILLIS
import detailbook.officer.allFacts
import java.time.Instant
import java.time.ZoneId
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowDialog

/** Correcting the time of a punch, over the real library and a real server. */
@RunWith(RobolectricTestRunner::class)
@Config(application = PlainApp::class)
internal class CorrectionTest {
    @get:Rule(order = 0) val desk = AppDesk()

    @get:Rule(order = 1) val screen = createAndroidComposeRule<ComponentActivity>()

    private fun worked(): Pair<String, String> {
        val assignment = desk.awarded(startsInMinutes = -230)
        val log = runBlocking {
            desk.phone.core.clockIn(WhichShift.Assignment(assignment)).document.also { desk.phone.core.clockOut() }
        }
        return assignment to log
    }

    private fun save() = screen.onAllNodes(hasText("Save the correction")).onFirst()

    private fun openFirst() {
        screen.tap("Punches and corrections")
        screen.await("Clock-in")
        screen.tap("Correct the time")
        screen.await("The time it should have been")
    }

    @Test
    fun `an officer corrects when work began, says why, sees both times, and the agency has both`() {
        val (assignment, log) = worked()
        screen.show(desk.officer)
        openFirst()
        screen.await("This is the time that the punch has.")
        save().assertIsNotEnabled()
        screen.tap("Change the time")
        val wanted = Instant.ofEpochMilli(desk.phone.parts.now()).minusSeconds(7_200).atZone(ZoneId.of("America/New_York"))
        screen.runOnUiThread {
            val dialog = ShadowDialog.getLatestDialog() as TimePickerDialog
            dialog.updateTime(wanted.hour, wanted.minute)
            dialog.getButton(DialogInterface.BUTTON_POSITIVE).performClick()
        }
        screen.waitUntil(PATIENCE_MILLIS) { screen.onAllNodes(hasText("This is the time that the punch has.")).fetchSemanticsNodes().isEmpty() }
        screen.type("I forgot to clock in.")
        screen.await("The punch stays as it was made.")
        save().assertIsEnabled()
        screen.scrollUp()
        screen.photograph("correction")
        screen.tap("Save the correction")
        screen.await("I forgot to clock in.")
        screen.await("Corrected to: ")
        screen.await("Clock-out")
        screen.photograph("punches")
        val facts = runBlocking { desk.phone.core.screens.allFacts(log) }
        assertEquals(listOf(FactKind.In, FactKind.Out, FactKind.Correction), facts.map { it.kind })
        assertEquals(facts.first().fact, facts.last().about)
        desk.sync()
        assertEquals(3, desk.agency.facts(assignment).size)
    }

    @Test
    fun `any day can be chosen, and what is odd about it is said`() {
        val (assignment, _) = worked()
        screen.show(desk.officer)
        openFirst()
        screen.tap("Change the day")
        screen.runOnUiThread {
            val (dialog, day) = ShadowDialog.getLatestDialog() as DatePickerDialog to Instant.now().atZone(ZoneId.of("America/New_York")).minusDays(3)
            dialog.updateDate(day.year, day.monthValue - 1, day.dayOfMonth)
            dialog.getButton(DialogInterface.BUTTON_POSITIVE).performClick()
        }
        screen.await("This is long before the shift.")
        screen.type("The phone was three days off.")
        save().assertIsEnabled()
        screen.tapTwice("Save the correction")
        screen.await("Corrected to: ")
        desk.sync()
        assertEquals("one correction", 3, desk.agency.facts(assignment).size)
    }

    @Test
    fun `on a phone whose clock is slow the true time is taken`() {
        val slow = 3 * 3_600_000L
        desk.phone.parts.clockIsOff = -slow
        runBlocking { desk.phone.core.clockIn(WhichShift.Unassigned(null)).document.also { desk.phone.core.clockOut() } }
        screen.show(desk.officer)
        openFirst()
        screen.tap("Change the time")
        val truth = Instant.now().atZone(ZoneId.systemDefault())
        screen.runOnUiThread {
            val dialog = ShadowDialog.getLatestDialog() as TimePickerDialog
            dialog.updateTime(truth.hour, truth.minute)
            dialog.getButton(DialogInterface.BUTTON_POSITIVE).performClick()
        }
        if (truth.hour >= 3) screen.await("By this phone's clock this time is still to come.")
        screen.type("The phone's clock was wrong.")
        save().assertIsEnabled()
    }

    @Test
    fun `after the handing in a time can still be corrected, and it is said that it comes late`() {
        val (assignment, log) = worked()
        runBlocking { desk.phone.core.submit(WhichShift.Log(log)) }
        screen.show(desk.officer, Spot.SCHEDULE)
        screen.tapPart("Road works")
        screen.tap("Punches and corrections")
        screen.await("The shift was handed in.")
        screen.tap("Correct the time")
        screen.await("The time it should have been")
        screen.tap("Change the time")
        val wanted = Instant.ofEpochMilli(desk.phone.parts.now()).minusSeconds(7_200).atZone(ZoneId.of("America/New_York"))
        screen.runOnUiThread {
            val dialog = ShadowDialog.getLatestDialog() as TimePickerDialog
            dialog.updateTime(wanted.hour, wanted.minute)
            dialog.getButton(DialogInterface.BUTTON_POSITIVE).performClick()
        }
        screen.await("This comes late")
        screen.type("I came earlier.")
        screen.tap("Save the correction")
        screen.await("Corrected to: ")
        desk.sync()
        assertEquals(4, desk.agency.facts(assignment).size)
    }

    @Test
    fun `a shift that has not begun has no punches`() {
        desk.awarded(startsInMinutes = 600, title = "Stadium gate")
        screen.show(desk.officer, Spot.SCHEDULE)
        screen.tapPart("Stadium gate")
        screen.tap("Punches and corrections")
        screen.await("Nothing punched yet")
    }
}
