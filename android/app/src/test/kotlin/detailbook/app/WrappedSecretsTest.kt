package detailbook.app

import detailbook.app.keys.WrappedSecrets
import detailbook.app.keys.WrappingKey
import javax.crypto.AEADBadTagException
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

/** Secrets on disk, wrapped by a key. */
class WrappedSecretsTest {
    @get:Rule val folder = TemporaryFolder()

    private class Kept(var key: SecretKey? = null) : WrappingKey {
        override fun find() = key

        override fun make() = KeyGenerator.getInstance("AES").apply { init(256) }.generateKey().also { key = it }!!
    }

    private val key = Kept()
    private val secrets by lazy { WrappedSecrets(folder.root, key) }

    @Test
    fun `a secret is read as it was written, and the newest one`() {
        assertNull(secrets.read("store key"))
        secrets.write("store key", byteArrayOf(1, 2, 3))
        secrets.write("store key", ByteArray(32) { 7 })
        secrets.write("other", byteArrayOf(9))
        assertArrayEquals(ByteArray(32) { 7 }, secrets.read("store key"))
        assertArrayEquals(byteArrayOf(9), WrappedSecrets(folder.root, key).read("other"))
    }

    @Test
    fun `where the wrapping key is gone the secret is, and no fresh key is made to hide it`() {
        secrets.write("store key", byteArrayOf(1))
        key.key = null
        assertNull(secrets.read("store key"))
        assertNull(key.key)
        secrets.write("store key", byteArrayOf(2))
        assertArrayEquals(byteArrayOf(2), secrets.read("store key"))
    }

    @Test
    fun `nothing of it stands on disk, and no name leads out of the folder`() {
        secrets.write("../../store key", "not to be seen".encodeToByteArray())
        val files = folder.root.walk().filter { it.isFile }.toList()
        assertEquals(1, files.size)
        assertEquals(false, "not to be seen" in files.single().readBytes().decodeToString())
    }

    @Test
    fun `a secret that was changed or stands under another name is not given out`() {
        secrets.write("a", byteArrayOf(1))
        val file = folder.root.listFiles()!!.single()
        file.copyTo(folder.root.resolve("62"))
        assertThrows(AEADBadTagException::class.java) { secrets.read("b") }
        file.writeBytes(file.readBytes().also { it[it.size - 1] = (it.last() + 1).toByte() })
        assertThrows(AEADBadTagException::class.java) { secrets.read("a") }
    }
}
