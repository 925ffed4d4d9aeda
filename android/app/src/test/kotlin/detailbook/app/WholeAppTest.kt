package detailbook.app

import android.Manifest
import android.app.AlarmManager
import android.app.Application
import android.app.Notification
import android.app.NotificationManager
import android.content.Context
import android.content.Intent
import android.net.ConnectivityManager
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.lifecycle.Lifecycle
import androidx.test.core.app.ApplicationProvider
import androidx.work.ListenableWorker
import androidx.work.WorkInfo
import androidx.work.WorkManager
import androidx.work.testing.TestListenableWorkerBuilder
import detailbook.app.reminders.ReminderRound
import detailbook.app.work.InFront
import detailbook.app.work.OthersWorker
import detailbook.app.work.SyncWork
import detailbook.app.work.SyncWorker
import detailbook.bindings.WhichShift
import detailbook.officer.Agency
import detailbook.officer.BookStanding
import detailbook.officer.Occasion
import detailbook.officer.OfficerError
import detailbook.officer.PATIENCE_MILLIS
import detailbook.officer.Questions
import java.io.File
import kotlinx.coroutines.runBlocking
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowNetwork

private const val MINUTE = 60_000L

/** Longer than a change needs to be followed by a round of reminders. */
private const val SETTLED_MILLIS = 3_000L

/** The app as it is installed: its own process object, its keystore key, worker, alarms and notifications, against a real server. */
@RunWith(RobolectricTestRunner::class)
internal class WholeAppTest {
    @get:Rule(order = 0) val keystore = DesktopKeystore()

    @get:Rule(order = 1) val screen = createAndroidComposeRule<MainActivity>()

    private lateinit var agency: Agency
    private lateinit var officer: String
    private val app get() = ApplicationProvider.getApplicationContext<DetailbookApp>()
    private val alarms get() = shadowOf(app.getSystemService(Context.ALARM_SERVICE) as AlarmManager)
    private val notices get() = shadowOf(app.getSystemService(Context.NOTIFICATION_SERVICE) as NotificationManager)

    @Before
    fun openAgency() {
        agency = Agency.open()
        officer = agency.enterOfficer()
        shadowOf(app as Application).grantPermissions(Manifest.permission.POST_NOTIFICATIONS)
    }

    @After
    fun closeAll() {
        runBlocking { app.phone.core().close() }
        agency.close()
    }

    @Test
    fun `an officer signs in on screen, the worker brings the shift, the phone reminds of it and asks about the clock-out`() {
        screen.await("Sign in to your agency")
        screen.tap("Enter the text instead")
        screen.await("Invitation text")
        screen.type(agency.invitationFor(officer))
        screen.tap("Sign in")
        screen.await("Sign in at 127.0.0.1:")
        screen.tapLast("Sign in")
        screen.await("No shift near now")
        screen.waitUntil(PATIENCE_MILLIS) { WorkManager.getInstance(app).getWorkInfosForUniqueWork("sync.soon").get().isNotEmpty() }
        assertTrue(WorkManager.getInstance(app).getWorkInfosForUniqueWork("sync.regular").get().isNotEmpty())

        val soon = agency.postDetail(startsInMinutes = 30, hours = 2, title = "Stadium gate")
        val assignment = agency.award(soon, officer, origin = "ordered")
        agency.award(agency.postDetail(startsInMinutes = 300, title = "Night paving"), officer, origin = "ordered")
        assertEquals(ListenableWorker.Result.success(), work())
        screen.await("Stadium gate")

        val starts = notices.allNotifications.single { "Your shift starts" in it.title() }
        assertEquals(Notification.VISIBILITY_PRIVATE, starts.visibility)
        val said = listOf(starts, starts.publicVersion).flatMap { listOf(it.title(), it.text()) }
        assertFalse("$said", said.any { "Stadium" in it || "Pier" in it || "Harbor" in it })
        runBlocking { ReminderRound(app).go() }
        assertEquals(1, notices.allNotifications.size)
        assertNextAlarm(agencyStart(30) - 15 * MINUTE)

        runBlocking { app.phone.core().clockIn(WhichShift.Assignment(assignment)) }
        runBlocking { ReminderRound(app).go() }
        assertEquals("the shift has begun", emptyList<Notification>(), notices.allNotifications.filter { "Your shift starts" in it.title() })
        val ends = schedule().first { it.assignment.id == assignment }.detail!!.ends
        assertNextAlarm(ends + 5 * MINUTE)

        // A restart loses every alarm; what the phone keeps is enough to set them again, without a network.
        agency.goDown()
        alarms.scheduledAlarms.toList().forEach { alarms.scheduledAlarms.remove(it) }
        app.sendBroadcast(Intent(Intent.ACTION_BOOT_COMPLETED).setPackage(app.packageName))
        screen.waitUntil(PATIENCE_MILLIS) {
            shadowOf(android.os.Looper.getMainLooper()).idle()
            alarms.scheduledAlarms.isNotEmpty()
        }
        assertNextAlarm(ends + 5 * MINUTE)
    }

