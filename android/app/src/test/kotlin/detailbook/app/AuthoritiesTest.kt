package detailbook.app

import android.content.Context
import androidx.test.core.app.ApplicationProvider
import detailbook.app.phone.ownAuthorities
import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** What an agency built into the app that its phones are to trust. The app of the tests was built with one certificate, beside another file. */
@RunWith(RobolectricTestRunner::class)
@Config(application = PlainApp::class)
internal class AuthoritiesTest {
    @Test
    fun `certificates of an agency's own authorities are read from what the app was built with`() {
        val found = ownAuthorities(ApplicationProvider.getApplicationContext<Context>().assets)
        assertEquals(listOf(File("core/fixtures/tls/authority.der").readBytes().toList()), found.map { it.toList() })
    }
}
