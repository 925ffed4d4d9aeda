package detailbook.app

import androidx.activity.ComponentActivity
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.junit4.createAndroidComposeRule
import detailbook.app.capture.Captures
import detailbook.app.screens.Spot
import detailbook.bindings.Decision
import detailbook.bindings.FactKind
import detailbook.bindings.Place
import detailbook.bindings.WhichShift
import detailbook.officer.BookStanding
import detailbook.officer.PATIENCE_MILLIS
import detailbook.officer.TestPhone
import java.io.File
import kotlinx.coroutines.flow.filterNotNull
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** Every other page, over the real library and a real server. */
@RunWith(RobolectricTestRunner::class)
@Config(application = PlainApp::class)
internal class PagesTest {
    @get:Rule(order = 0) val desk = AppDesk()

    @get:Rule(order = 1) val screen = createAndroidComposeRule<ComponentActivity>()

    @Test
    fun `a phone signs in with the text of an invitation, and is told what is wrong with another`() {
        desk.phone.close()
        desk.use(runBlocking { TestPhone.new() })
        screen.show(desk.officer)
        screen.await("Sign in to your agency")
        screen.photograph("enrol")
        screen.tap("Enter the text instead")
        screen.await("Invitation text")
        screen.type("hello")
        screen.tap("Sign in")
        screen.await("invitation")
        assertEquals(0, desk.shell.syncsAsked)
        screen.replace(" " + desk.agency.invitationFor(desk.agency.enterOfficer()) + "\n")
        screen.tap("Sign in")
        screen.await("Sign in at 127.0.0.1:")
        screen.tapLast("Cancel")
        assertNull(runBlocking { desk.phone.core.enrolled() })
        screen.tap("Sign in")
        screen.await("Sign in at 127.0.0.1:")
        screen.tapLast("Sign in")
        screen.await("No shift near now")
        assertNotNull(runBlocking { desk.phone.core.enrolled() })
        assertEquals(1, desk.shell.syncsAsked)
    }

    @Test
    fun `an officer applies, sees that the agency has it, and takes it back`() {
        desk.agency.postDetail(startsInMinutes = 300, title = "Night paving")
        desk.agency.postDetail(startsInMinutes = 60 * 30, title = "Parade")
        desk.sync()
        screen.show(desk.officer, Spot.OFFERS)
        screen.await("Parade")
        screen.photograph("offers")
        screen.tapPart("Night paving")
        screen.tap("Apply")
        screen.await("Applied, waiting to be sent")
        desk.sync()
        screen.await("Applied. Your agency decides")
        screen.photograph("offer")
        screen.tap("Take back the application")
        screen.await("Taken back, waiting to be sent")
        desk.sync()
        val wishes = runBlocking { desk.phone.core.screens.wishes.filterNotNull().first { all -> all.none { it.waiting } } }
        assertEquals(listOf(Decision.ACCEPTED, Decision.ACCEPTED), wishes.map { it.decision })
    }

    @Test
    fun `an award is acknowledged, and a shift's ruling is told with its reason`() {
        val assignment = desk.awarded(startsInMinutes = 45, title = "Stadium gate")
        screen.show(desk.officer, Spot.SCHEDULE)
        screen.tapPart("Stadium gate")
        screen.tap("I have seen it")
        screen.await("Seen; your agency will know with the next sync")
        desk.sync()
        screen.await("Your agency knows that you have seen it")
        val now = desk.phone.parts.now()
        desk.agency.rule(assignment, now - 3_600_000, now)
        desk.sync()
        screen.await("Accepted: 1 h 00 min")
        screen.await("Why: as worked")
    }

    @Test
    fun `notes and photos are written, and say how far they have come`() {
        desk.awarded()
        val shift = runBlocking { desk.phone.core.screens.schedule(null).items.single() }
        runBlocking {
            desk.phone.core.clockIn(WhichShift.Assignment(shift.assignment.id))
            val photo = File(desk.phone.folder.toFile(), "photo.jpg").apply { writeBytes(picture()) }
            desk.phone.core.attach(Place.Shift(WhichShift.Running), photo.path, "image/jpeg", "North end of the closed lane")
        }
        screen.show(desk.officer)
        screen.tap("Notes and photos")
        screen.await("North end of the closed lane")
        screen.scrollUp()
        screen.type("Lane closed at 6, two cones missing.")
        screen.tap("This is an incident")
        screen.tap("Add the note")
        screen.await("Incident ·")
        screen.photograph("notes")
        val written = runBlocking { desk.phone.core.screens.written(shift.log).items }
        assertTrue(written.any { it.written.kind == FactKind.Incident })
        desk.sync()
        screen.await("Your agency has it")
        screen.waitUntil(PATIENCE_MILLIS) { screen.described("Photo taken") }
    }

    @Test
    fun `a note is written into a shift that has not begun`() {
        val assignment = desk.awarded(startsInMinutes = 60 * 20, title = "Stadium gate")
        screen.show(desk.officer, Spot.SCHEDULE)
        screen.tapPart("Stadium gate")
        screen.tap("Notes and photos")
        screen.await("Nothing written yet")
        screen.type("Bring cones.")
        screen.tap("Add the note")
        screen.await("Note ·")
        desk.sync()
        assertEquals(1, desk.agency.facts(assignment).size)
    }

