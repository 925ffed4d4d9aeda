package detailbook.app

import androidx.test.core.app.ApplicationProvider
import detailbook.app.keys.DeviceKeystoreKey
import detailbook.app.phone.AppPhone
import detailbook.officer.OfficerError
import java.security.ProviderException
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertThrows
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** The device's key where the keystore is out of order. */
@RunWith(RobolectricTestRunner::class)
@Config(application = PlainApp::class)
internal class DeviceKeystoreKeyTest {
    @get:Rule val keystore = DesktopKeystore()

    @Test
    fun `a keystore that does not answer costs a signature, and the next one is tried again`() {
        val key = DeviceKeystoreKey()
        DesktopKeystore.fault = ProviderException("out of order")
        assertThrows(ProviderException::class.java) { key.sign(byteArrayOf(1)) }
        DesktopKeystore.fault = null
        key.sign(byteArrayOf(1))
        assertArrayEquals(key.publicKey(), DeviceKeystoreKey().publicKey())
    }

    @Test
    fun `a secure element that fails in use is done without`() {
        DesktopKeystore.strongBoxFault = ProviderException("internal error")
        DeviceKeystoreKey().sign(byteArrayOf(1))
    }

    @Test
    fun `opening a phone over a keystore that does not answer is a typed error, and the next try opens it`() = runBlocking {
        val phone = AppPhone(ApplicationProvider.getApplicationContext())
        DesktopKeystore.fault = ProviderException("out of order")
        assertThrows(OfficerError.PhonePart::class.java) { runBlocking { phone.core() } }
        DesktopKeystore.fault = null
        phone.core().close()
    }
}