    @Test
    fun `another officer begins a book beside, and the first one's stays`() {
        runBlocking { app.phone.core().enrol(agency.invitationFor(officer)) }
        val other = agency.enterOfficer()
        val refused = runCatching { runBlocking { app.phone.core().enrol(agency.invitationFor(other)) } }.exceptionOrNull()
        assertTrue("$refused", refused is OfficerError.OtherOfficer)
        runBlocking { app.phone.beginBeside() }
        screen.await("Sign in to your agency")
        runBlocking { app.phone.core().enrol(agency.invitationFor(other)) }
        assertEquals(other, runBlocking { app.phone.core().enrolled() }!!.officer)
        runBlocking { app.phone.turnTo(1) }
        assertEquals(officer, runBlocking { app.phone.core().enrolled() }!!.officer)
        assertEquals(2, app.phone.stores)
    }

    @Test
    fun `two officers share a phone, and each sees whose book it is before and after it turns`() {
        signIn("Officer A", "7001")
        runBlocking { app.phone.beginBeside(from = 1) }
        runBlocking { app.phone.beginBeside(from = 1) }
        assertEquals("tapped twice, begun once", 2, app.phone.stores)
        screen.await("Sign in to your agency")
        screen.tap("Change to another book on this phone")
        screen.await("Change to the book of 7001 Officer A?")
        screen.tapLast("Cancel")
        signIn("Officer B", "7002")
        screen.activityRule.scenario.recreate()
        screen.await("Book of 7002 Officer B")
        screen.tap("More")
        screen.tap("Settings")
        screen.tap("Change to another book on this phone")
        screen.await("Change to the book of 7001 Officer A?")
        screen.tapLast("Change to it")
        screen.await("Book of 7001 Officer A")
        screen.await("No shift near now")
        assertEquals(1, app.phone.store.value)
    }

    @Test
    fun `a book that cannot be opened keeps nobody from clocking in, and the old one is tried again`() {
        signIn("Officer A", "7001")
        val log = runBlocking { app.phone.core().clockIn(WhichShift.Unassigned(null)) }.document
        val blocked = File(app.noBackupFilesDir, "officer-2").apply { writeText("no folder") }
        runBlocking { app.phone.turnTo(2) }
        screen.await("What this phone keeps cannot be read.")
        screen.await("You can clock in in a second book")
        screen.tap("Begin a second book on this phone")
        screen.await("Sign in to your agency")
        assertEquals(3 to true, app.phone.store.value to blocked.exists())
        signIn("Officer B", "7002")
        screen.activityRule.scenario.recreate()
        screen.tap("Clock in")
        screen.await("Clock in without an assignment?")
        screen.tapLast("Clock in")
        screen.await("Clocked in since")
        // The app may have looked by itself in the meantime.
        screen.waitUntil(PATIENCE_MILLIS) {
            runBlocking { app.phone.sendOthers(Occasion.ASKED) }
            app.phone.standings.value == mapOf(1 to BookStanding.Empty, 2 to BookStanding.Unread)
        }
        assertEquals(1, agency.factsOf(log).size)
        assertTrue("the one that stays shut is tried again", app.phone.mayOthersWait)
    }

    @Test
    fun `reminders follow every change, also after a store that did not open at first, and after a round that failed`() {
        signIn("Officer A", "7001")
        val blocked = File(app.noBackupFilesDir, "officer-2").apply { writeText("no folder") }
        runBlocking { app.phone.turnTo(2) }
        screen.await("What this phone keeps cannot be read.")
        blocked.delete()
        screen.tap("Try again")
        screen.await("Sign in to your agency")
        val other = signIn("Officer B", "7002")
        val first = agency.award(agency.postDetail(startsInMinutes = -10, hours = 2), other, origin = "ordered")
        val choices = app.getSharedPreferences("choices", Context.MODE_PRIVATE)
        choices.edit().putInt("reminder.told", 1).commit()
        sync()
        Thread.sleep(SETTLED_MILLIS)
        choices.edit().remove("reminder.told").commit()
        runBlocking { app.phone.core().clockIn(WhichShift.Assignment(first)) }
        val ends = schedule().first { it.assignment.id == first }.detail!!.ends
        screen.waitUntil(PATIENCE_MILLIS) { alarms.scheduledAlarms.any { it.triggerAtMs == ends + 5 * MINUTE } }
    }

