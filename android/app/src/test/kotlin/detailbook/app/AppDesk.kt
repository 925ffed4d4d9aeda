package detailbook.app

import android.app.Application
import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Paint
import androidx.activity.ComponentActivity
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.test.SemanticsNodeInteraction
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.hasContentDescription
import androidx.compose.ui.test.hasScrollToNodeAction
import androidx.compose.ui.test.hasSetTextAction
import androidx.compose.ui.test.hasText
import androidx.compose.ui.test.isEnabled
import androidx.compose.ui.test.junit4.AndroidComposeTestRule
import androidx.compose.ui.test.onFirst
import androidx.compose.ui.test.onLast
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performScrollToNode
import androidx.compose.ui.test.performScrollToIndex
import androidx.compose.ui.test.performSemanticsAction
import androidx.compose.ui.test.performTextInput
import androidx.compose.ui.test.performTextReplacement
import androidx.compose.ui.unit.Density
import androidx.test.ext.junit.rules.ActivityScenarioRule
import detailbook.app.look.DetailbookTheme
import detailbook.app.screens.Officer
import detailbook.app.screens.PlaceRight
import detailbook.app.screens.Root
import detailbook.app.screens.Shell
import detailbook.app.screens.Spot
import detailbook.officer.Agency
import detailbook.officer.BookOwner
import detailbook.officer.BookStanding
import detailbook.officer.PATIENCE_MILLIS
import detailbook.officer.ReminderWishes
import detailbook.officer.TestPhone
import java.io.ByteArrayOutputStream
import java.io.File
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.runBlocking
import org.junit.rules.ExternalResource

internal typealias Screen = AndroidComposeTestRule<out ActivityScenarioRule<out ComponentActivity>, out ComponentActivity>

/** A real agency with a real server, and a phone whose core is the real library. */
internal class AppDesk : ExternalResource() {
    lateinit var agency: Agency
    lateinit var phone: TestPhone
    lateinit var shell: DesktopShell
    lateinit var officer: Officer
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)

    override fun before() = runBlocking {
        agency = Agency.open()
        use(TestPhone.enrolled(agency))
    }

    override fun after() {
        scope.cancel()
        phone.close()
        agency.close()
    }

    /** From now on screens are over this phone. */
    fun use(other: TestPhone) {
        phone = other
        shell = DesktopShell(other)
        officer = Officer(other.core, shell, scope)
    }

    fun sync() = runBlocking { phone.core.sync() }

    /** Orders a detail for this officer and brings it to the phone. */
    fun awarded(startsInMinutes: Long = -10, title: String = "Road works"): String {
        val assignment = agency.award(agency.postDetail(startsInMinutes, title = title), phone.officer, origin = "ordered")
        sync()
        return assignment
    }
}

/** The phone around the screens, on a desktop. */
internal class DesktopShell(private val phone: TestPhone) : Shell {
    @Volatile var syncsAsked = 0
    @Volatile var listens = false
    override var reminders = ReminderWishes()
    override var place = PlaceRight.PRECISE
    override var alarmsAreExact = true
    override var mayNotify = true

    override fun now() = phone.parts.now()

    override fun syncSoon() {
        syncsAsked += 1
    }

    override val others = MutableStateFlow(emptyMap<Int, BookStanding>())

    @Volatile var othersAsked = 0

    override fun sendOthers() {
        othersAsked += 1
    }

    override fun listenForPlace() {
        listens = true
    }

    override fun restFromPlace() {
        listens = false
    }

    override fun enrolled() {
        syncsAsked += 1
    }

    override var officers = 1

    override fun beginBeside() {
        officers += 1
    }

    override var book = 1

    var next: BookOwner? = null

    override suspend fun nextOwner() = next

    val turnedTo = CopyOnWriteArrayList<Int>()

    override fun turnTo(book: Int) {
        turnedTo += book
    }
}

