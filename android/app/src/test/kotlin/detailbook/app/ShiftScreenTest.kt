package detailbook.app

import androidx.activity.ComponentActivity
import androidx.compose.ui.test.assertHeightIsAtLeast
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onFirst
import androidx.compose.ui.unit.dp
import detailbook.app.screens.PlaceRight
import detailbook.app.screens.Spot
import detailbook.bindings.FactKind
import detailbook.bindings.WhichShift
import detailbook.officer.PATIENCE_MILLIS
import detailbook.officer.atSite
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** The clock, on screen, over the real library and a real server. */
@RunWith(RobolectricTestRunner::class)
@Config(application = PlainApp::class)
internal class ShiftScreenTest {
    @get:Rule(order = 0) val desk = AppDesk()

    @get:Rule(order = 1) val screen = createAndroidComposeRule<ComponentActivity>()

    @Test
    fun `an officer clocks in, is told why it is inside, clocks out after being asked once more, and hands in`() {
        val assignment = desk.awarded()
        screen.show(desk.officer)
        screen.await("Road works")
        assertTrue(desk.shell.listens)
        screen.onAllNodes(hasText("Clock in")).onFirst().assertHeightIsAtLeast(160.dp)
        screen.tap("Clock in")
        screen.await("Clocked in since")
        screen.await("Inside the fence")
        screen.await("inside the fence's edge")
        screen.photograph("shift-on")

        screen.tap("Clock out")
        screen.await("Clock out now?")
        screen.tap("Cancel")
        assertNotNull(runBlocking { desk.phone.core.screens.runningNow() })
        screen.tap("Clock out")
        screen.await("Clock out now?")
        screen.tapLast("Clock out")
        screen.waitUntil(PATIENCE_MILLIS) { desk.shell.syncsAsked == 2 }
        screen.await("Clocked out at")
        screen.await("Clock in once more")
        screen.photograph("shift-over")
        screen.tap("Hand in the shift")
        screen.await("Hand in the shift?")
        screen.photograph("hand-in-ask")
        screen.tapLast("Cancel")
        assertEquals("asked first", 2, desk.shell.syncsAsked)
        screen.tap("Hand in the shift")
        screen.await("Your notes are fixed from then on.")
        screen.tapLast("Hand in the shift")
        screen.waitUntil(PATIENCE_MILLIS) { desk.shell.syncsAsked == 3 }
        screen.waitUntil(PATIENCE_MILLIS) { screen.onAllNodes(hasText("Hand in the shift")).fetchSemanticsNodes().isEmpty() }
        screen.await("No shift near now")
        screen.await("Handed in at")
        assertEquals(0uL, runBlocking { desk.phone.core.screens.syncStateNow() }.factsUnsigned)
        desk.sync()
        assertEquals(3, desk.agency.facts(assignment).size)
    }

    @Test
    fun `a second tap is not a second fact`() {
        val assignment = desk.awarded()
        screen.show(desk.officer)
        screen.await("Road works")
        repeat(2) { desk.officer.punch(FactKind.In, WhichShift.Assignment(assignment)) }
        screen.await("Clocked in since")
        screen.waitUntil(PATIENCE_MILLIS) { !desk.officer.isPunching.value && desk.shell.syncsAsked > 0 }
        screen.tap("Start a break")
        screen.await("On a break since")
        desk.sync()
        assertEquals(2, desk.agency.facts(assignment).size)
    }

    @Test
    fun `outside the fence the punch counts, and the officer may explain`() {
        desk.awarded()
        desk.phone.parts.place = listOf(atSite(metresNorth = 400))
        screen.show(desk.officer)
        screen.tap("Clock in")
        screen.await("Outside the fence")
        screen.photograph("shift-outside")
        screen.tap("Explain")
        screen.await("What should your coordinator know?")
        screen.type("The pier is closed, traffic is directed from the corner.")
        screen.tapLast("Schedule")
        screen.await("Road works")
        screen.tapLast("Shift")
        screen.tap("Save")
        screen.waitUntil(PATIENCE_MILLIS) {
            runBlocking { desk.phone.core.screens.runningNow() }!!.flags.any { it.explanations.isNotEmpty() }
        }
        screen.tap("Punches and corrections")
        screen.await("You said: The pier is closed, traffic is directed from the corner.")
    }

