package detailbook.app

import android.provider.Settings
import androidx.activity.ComponentActivity
import androidx.activity.compose.LocalActivityResultRegistryOwner
import androidx.activity.result.ActivityResultRegistry
import androidx.activity.result.ActivityResultRegistryOwner
import androidx.activity.result.contract.ActivityResultContract
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.test.assertTextContains
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.isEnabled
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.test.onLast
import androidx.compose.ui.text.AnnotatedString
import androidx.core.app.ActivityOptionsCompat
import detailbook.app.capture.Captures
import detailbook.app.look.DetailbookTheme
import detailbook.app.screens.Root
import detailbook.app.screens.Spot
import detailbook.bindings.Decision
import detailbook.bindings.FactKind
import detailbook.bindings.OfficerName
import detailbook.bindings.Place
import detailbook.bindings.WhichShift
import detailbook.officer.BookOwner
import detailbook.officer.BookStanding
import detailbook.officer.DesktopParts
import detailbook.officer.PATIENCE_MILLIS
import detailbook.officer.TestPhone
import detailbook.officer.newKeys
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
import org.robolectric.Shadows.shadowOf
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
    fun `two taps apply once, and a tap on the button that takes the place of the first one takes nothing back`() {
        desk.agency.postDetail(startsInMinutes = 300, title = "Night paving")
        desk.sync()
        val detail = runBlocking { desk.phone.core.screens.offers(null).items.single().detail.id }
        screen.show(desk.officer, Spot.OFFERS)
        screen.tapPart("Night paving")
        screen.await("Apply")
        screen.runOnUiThread {
            repeat(2) { desk.officer.wish(detail) { apply(detail) } }
            desk.officer.wish(detail) { withdraw(detail) }
        }
        screen.await("Applied, waiting to be sent")
        desk.sync()
        screen.await("Applied. Your agency decides")
        screen.tap("Take back the application")
        screen.await("Taken back, waiting to be sent")
        assertEquals(2, runBlocking { desk.phone.core.screens.wishes.filterNotNull().first { it.size > 1 } }.size)
    }

    @Test
    fun `a phone that lost its key asks to be enrolled again, and keeps what is written`() {
        val assignment = desk.awarded()
        val parts = DesktopParts(newKeys()).apply { secrets.putAll(desk.phone.parts.secrets) }
        runBlocking { desk.phone.core.close() }
        desk.use(runBlocking { TestPhone.over(desk.phone.folder, parts) })
        screen.show(desk.officer, Spot.SHIFT)
        screen.tap("Clock in")
        screen.await("Clocked in since")
        screen.tapPart("Enroll this phone again")
        screen.await("This phone has lost the key that your agency knows it by.")
        screen.photograph("sync-key-changed")
        desk.sync()
        assertEquals(1, desk.agency.facts(assignment).size)
        screen.tap("Sign in again")
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
        val captures = Captures(screen.activity, 1)
        val (file, address) = captures.fresh("jpg")
        assertEquals("content", address.scheme)
        assertNotEquals(file, captures.fresh("jpg").first)
        // The camera may write for every book.
        assertEquals("content", Captures(screen.activity, 2).fresh("jpg").second.scheme)
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
        val captures = Captures(screen.activity, 1)
        val file = captured("captures/one.jpg", picture())
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
    fun `a photo that another officer left behind is neither shown nor offered`() {
        runBlocking { desk.phone.core.clockIn(WhichShift.Unassigned(null)) }
        val (theirs, own) = captured("captures/one.jpg", picture()) to captured("captures/2/two.jpg", picture() + 1)
        assertEquals(listOf(theirs) to listOf(own), Captures(screen.activity, 1).left() to Captures(screen.activity, 2).left())
        desk.shell.book = 2
        screen.show(desk.officer)
        screen.tap("Notes and photos")
        screen.await("but not added to a shift yet")
        assertEquals(1, screen.onAllNodes(hasText("Delete it")).fetchSemanticsNodes().size)
        screen.tap("Delete it")
        screen.await("Delete it for good?")
        screen.tapLast("Delete it")
        screen.waitUntil(PATIENCE_MILLIS) { !own.exists() }
        assertTrue(theirs.exists())
    }

    @Test
    fun `a photo that was taken in before the app was ended is not offered once more`() {
        val log = runBlocking { desk.phone.core.clockIn(WhichShift.Unassigned(null)) }.document
        val (taken, other) = captured("captures/one.jpg", picture()) to captured("captures/two.jpg", picture() + 1)
        runBlocking { desk.phone.core.attach(Place.Shift(WhichShift.Running), taken.path, "image/jpeg") }
        screen.show(desk.officer)
        screen.tap("Notes and photos")
        screen.await("but not added to a shift yet")
        assertFalse(taken.exists())
        screen.tap("Add it to this shift")
        screen.waitUntil(PATIENCE_MILLIS) { !other.exists() }
        assertEquals(2, runBlocking { desk.phone.core.screens.written(log).items }.size)
    }

    // The provider of addresses remembers the folder of the first test that asks for one, so that only one may.
    private fun captured(name: String, bytes: ByteArray) =
        File(screen.activity.noBackupFilesDir, name).apply { parentFile!!.mkdirs() }.apply { writeBytes(bytes) }

    @Test
    fun `an officer writes a note anew until the shift is handed in`() {
        desk.awarded()
        val log = runBlocking {
            desk.phone.core.clockIn(WhichShift.Unassigned(null)).document.also { desk.phone.core.note(Place.Shift(WhichShift.Running), "Two cones missing.") }
        }
        screen.show(desk.officer)
        screen.tap("Notes and photos")
        screen.tap("Edit the note")
        screen.await("Cancel")
        screen.replace("Three cones missing.")
        screen.photograph("note-edit")
        screen.tapTwice("Save")
        screen.waitUntil(PATIENCE_MILLIS) { texts(log) == listOf("Three cones missing.") }
        screen.await("Three cones missing.")
        runBlocking { desk.phone.core.run { clockOut(); submit(WhichShift.Log(log)) } }
        screen.waitUntil(PATIENCE_MILLIS) { screen.onAllNodes(hasText("Edit the note")).fetchSemanticsNodes().isEmpty() }
        desk.sync()
        assertEquals("in, note, note anew, out, handed in", 5, desk.agency.factsOf(log).size)
    }

    private fun texts(log: String) = runBlocking { desk.phone.core.screens.written(log).items }.map { it.written.text }

    @Test
    fun `the text that all on the detail share is read and written, and what another wrote meanwhile stays`() {
        desk.awarded(title = "Stadium gate")
        val detail = runBlocking { desk.phone.core.screens.schedule(null).items.single() }.assignment.detail
        val text = { runBlocking { desk.phone.core.screens.passOnText(detail) } }
        screen.show(desk.officer, Spot.SCHEDULE)
        screen.tapPart("Stadium gate")
        screen.await("Nothing shared yet")
        screen.tap("Edit the shared text")
        screen.await("Every officer on this detail reads this text")
        screen.replace("Gate B is locked.")
        screen.photograph("pass-on")
        screen.tap("Save")
        screen.await("Gate B is locked.")
        screen.tap("Edit the shared text")
        screen.await("Every officer on this detail reads this text")
        runBlocking { desk.phone.core.editPassOn(detail, text(), "Watch out.\n" + text()) }
        screen.replace("Gate B is locked. Key at the desk.")
        screen.tap("Save")
        screen.waitUntil(PATIENCE_MILLIS) { text() == "Watch out.\nGate B is locked. Key at the desk." }
        desk.sync()
    }

    @Test
    fun `what the agency writes for all on a detail is read there, and what the officer adds is in no shift`() {
        val assignment = desk.awarded(title = "Stadium gate")
        val detail = runBlocking { desk.phone.core.screens.schedule(null).items.single() }.assignment.detail
        desk.agency.share(detail, "Buses come in by gate C.")
        desk.sync()
        val file = captured("captures/one.jpg", picture())
        screen.show(desk.officer, Spot.SCHEDULE)
        screen.tapPart("Stadium gate")
        screen.tap("Shared notes and photos")
        screen.await("Every officer on this detail, and the agency, can read")
        screen.await("Buses come in by gate C.")
        assertEquals("another's note", 0, screen.onAllNodes(hasText("Edit the note")).fetchSemanticsNodes().size)
        screen.scrollUp()
        screen.type("Gate C is closed.")
        screen.tap("Add the note")
        screen.await("Edit the note")
        screen.photograph("shared-notes")
        screen.scrollUp()
        screen.tap("Share it with everyone on the detail")
        screen.await("Photo ·")
        screen.waitUntil(PATIENCE_MILLIS) { !file.exists() }
        desk.sync()
        assertEquals("staff's note, the officer's, the photo", 3, desk.agency.factsOf(detail).size)
        assertEquals(0, desk.agency.facts(assignment).size)
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
    fun `two taps send a message once, and what was typed meanwhile stays`() {
        screen.show(desk.officer, Spot.MESSAGES)
        screen.await("Write to your agency")
        screen.type("Running late.")
        val field = screen.onAllNodes(hasSetTextAction()).onLast().fetchSemanticsNode().config[SemanticsActions.SetText].action!!
        screen.tapTwice("Send")
        screen.runOnUiThread { field(AnnotatedString("And the radio is dead.")) }
        screen.await("On this phone, not sent yet")
        screen.waitUntil(PATIENCE_MILLIS) { screen.onAllNodes(hasText("Send") and isEnabled()).fetchSemanticsNodes().isNotEmpty() }
        screen.onAllNodes(hasSetTextAction()).onLast().assertTextContains("And the radio is dead.")
        desk.sync()
        assertEquals(1, desk.agency.messages().size)
        screen.tap("Send")
        screen.waitUntil(PATIENCE_MILLIS) { screen.onAllNodes(hasText("And the radio is dead.") and hasSetTextAction()).fetchSemanticsNodes().isEmpty() }
    }

    @Test
    fun `words that could not be kept stay on the page`() {
        desk.awarded(startsInMinutes = 300, title = "Stadium gate")
        screen.show(desk.officer, Spot.SCHEDULE)
        screen.tapPart("Stadium gate")
        screen.tap("Call off")
        screen.await("Call off this detail?")
        screen.type("My child is ill.")
        runBlocking { desk.phone.core.suspend() }
        screen.tapLast("Call off")
        screen.await("One moment, and try again.")
        screen.onAllNodes(hasSetTextAction()).onLast().assertTextContains("My child is ill.")
        runBlocking { desk.phone.core.resume() }
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
    fun `before the book turns it is asked whose it is, by name or by number`() {
        desk.agency.renumber(desk.phone.officer, "7001")
        desk.sync()
        desk.shell.officers = 2
        desk.shell.next = BookOwner(2, OfficerName("Officer B", "7002"))
        screen.show(desk.officer, Spot.SETTINGS)
        screen.await("Book of 7001 Officer")
        screen.tap("Change to another book on this phone")
        screen.await("Change to the book of 7002 Officer B?")
        screen.photograph("turn-ask")
        screen.tapLast("Cancel")
        assertEquals(emptyList<Int>(), desk.shell.turnedTo.toList())
        desk.shell.next = BookOwner(3, null)
        screen.tap("Change to another book on this phone")
        screen.await("Change to book 3 on this phone?")
        screen.await("Whose book it is cannot be told here.")
        screen.tapLast("Change to it")
        assertEquals(listOf(3), desk.shell.turnedTo.toList())
    }

    @Test
    fun `who is not asked any more finds the phone's settings`() {
        desk.shell.mayNotify = false
        val refusing = object : ActivityResultRegistry() {
            override fun <I, O> onLaunch(requestCode: Int, contract: ActivityResultContract<I, O>, input: I, options: ActivityOptionsCompat?) {
                @Suppress("UNCHECKED_CAST")
                dispatchResult(requestCode, false as O)
            }
        }
        val owner = object : ActivityResultRegistryOwner {
            override val activityResultRegistry = refusing
        }
        screen.setContent {
            CompositionLocalProvider(LocalActivityResultRegistryOwner provides owner) { DetailbookTheme(false) { Root(desk.officer, Spot.SETTINGS) } }
        }
        screen.tap("Allow notifications")
        screen.tap("Open the phone's settings")
        assertEquals(Settings.ACTION_APP_NOTIFICATION_SETTINGS, shadowOf(screen.activity).nextStartedActivity.action)
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
