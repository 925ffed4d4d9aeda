package detailbook.app

import android.os.Looper
import androidx.activity.ComponentActivity
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.ui.test.junit4.v2.createAndroidComposeRule
import detailbook.officer.PATIENCE_MILLIS
import java.util.concurrent.atomic.AtomicReference
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import org.junit.Assert.assertSame
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** The screens' tests keep the rule of a phone: what a screen does after an answer of the core, it does on the main thread. */
@RunWith(RobolectricTestRunner::class)
@Config(application = PlainApp::class)
internal class MainThreadTest {
    @get:Rule val screen = createAndroidComposeRule<ComponentActivity>()

    // Two threads that measure one screen at once end in an exception, now and then and in any test.
    @Test
    fun `an effect goes on where it began after it waited for another thread`() {
        val after = AtomicReference<Thread>()
        screen.setContent {
            LaunchedEffect(Unit) {
                withContext(Dispatchers.IO) { Thread.sleep(20) }
                after.set(Thread.currentThread())
            }
        }
        screen.waitUntil(PATIENCE_MILLIS) { after.get() != null }
        assertSame(Looper.getMainLooper().thread, after.get())
    }
}
