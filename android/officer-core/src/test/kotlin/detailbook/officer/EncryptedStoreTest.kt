package detailbook.officer

import detailbook.bindings.FactKind
import detailbook.bindings.Place
import detailbook.bindings.WhichShift
import detailbook.bindings.libraryVersions
import java.nio.file.Files
import java.nio.file.Path
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Tag
import org.junit.jupiter.api.Test

private const val WORDS = "Neighbour at 12 complains."

/** What the app ships: a store that is encrypted under a key in the phone's secure storage. Needs a library that was built for it. */
@Tag("encrypted")
internal class EncryptedStoreTest : WithAgency() {
    @Test
    fun `an officer enrols, punches, and finds everything again under the key that secure storage keeps`() = story {
        assertTrue(libraryVersions().encrypted, "the library is the plain one")
        val phone = phone()
        val log = phone.core.clockIn(WhichShift.Unassigned(null)).document
        phone.core.note(Place.Shift(WhichShift.Log(log)), WORDS)
        phone.core.close()
        assertTrue(phone.parts.secrets.isNotEmpty(), "the key is in secure storage")
        reopened(phone).use { again ->
            again.core.clockOut()
            again.core.suspend()
            again.core.resume()
            again.core.sync()
            assertEquals(3, agency.factsOf(log).size)
            assertTrue(again.core.screens.syncStateNow().allSynced)
        }
    }

    @Test
    fun `nothing readable is on the disk`() = story {
        phone().use { phone ->
            phone.core.note(Place.Shift(WhichShift.Unassigned(null)), WORDS)
            val files = files(phone.folder).filter { "phone.db" in it.fileName.toString() }
            assertTrue(files.isNotEmpty())
            for (file in files) assertFalse(isReadable(Files.readAllBytes(file)), "$file")
        }
    }

    @Test
    fun `another key, a key that is gone and a storage that does not answer are typed errors, and nothing is lost`() = story {
        val phone = phone()
        val log = phone.core.clockIn(WhichShift.Unassigned(null)).document
        phone.core.close()
        val (kept, before) = HashMap(phone.parts.secrets) to names(phone.folder)
        suspend fun refused() = assertThrowsTyped<OfficerError> { reopened(phone) }
        for (secret in kept.keys) phone.parts.secrets[secret] = ByteArray(32) { 7 }
        assertEquals(OfficerError.StoreUnusable::class to "wrong_key", refused().let { it::class to it.code })
        phone.parts.secrets.clear()
        assertEquals(OfficerError.StoreUnusable::class to "store_key_gone", refused().let { it::class to it.code })
        assertTrue(phone.parts.secrets.isEmpty(), "no new key was drawn over a store that is there")
        phone.parts.secretsWork = false
        assertEquals(OfficerError.PhonePart::class, refused()::class)
        phone.parts.secretsWork = true
        phone.parts.secrets.putAll(kept)
        assertEquals(before, names(phone.folder), "nothing was set aside")
        reopened(phone).use { again ->
            assertEquals(FactKind.In, again.core.screens.facts(log).single().kind)
            again.core.clockOut()
            again.core.sync()
            assertEquals(2, agency.factsOf(log).size)
        }
    }

    private suspend fun reopened(phone: TestPhone) = TestPhone.over(phone.folder, phone.parts)

    private fun files(folder: Path): List<Path> = Files.walk(folder).use { found -> found.filter(Files::isRegularFile).toList() }

    private fun names(folder: Path) = files(folder).map { it.fileName.toString() }.filterNot { it.endsWith("-wal") || it.endsWith("-shm") }.toSet()

    private fun isReadable(bytes: ByteArray): Boolean {
        val text = String(bytes, Charsets.ISO_8859_1)
        return WORDS in text || text.startsWith("SQLite format 3")
    }
}
