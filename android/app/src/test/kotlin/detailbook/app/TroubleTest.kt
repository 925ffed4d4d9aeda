package detailbook.app

import androidx.activity.ComponentActivity
import androidx.compose.ui.test.hasContentDescription
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onFirst
import androidx.compose.ui.test.performClick
import detailbook.app.screens.Spot
import detailbook.bindings.WhichShift
import detailbook.officer.PATIENCE_MILLIS
import detailbook.officer.TestPhone
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

private const val UNREAD = "What this phone keeps cannot be read"

/** A phone whose storage has lost what one shift says, on screen. */
@RunWith(RobolectricTestRunner::class)
@Config(application = PlainApp::class)
internal class TroubleTest {
    @get:Rule(order = 0) val desk = AppDesk()

    @get:Rule(order = 1) val screen = createAndroidComposeRule<ComponentActivity>()

    @Test
    fun `a shift that cannot be read is said to be missing beside the clock, which goes on, and beside the other shifts`() {
        damage()
        screen.show(desk.officer)
        screen.await("A shift that you clocked out of may be missing here")
        screen.await(UNREAD)
        screen.photograph("shift-unread")
        screen.await("Shift without an assignment")
        screen.scrollUp()
        screen.tap("Clock in without an assignment")
        screen.await("Clock in without an assignment?")
        screen.tapLast("Clock in without an assignment")
        screen.await("Clocked in since")
        assertTrue(runBlocking { desk.phone.core.screens.runningNow() }!!.shift == null)
    }

    @Test
    fun `the notice of what cannot be read stands whatever else is read, and goes with its page`() {
        damage()
        screen.show(desk.officer, Spot.SCHEDULE)
        screen.await("Road works")
        assertEquals("nothing here cannot be read", 0, notices())
        screen.tapPart("Road works")
        screen.await(UNREAD)
        for (sent in 1uL..3uL) {
            runBlocking {
                desk.phone.core.sendMessage("Who has the key?")
                desk.phone.core.screens.syncState.first { it?.wishesWaiting == sent }
                desk.phone.core.screens.schedule(null)
            }
            screen.waitForIdle()
            assertEquals("something else was read", 1, notices())
        }
        screen.photograph("trouble")
        screen.onAllNodes(hasContentDescription("Back")).onFirst().performClick()
        screen.waitUntil(PATIENCE_MILLIS) { notices() == 0 }
        screen.await("Road works")
        assertNull(desk.phone.core.screens.trouble.value)
    }

    private fun notices() = screen.onAllNodes(hasText(UNREAD, substring = true)).fetchSemanticsNodes().size

    private fun damage() {
        val assignment = desk.awarded()
        val damaged = runBlocking {
            desk.phone.core.run { clockIn(WhichShift.Unassigned(null)); clockOut() }
            TestPhone.damaged(desk.phone, assignment)
        }
        desk.use(damaged)
    }
}