    @Test
    fun `a photo that an ended app left behind is offered, and goes once it is taken in`() {
        desk.awarded()
        runBlocking { desk.phone.core.clockIn(WhichShift.Unassigned(null)) }
        val captures = Captures(screen.activity)
        val (file, address) = captures.fresh("jpg")
        assertEquals("content", address.scheme)
        assertNotEquals(file, captures.fresh("jpg").first)
        file.writeBytes(picture())
        assertEquals(listOf(file), captures.left())
        screen.show(desk.officer)
        screen.tap("Notes and photos")
        screen.await("but not added to a shift yet")
        screen.photograph("capture-left")
        screen.tap("Add it to this shift")
        screen.await("Photo ·")
        screen.waitUntil(PATIENCE_MILLIS) { captures.left().isEmpty() }
        assertFalse(file.exists())
    }

    @Test
    fun `a photo that could not be taken in stays and is offered again`() {
        desk.awarded()
        runBlocking { desk.phone.core.clockIn(WhichShift.Unassigned(null)) }
        val captures = Captures(screen.activity)
        val file = File(screen.activity.noBackupFilesDir, "captures/one.jpg").apply { parentFile!!.mkdirs() }.apply { writeBytes(picture()) }
        screen.show(desk.officer)
        screen.tap("Notes and photos")
        screen.await("Add it to this shift")
        runBlocking { desk.phone.core.suspend() }
        screen.tap("Add it to this shift")
        screen.await("One moment, and try again.")
        assertEquals(listOf(file), captures.left())
        runBlocking { desk.phone.core.resume() }
    }

    @Test
    fun `without a server everything waits, says so, and goes when it is back`() {
        desk.awarded()
        desk.agency.goDown()
        runBlocking {
            desk.phone.core.clockIn(WhichShift.Unassigned(null))
            desk.phone.core.sendMessage("No signal here.")
        }
        screen.show(desk.officer, Spot.SYNC)
        screen.await("2 items wait to be sent")
        screen.await("It is safe on this phone")
        screen.tap("Send now")
        screen.await("No signal. It goes by itself later.")
        screen.await("Next try")
        screen.photograph("sync-waiting")
        desk.agency.comeBack()
        screen.tap("Send now")
        screen.await("Everything is sent")
    }

    @Test
    fun `what waits in the books of others on this phone is told as numbers, and sending now means theirs too`() {
        screen.show(desk.officer, Spot.SYNC)
        screen.await("Send now")
        assertEquals(0, screen.onAllNodes(hasText("other officers", substring = true)).fetchSemanticsNodes().size)
        desk.shell.others.value = mapOf(2 to BookStanding.Waiting(3u), 3 to BookStanding.Ended(4u), 4 to BookStanding.Unread, 5 to BookStanding.Empty)
        screen.await("Waiting in other officers' books on this phone: 3")
        screen.await("In other officers' books, no longer taken by the agency: 4")
        screen.await("Other officers' books that cannot be read now: 1")
        screen.photograph("sync-others")
        screen.tap("Send now")
        screen.waitUntil(PATIENCE_MILLIS) { desk.shell.othersAsked == 1 }
    }

    @Test
    fun `messages go both ways`() {
        desk.agency.write("Briefing at 5 PM at the north gate.")
        desk.sync()
        screen.show(desk.officer, Spot.MESSAGES)
        screen.await("Briefing at 5 PM")
        screen.type("Seen, thank you.")
        screen.tap("Send")
        screen.await("On this phone, not sent yet")
        desk.sync()
        assertTrue(desk.agency.messages().any { "Seen, thank you." in it.toString() })
        screen.photograph("messages")
    }

    @Test
    fun `a phone that its agency signed out says so`() {
        runBlocking {
            desk.agency.revoke(desk.phone.core.enrolled()!!.device)
            runCatching { repeat(2) { desk.phone.core.sync() } }
        }
        screen.show(desk.officer)
        screen.tapPart("This phone was signed out by your agency")
        screen.tap("Sign in again")
        screen.tap("Enter the text instead")
        screen.await("Invitation text")
        screen.type(desk.agency.invitationFor(desk.phone.officer))
        screen.tap("Sign in")
        screen.await("Sign in at 127.0.0.1:")
        screen.tapLast("Sign in")
        screen.await("No shift near now")
        desk.sync()
    }

    @Test
    fun `another officer's code offers a book of his own`() {
        screen.show(desk.officer, Spot.SETTINGS)
        screen.tap("Sign in again")
        screen.tap("Enter the text instead")
        screen.await("Invitation text")
        screen.type(desk.agency.invitationFor(desk.agency.enterOfficer()))
        screen.tap("Sign in")
        screen.await("Sign in at 127.0.0.1:")
        screen.tapLast("Sign in")
        screen.await("This phone holds another officer's shifts.")
        screen.tap("Begin a second book on this phone")
        assertEquals(2, desk.shell.officers)
    }

    @Test
    fun `a store that cannot be read is said, and is not taken for one of nobody`() {
        desk.awarded()
        runBlocking { desk.phone.core.suspend() }
        screen.show(desk.officer)
        screen.await("One moment, and try again.")
        assertTrue(screen.onAllNodes(hasText("Sign in to your agency")).fetchSemanticsNodes().isEmpty())
        runBlocking { desk.phone.core.resume() }
        screen.await("Road works")
    }

    @Test
    fun `the officer chooses whether to be reminded before a shift`() {
        desk.shell.mayNotify = false
        desk.shell.alarmsAreExact = false
        screen.show(desk.officer, Spot.SETTINGS)
        screen.await("1 hour and 15 minutes before")
        screen.tap("Not at all")
        assertFalse(desk.shell.reminders.beforeStart)
        screen.tap("1 hour and 15 minutes before")
        assertTrue(desk.shell.reminders.beforeStart)
        screen.await("Allow notifications")
        screen.await("Allow exact alarms")
        screen.await(runBlocking { desk.phone.core.enrolled()!!.officer })
        screen.photograph("settings")
    }
}
