package detailbook.app

import android.app.Application
import android.net.ConnectivityManager
import androidx.test.core.app.ApplicationProvider
import detailbook.app.phone.NetworkWatch
import detailbook.officer.PATIENCE_MILLIS
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowNetwork

/** What the app hears of the phone's networks. */
@RunWith(RobolectricTestRunner::class)
@Config(application = PlainApp::class)
internal class NetworkWatchTest {
    private val app = ApplicationProvider.getApplicationContext<Application>()
    private val network = ShadowNetwork.newInstance(7)

    @Test
    fun `a network that comes after there was none is told once, and nobody listens on when nobody asks`() = runBlocking {
        val heard = shadowOf(app.getSystemService(ConnectivityManager::class.java))
        val returns = AtomicInteger()
        val watching = launch(Dispatchers.Default) { NetworkWatch(app).returns.collect { returns.incrementAndGet() } }
        until { heard.networkCallbacks.isNotEmpty() }
        val callback = heard.networkCallbacks.single()
        callback.onAvailable(network)
        delay(50)
        assertEquals("it was there", 0, returns.get())
        callback.onLost(network)
        callback.onAvailable(network)
        callback.onAvailable(network)
        until { returns.get() > 0 }
        delay(50)
        assertEquals(1, returns.get())
        watching.cancelAndJoin()
        assertEquals(0, heard.networkCallbacks.size)
    }

    private suspend fun until(condition: () -> Boolean) = withTimeout(PATIENCE_MILLIS) { while (!condition()) delay(5) }
}
