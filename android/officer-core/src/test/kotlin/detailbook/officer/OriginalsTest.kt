package detailbook.officer

import detailbook.bindings.Place
import detailbook.bindings.WhichShift
import java.io.File
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Files that an ended app left behind. */
internal class OriginalsTest : WithAgency() {
    @Test
    fun `a file is known again by what it holds, whatever it is called, once the core has its own copy`() = story {
        phone().use { phone ->
            val photo = File(phone.folder.toFile(), "photo.jpg").apply { writeBytes(ByteArray(200_000) { it.toByte() }) }
            assertFalse(phone.core.screens.hasTakenIn(photo))
            phone.core.attach(Place.Shift(WhichShift.Unassigned(null)), photo.path, Pictures.PHOTO)
            assertTrue(phone.core.screens.hasTakenIn(photo.copyTo(File(phone.folder.toFile(), "again.jpg"))))
            photo.appendBytes(byteArrayOf(1))
            assertFalse(phone.core.screens.hasTakenIn(photo))
        }
    }

    @Test
    fun `a hash is written as the library writes it`() {
        val file = File.createTempFile("original", "").apply { writeText("abc") }
        assertEquals("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", hashOf(file))
        file.delete()
    }
}