/** Shows the app, by day or night, with letters as large as the owner set them. */
internal fun Screen.show(officer: Officer, first: Spot = Spot.SHIFT, dark: Boolean = false, letters: Float = 1f) = setContent {
    val density = LocalDensity.current
    CompositionLocalProvider(LocalDensity provides Density(density.density, letters)) {
        DetailbookTheme(dark) { Root(officer, first) }
    }
}

/** Waits until that stands on screen. The core answers on threads of its own. */
internal fun Screen.await(text: String): SemanticsNodeInteraction {
    val says = hasText(text, substring = true)
    waitUntil("\"$text\" on screen", PATIENCE_MILLIS) { onAllNodes(says).fetchSemanticsNodes().isNotEmpty() || scrolledTo(says) }
    return onAllNodes(says).onFirst()
}

private fun Screen.scrolledTo(matcher: SemanticsMatcher): Boolean =
    runCatching { onAllNodes(hasScrollToNodeAction()).onFirst().performScrollToNode(matcher) }.isSuccess

/** Taps what says that. */
internal fun Screen.tap(text: String) {
    await(text)
    waitUntil("\"$text\" can be tapped", PATIENCE_MILLIS) { onAllNodes(hasText(text) and isEnabled()).fetchSemanticsNodes().isNotEmpty() }
    onAllNodes(hasText(text) and isEnabled()).onFirst().press()
}

/** Taps the last that says that: the one of a dialog, which stands over the page. */
internal fun Screen.tapLast(text: String) {
    await(text)
    onAllNodes(hasText(text)).onLast().press()
}

// Acts on the thing, as TalkBack does, and not on the spot where it was: what is drawn meanwhile may move it.
private fun SemanticsNodeInteraction.press() {
    runCatching { performScrollTo() }
    performSemanticsAction(SemanticsActions.OnClick)
}

/** Taps twice what says that, before anything can be drawn in between. */
internal fun Screen.tapTwice(text: String) {
    await(text)
    val tap = onAllNodes(hasText(text) and isEnabled()).onLast().fetchSemanticsNode().config[SemanticsActions.OnClick].action!!
    runOnUiThread { repeat(2) { tap() } }
}

/** Types into the field on screen; into that of a dialog where there is one. */
internal fun Screen.type(text: String) = onAllNodes(hasSetTextAction()).onLast().performTextInput(text)

/** Types in place of what stood there. */
internal fun Screen.replace(text: String) = onAllNodes(hasSetTextAction()).onLast().performTextReplacement(text)

/** Taps what says that among other things. */
internal fun Screen.tapPart(text: String) {
    await(text).performClick()
}

/** Back to the beginning of the page. */
internal fun Screen.scrollUp() {
    onAllNodes(hasScrollToNodeAction()).onFirst().performScrollToIndex(0)
}

/** Is there something on screen that is read out so? */
internal fun Screen.described(text: String): Boolean =
    onAllNodes(hasContentDescription(text, substring = true)).fetchSemanticsNodes().isNotEmpty()

/** A small JPEG. */
internal fun picture(): ByteArray = ByteArrayOutputStream().also { out ->
    val bitmap = Bitmap.createBitmap(640, 360, Bitmap.Config.ARGB_8888).apply { eraseColor(0xFF6B7F94.toInt()) }
    Canvas(bitmap).drawRect(0f, 220f, 640f, 360f, Paint().apply { color = 0xFF3C444D.toInt() })
    bitmap.compress(Bitmap.CompressFormat.JPEG, 85, out)
}.toByteArray()

/** Draws what is on screen into a PNG. */
internal fun Screen.photograph(name: String) {
    waitForIdle()
    runOnUiThread {
        val view = activity.window.decorView
        val bitmap = Bitmap.createBitmap(view.width, view.height, Bitmap.Config.ARGB_8888)
        view.draw(Canvas(bitmap))
        File(System.getProperty("screenshots")!!, "$name.png").outputStream().use { bitmap.compress(Bitmap.CompressFormat.PNG, 100, it) }
    }
}

/** Stands in for the app's own, which would open the Keystore. */
internal class PlainApp : Application()