    @Test
    fun `an officer who forgot to clock out is asked in nobody's words while another one has the phone`() {
        val first = signIn("Officer A", "7001")
        val assignment = agency.award(agency.postDetail(startsInMinutes = -60, hours = 2, title = "Stadium gate"), first, origin = "ordered")
        sync()
        runBlocking { app.phone.core().clockIn(WhichShift.Assignment(assignment)) }
        val ends = schedule().first { it.assignment.id == assignment }.detail!!.ends
        screen.waitUntil(PATIENCE_MILLIS) { alarms.scheduledAlarms.any { it.triggerAtMs == ends + 5 * MINUTE } }
        runBlocking { app.phone.beginBeside() }
        screen.await("Sign in to your agency")
        runBlocking { ReminderRound(app).go() }
        assertNextAlarm(ends + 5 * MINUTE)
        signIn("Officer B", "7002")
        runBlocking { ReminderRound(app).go() }
        assertNextAlarm(ends + 5 * MINUTE)

        // The clock on the wall cannot be moved here: what is kept is.
        app.choices.questions = Questions(app.choices.questions.ofBooks.mapValues { (_, of) -> of.mapValues { it.value - 130 * MINUTE } })
        runBlocking { repeat(2) { ReminderRound(app).go() } }
        val asked = notices.allNotifications.single { "Is another officer" in it.title() }
        val said = listOf(asked, asked.publicVersion).flatMap { listOf(it.title(), it.text()) }
        assertFalse("$said", said.any { "Stadium" in it || "7001" in it || "Officer A" in it })
        assertEquals("it stays while the other one works", 1, notices.allNotifications.size)

        runBlocking { app.phone.turnTo(1) }
        screen.await("Book of 7001 Officer A")
        runBlocking { app.phone.core().clockOut() }
        runBlocking { ReminderRound(app).go() }
        assertEquals(emptyList<Notification>(), notices.allNotifications)
    }

    @Test
    fun `a reminder that the owner did not allow is said as soon as it is allowed`() {
        shadowOf(app as Application).denyPermissions(Manifest.permission.POST_NOTIFICATIONS)
        val own = signIn("Officer A", "7001")
        agency.award(agency.postDetail(startsInMinutes = 30), own, origin = "ordered")
        assertEquals(ListenableWorker.Result.success(), work())
        assertEquals(emptyList<Notification>(), notices.allNotifications)
        screen.activityRule.scenario.moveToState(Lifecycle.State.STARTED)
        shadowOf(app as Application).grantPermissions(Manifest.permission.POST_NOTIFICATIONS)
        screen.activityRule.scenario.moveToState(Lifecycle.State.RESUMED)
        screen.waitUntil(PATIENCE_MILLIS) { notices.allNotifications.any { "Your shift starts" in it.title() } }
    }

    @Test
    fun `a phone whose enrolment ended is woken once more and then never again`() {
        screen.activityRule.scenario.moveToState(Lifecycle.State.CREATED)
        signIn("Officer A", "7001")
        SyncWork(app).regularly()
        assertEquals(WorkInfo.State.ENQUEUED, regular())
        regularWork()
        assertEquals(WorkInfo.State.ENQUEUED, regular())
        agency.revoke(runBlocking { app.phone.core().enrolled()!!.device })
        repeat(2) { regularWork() }
        assertEquals(WorkInfo.State.CANCELLED, regular())
        runBlocking { SyncWork(app).regularlyWhereWanted(app) }
        assertEquals(WorkInfo.State.CANCELLED, regular())
    }