    @Test
    fun `a punch that was not written down is said until it is seen`() {
        desk.awarded()
        screen.show(desk.officer)
        screen.await("Road works")
        desk.officer.punch(FactKind.In, WhichShift.Assignment("no id"))
        screen.await("Your tap was not written down")
        screen.photograph("shift-not-written")
        screen.tapLast("Close")
        screen.waitUntil(PATIENCE_MILLIS) { screen.onAllNodes(hasText("Your tap was not written down")).fetchSemanticsNodes().isEmpty() }
        assertNull(runBlocking { desk.phone.core.screens.runningNow() })
        assertEquals(0, desk.officer.punches.value)
        screen.tap("Clock in")
        screen.await("Clocked in since")
        assertEquals(1, desk.officer.punches.value)
    }

    @Test
    fun `an approximate location is told from one that is off`() {
        desk.awarded()
        desk.shell.place = PlaceRight.COARSE
        screen.show(desk.officer)
        screen.await("Only an approximate location is allowed")
        assertEquals(0, screen.onAllNodes(hasText("Location is off for this app")).fetchSemanticsNodes().size)
        screen.photograph("shift-coarse")
    }

    @Test
    fun `what was forgotten at the handing in is explained afterwards, and comes late`() {
        desk.phone.parts.place = listOf(atSite(metresNorth = 400))
        val assignment = desk.awarded()
        val log = runBlocking {
            desk.phone.core.run {
                clockIn(WhichShift.Assignment(assignment)).document.also { clockOut(); submit(WhichShift.Log(it)) }
            }
        }
        screen.show(desk.officer)
        screen.await("Handed in at")
        screen.tap("Punches and corrections")
        screen.await("The shift was handed in.")
        screen.tap("Explain")
        screen.await("This comes late")
        screen.type("The pier is closed.")
        screen.photograph("punches-late")
        screen.tapTwice("Save")
        screen.waitUntil(PATIENCE_MILLIS) { explanations(log) > 0 }
        desk.sync()
        assertEquals("in, out, handed in, and one explanation", 4, desk.agency.facts(assignment).size)
    }

    private fun explanations(log: String) = runBlocking { desk.phone.core.screens.shift(log) }.flags.sumOf { it.explanations.size }

    @Test
    fun `on a phone of one officer's nothing stands above the clock`() {
        desk.awarded()
        screen.show(desk.officer)
        screen.await("Road works")
        assertEquals(0, screen.onAllNodes(hasText("Book of", substring = true)).fetchSemanticsNodes().size)
    }

    @Test
    fun `where officers share the phone it stands above the clock whose book it is`() {
        desk.agency.renumber(desk.phone.officer, "7001")
        desk.awarded()
        desk.shell.officers = 2
        screen.show(desk.officer)
        screen.await("Book of 7001 Officer")
        screen.photograph("shift-shared")
    }

    @Test
    fun `where the agency's record has not come it is told by its number`() {
        desk.shell.officers = 2
        desk.shell.book = 2
        screen.show(desk.officer)
        screen.await("Book 2 on this phone")
    }

    @Test
    fun `without an assignment and without a place an officer clocks in all the same`() {
        desk.shell.place = PlaceRight.NONE
        desk.phone.parts.place = emptyList()
        screen.show(desk.officer)
        screen.await("No shift near now")
        screen.await("Location is off for this app")
        screen.photograph("shift-none")
        screen.tap("Clock in")
        screen.await("Clock in without an assignment?")
        screen.photograph("shift-ask")
        screen.tapLast("Cancel")
        assertNull(runBlocking { desk.phone.core.screens.runningNow() })
        screen.tap("Clock in")
        screen.await("Clock in without an assignment?")
        screen.tapLast("Clock in")
        screen.await("Shift without an assignment")
        assertNull(runBlocking { desk.phone.core.screens.runningNow() }!!.shift)
        screen.tap("Clock out")
        screen.await("Clock out now?")
        screen.tapLast("Clock out")
        screen.await("Hand in the shift")
    }

    @Test
    fun `after a clock-out the clock is at the other shift that is around now`() {
        val first = desk.awarded(startsInMinutes = -235, title = "Road works")
        val second = desk.awarded(startsInMinutes = 20, title = "Stadium gate")
        runBlocking { desk.phone.core.clockIn(WhichShift.Assignment(first)) }
        screen.show(desk.officer)
        screen.tap("Clock out")
        screen.await("Clock out now?")
        screen.tapLast("Clock out")
        screen.await("Hand in the shift")
        screen.scrollUp()
        screen.await("Stadium gate")
        assertEquals(0, screen.onAllNodes(hasText("Clock in: Road works")).fetchSemanticsNodes().size)
        screen.photograph("shift-next")
        screen.tap("Clock in")
        screen.await("Clocked in since")
        assertEquals(second, runBlocking { desk.phone.core.screens.runningNow() }!!.shift!!.assignment.id)
    }

