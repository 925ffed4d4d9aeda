package detailbook.app

import androidx.activity.ComponentActivity
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.hasClickAction
import androidx.compose.ui.test.isHeading
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import androidx.compose.ui.text.TextLayoutResult
import detailbook.app.screens.Spot
import detailbook.bindings.Place
import detailbook.bindings.WhichShift
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.ParameterizedRobolectricTestRunner
import org.robolectric.annotation.Config

private const val LEAST_TOUCH_DP = 48f

/** Each page for who hears it read out, who needs large letters, and who works at night. */
@RunWith(ParameterizedRobolectricTestRunner::class)
@Config(application = PlainApp::class)
internal class EveryoneTest(private val spot: String, private val says: String, private val taps: List<String>) {
    @get:Rule(order = 0) val desk = AppDesk()

    @get:Rule(order = 1) val screen = createAndroidComposeRule<ComponentActivity>()

    @Test
    fun `everything that can be tapped has words and is large enough, and nothing is cut off in large letters`() {
        aFullDay()
        screen.show(desk.officer, if (taps.isEmpty()) Spot.valueOf(spot) else Spot.SHIFT, dark = true, letters = 2f)
        taps.forEach(screen::tap)
        screen.await(says)
        screen.photograph("large-${spot.lowercase()}")
        assertTrue("a heading", screen.onAllNodes(isHeading()).fetchSemanticsNodes().isNotEmpty())
        val tapped = screen.onAllNodes(hasClickAction()).fetchSemanticsNodes()
        assertEquals("without words", emptyList<String>(), tapped.filter { words(it).isBlank() }.map { it.toString() })
        assertEquals("too small", emptyList<String>(), tapped.filter(::isSmall).map(::words))
        assertEquals("cut off", emptyList<String>(), tapped.filter(::isCutOff).map(::words))
    }

    private fun aFullDay() {
        desk.shell.officers = 2
        val assignment = desk.awarded(title = "Resurfacing of the waterfront road")
        desk.agency.postDetail(startsInMinutes = 600, title = "Marathon, water station")
        val over = desk.agency.award(desk.agency.postDetail(startsInMinutes = -900, title = "Bridge closed"), desk.phone.officer, origin = "ordered")
        val began = desk.phone.parts.now() - 900 * 60_000
        desk.agency.rule(over, began, began + 4 * 3_600_000)
        desk.agency.write("Wear the yellow vest.")
        desk.agency.charge(desk.phone.officer, 90, "Carried over from the book of the other station.")
        val changed = desk.agency.postDetail(startsInMinutes = 1_500, title = "Regatta")
        desk.agency.award(changed, desk.phone.officer, origin = "ordered")
        desk.agency.changeOrders(changed, "Report at pier 9.")
        desk.sync()
        runBlocking {
            desk.phone.core.clockIn(WhichShift.Assignment(assignment))
            desk.phone.core.note(Place.Shift(WhichShift.Running), "All quiet.")
        }
    }

    private fun words(node: SemanticsNode): String =
        (node.config.getOrNull(SemanticsProperties.Text).orEmpty().map { it.text } + node.config.getOrNull(SemanticsProperties.ContentDescription).orEmpty() +
            listOfNotNull(node.config.getOrNull(SemanticsProperties.EditableText)?.let { "field $it" })).joinToString(" ")

    private fun isSmall(node: SemanticsNode): Boolean {
        val least = LEAST_TOUCH_DP * screen.density.density - 1
        // What is scrolled out of sight, half or whole, is not smaller for that.
        if (!isWhole(node)) return node.layoutInfo.width < least
        return node.touchBoundsInRoot.width < least || node.layoutInfo.height < least && node.touchBoundsInRoot.height < least
    }

    private fun isWhole(node: SemanticsNode): Boolean = node.boundsInRoot.height >= node.size.height

    private fun isCutOff(node: SemanticsNode): Boolean {
        val layouts = mutableListOf<TextLayoutResult>()
        node.config.getOrNull(SemanticsActions.GetTextLayoutResult)?.action?.invoke(layouts)
        return layouts.any { layout ->
            layout.didOverflowHeight || (0 until layout.lineCount).any { layout.isLineEllipsized(it) || layout.getLineRight(it) - layout.getLineLeft(it) > layout.size.width + 1 }
        }
    }

    companion object {
        @JvmStatic
        @ParameterizedRobolectricTestRunner.Parameters(name = "{0}")
        fun pages() = listOf(
            arrayOf("SHIFT", "Clock out", emptyList<String>()),
            arrayOf("PUNCHES", "Clock-in", listOf("Punches and corrections")),
            arrayOf("CORRECTION", "The time it should have been", listOf("Punches and corrections", "Correct the time")),
            arrayOf("PASS_ON", "Every officer on this detail", listOf("Resurfacing of the waterfront road", "Edit the shared text")),
            arrayOf("SHARED_NOTES", "Every officer on this detail", listOf("Resurfacing of the waterfront road", "Shared notes and photos")),
            arrayOf("SCHEDULE", "waterfront", emptyList<String>()),
            arrayOf("OFFERS", "Marathon", emptyList<String>()),
            arrayOf("MESSAGES", "yellow vest", emptyList<String>()),
            arrayOf("MORE", "Hours and pay", emptyList<String>()),
            arrayOf("NOTICES", "Please answer by", emptyList<String>()),
            arrayOf("TRADES", "No trades", emptyList<String>()),
            arrayOf("CHARGES", "Charged: 1 h 30 min", emptyList<String>()),
            arrayOf("HOURS", "Bridge closed", emptyList<String>()),
            arrayOf("SYNC", "wait to be sent", emptyList<String>()),
            arrayOf("SETTINGS", "Remind me", emptyList<String>()),
        )
    }
}