    @Test
    fun `in front news comes when there is a network again, and not every minute where it is fresh`() {
        signIn("Officer A", "7001")
        fun soon() = WorkManager.getInstance(app).getWorkInfosForUniqueWork("sync.soon").get().map { it.id }
        screen.waitUntil(PATIENCE_MILLIS) { soon().isNotEmpty() }
        sync()
        WorkManager.getInstance(app).cancelUniqueWork("sync.soon").result.get()
        val before = soon()
        runBlocking { InFront(app).consider(Occasion.MINUTE) }
        Thread.sleep(SETTLED_MILLIS / 4)
        assertEquals(before, soon())
        val heard = shadowOf(app.getSystemService(ConnectivityManager::class.java)).networkCallbacks.filter { "NetworkWatch" in it.javaClass.name }
        val network = ShadowNetwork.newInstance(7)
        heard.forEach { it.onLost(network) }
        heard.forEach { it.onAvailable(network) }
        screen.waitUntil(PATIENCE_MILLIS) { soon() != before }
    }

    /** An officer whose book is the open one, with their record on the phone. */
    private fun signIn(name: String, number: String): String = agency.enterOfficer(name, number).also { entered ->
        runBlocking { app.phone.core().enrol(agency.invitationFor(entered)) }
        sync()
    }

    /** The app may be at it by itself. */
    private fun sync() = screen.waitUntil(PATIENCE_MILLIS) {
        try {
            runBlocking { app.phone.core().sync() }
            true
        } catch (_: OfficerError.Busy) {
            false
        }
    }

    private fun regular() = WorkManager.getInstance(app).getWorkInfosForUniqueWork("sync.regular").get().single().state

    private fun regularWork() {
        val worker = TestListenableWorkerBuilder<SyncWorker>(app).setTags(listOf("sync.regular")).build()
        assertEquals(ListenableWorker.Result.success(), runBlocking { worker.doWork() })
    }

    @Test
    fun `what the first officer could not send is sent from the book beside, in time of its own, and not because another one wrote`() {
        // In front it would look by itself; this is about the times that the scheduler gives.
        screen.activityRule.scenario.moveToState(Lifecycle.State.CREATED)
        runBlocking { app.phone.core().enrol(agency.invitationFor(officer)) }
        val log = runBlocking { app.phone.core().clockIn(WhichShift.Unassigned(null)) }.document
        runBlocking { app.phone.beginBeside() }
        assertTrue(app.phone.mayOthersWait)
        runBlocking { app.phone.core().enrol(agency.invitationFor(agency.enterOfficer())) }
        runBlocking { app.phone.core().clockIn(WhichShift.Unassigned(null)) }
        assertEquals(ListenableWorker.Result.success(), work())
        assertEquals("only what is in the open book", 1, agency.unassignedLogs().size)

        agency.goDown()
        others()
        assertEquals(mapOf(1 to BookStanding.Waiting(1u)), app.phone.standings.value)
        assertTrue(WorkManager.getInstance(app).getWorkInfosForUniqueWork("sync.others").get().isNotEmpty())
        agency.comeBack()
        assertEquals(mapOf(1 to BookStanding.Empty), runBlocking { app.phone.sendOthers(Occasion.ASKED) })
        assertEquals(1, agency.factsOf(log).size)
        assertFalse(app.phone.mayOthersWait)
        runBlocking { app.phone.turnTo(1) }
        assertEquals("the other one may wait, until somebody looked", emptyMap<Int, BookStanding>() to true, app.phone.standings.value to app.phone.mayOthersWait)
        assertEquals(log, runBlocking { app.phone.core().screens.runningNow() }!!.log)
        others()
        assertEquals(mapOf(2 to BookStanding.Empty), app.phone.standings.value)
    }

    @Test
    fun `urgent work names no type of service that the manifest does not declare`() = runBlocking {
        assertEquals(0, TestListenableWorkerBuilder<SyncWorker>(app).build().getForegroundInfo().foregroundServiceType)
    }

    private fun others() =
        assertEquals(ListenableWorker.Result.success(), runBlocking { TestListenableWorkerBuilder<OthersWorker>(app).build().doWork() })

    private fun work() = runBlocking { TestListenableWorkerBuilder<SyncWorker>(app).build().doWork() }

    private fun schedule() = runBlocking { app.phone.core().screens.schedule(null).items }

    private fun agencyStart(@Suppress("SameParameterValue") minutes: Int): Long =
        schedule().map { it.detail!!.starts }.first { it > System.currentTimeMillis() + (minutes - 5) * MINUTE }

    private fun assertNextAlarm(at: Long) = assertEquals(at, alarms.scheduledAlarms.minOf { it.triggerAtMs })

    private fun Notification.title() = extras.getCharSequence(Notification.EXTRA_TITLE)?.toString().orEmpty()

    private fun Notification.text() = extras.getCharSequence(Notification.EXTRA_TEXT)?.toString().orEmpty()
}
