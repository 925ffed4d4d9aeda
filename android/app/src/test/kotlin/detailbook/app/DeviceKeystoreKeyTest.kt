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
    fun `a keystore that does not answer for a while has no other key made in the place of the one there is`() {
        val enrolled = DeviceKeystoreKey().publicKey()
        DesktopKeystore.fault = ProviderException("busy")
        val started = DeviceKeystoreKey()
        assertThrows(ProviderException::class.java) { started.publicKey() }
        DesktopKeystore.fault = null
        assertArrayEquals(enrolled, started.publicKey())
        assertArrayEquals(enrolled, DeviceKeystoreKey().publicKey())
    }

    @Test
    fun `a secure element that fails in use is done without`() {
        DesktopKeystore.strongBoxFault = ProviderException("internal error")
        DeviceKeystoreKey().sign(byteArrayOf(1))
    }

    @Test
    fun `an app opens over a keystore that does not answer, and what needs the key is a typed error`() = runBlocking {
        DesktopKeystore.fault = ProviderException("out of order")
        val core = AppPhone(ApplicationProvider.getApplicationContext()).core()
        val invitation = "detailbook:${"A".repeat(26)}.${"A".repeat(52)}@http://127.0.0.1:1"
        assertThrows(OfficerError.PhonePart::class.java) { runBlocking { core.enrol(invitation) } }
        core.close()
    }
}