    @Test
    fun `hours before a shift it is asked whether it is the right one, and then clocked in`() {
        desk.awarded(startsInMinutes = 5 * 60, title = "Stadium gate")
        screen.show(desk.officer)
        screen.await("Stadium gate")
        screen.tap("Clock in")
        screen.await("Is this the right detail?")
        screen.await("Stadium gate starts")
        screen.tapLast("Clock in")
        screen.await("Clocked in since")
    }

    @Test
    fun `of two shifts around now the first has the huge button, and both are named`() {
        desk.awarded(startsInMinutes = -235, title = "Road works")
        desk.awarded(startsInMinutes = 60, title = "Stadium gate")
        screen.show(desk.officer)
        screen.await("Clock in: Road works")
        screen.photograph("shift-two")
        screen.tap("Clock in: Stadium gate")
        screen.await("Another shift of yours comes first.")
        screen.tapLast("Clock in: Stadium gate")
        screen.await("Clocked in since")
        assertEquals("Stadium gate", runBlocking { desk.phone.core.screens.runningNow() }!!.shift!!.detail!!.title)
    }

    @Test
    fun `a shift without an assignment waits to be handed in after the app was ended, too`() {
        runBlocking { desk.phone.core.run { clockIn(WhichShift.Unassigned(null)); clockOut() } }
        screen.show(desk.officer)
        screen.await("Hand in the shift")
    }

    @Test
    fun `on the way to one shift an officer clocks in on the other, after a question`() {
        val first = desk.awarded(startsInMinutes = -200, title = "Road works")
        val second = desk.awarded(startsInMinutes = 60, title = "Stadium gate")
        screen.show(desk.officer)
        screen.tap("I am on my way")
        screen.await("On the way since")
        screen.await("Clock in: Road works")
        screen.await("Clock in without an assignment")
        screen.photograph("shift-on-the-way")
        screen.tap("Clock in: Stadium gate")
        screen.await("Clock in for this one?")
        screen.tapLast("Clock in: Stadium gate")
        screen.await("Clocked in since")
        assertEquals(second, runBlocking { desk.phone.core.screens.runningNow() }!!.shift!!.assignment.id)
        desk.sync()
        assertEquals(listOf(1, 1), listOf(first, second).map { desk.agency.facts(it).size })
    }

    @Test
    fun `three days later a shift is handed in on its own page`() {
        val assignment = desk.awarded()
        runBlocking { desk.phone.core.run { clockIn(WhichShift.Assignment(assignment)); clockOut(); sync() } }
        desk.phone.parts.clockIsOff = 72 * 3_600_000L
        screen.show(desk.officer, Spot.HOURS)
        screen.tapPart("Road works")
        screen.tap("Hand in the shift")
        screen.await("Your notes are fixed from then on.")
        screen.tapLast("Hand in the shift")
        screen.waitUntil(PATIENCE_MILLIS) { runBlocking { desk.phone.core.screens.pastShifts(null).items.single().let { desk.phone.core.screens.shift(it.log) } }.submitted != null }
        screen.waitUntil(PATIENCE_MILLIS) { screen.onAllNodes(hasText("Hand in the shift")).fetchSemanticsNodes().isEmpty() }
    }

    @Test
    fun `shifts without an assignment stand beside the hours and are handed in from there, whatever was punched after them`() {
        val logs = runBlocking { desk.phone.core.run { List(2) { clockIn(WhichShift.Unassigned(null)).document.also { clockOut() } } } }
        screen.show(desk.officer, Spot.HOURS)
        screen.await("Shifts without an assignment")
        screen.photograph("hours-unassigned")
        screen.tapPart("Clocked out at")
        screen.await("Notes and photos")
        screen.await("Punches and corrections")
        screen.tap("Hand in the shift")
        screen.await("Your notes are fixed from then on.")
        screen.tapLast("Hand in the shift")
        screen.await("Handed in at")
        val submitted = runBlocking { logs.map { desk.phone.core.screens.shift(it).submitted != null } }
        assertEquals(listOf(false, true), submitted)
    }
}
