package detailbook.app

import androidx.activity.ComponentActivity
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** The app on a phone that speaks Spanish. */
@RunWith(RobolectricTestRunner::class)
@Config(application = PlainApp::class, qualifiers = "+es-rUS")
internal class SpanishTest {
    @get:Rule(order = 0) val desk = AppDesk()

    @get:Rule(order = 1) val screen = createAndroidComposeRule<ComponentActivity>()

    @Test
    fun `an officer clocks in and out in Spanish`() {
        desk.awarded()
        screen.show(desk.officer)
        screen.tap("Fichar entrada")
        screen.await("Entrada fichada a las")
        screen.photograph("shift-spanish")
        screen.tap("Fichar salida")
        screen.await("¿Fichar la salida ahora?")
        screen.tapLast("Fichar salida")
        screen.await("Entregar el turno")
    }
}
