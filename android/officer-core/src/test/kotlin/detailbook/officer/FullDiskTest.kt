package detailbook.officer

import detailbook.bindings.Place
import detailbook.bindings.WhichShift
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.condition.EnabledOnOs
import org.junit.jupiter.api.condition.OS

/** A phone whose disk is full: a small file system of its own, in a process of its own that may mount one. */
internal class FullDiskTest : WithAgency() {
    @Test
    @EnabledOnOs(OS.LINUX)
    fun `a full disk is a typed error for a photo, still takes a punch, and loses nothing`() = story {
        val mount = Files.createTempDirectory("detailbook-full")
        try {
            assumeTrue(onSmallDisk(mount, "true").waitFor() == 0, "this machine lets nobody mount a file system of his own")
            val child = onSmallDisk(mount, *childOf(mount, agency.invitationFor(agency.enterOfficer())))
            val said = child.inputStream.bufferedReader().readLines()
            assertTrue(child.waitFor(60, TimeUnit.SECONDS))
            assertEquals(0, child.exitValue(), said.joinToString("\n"))
            val (document, written) = said.last().split(' ')
            assertEquals(written.toInt(), agency.factsOf(document).size)
            assertTrue(written.toInt() >= 3, said.joinToString("\n"))
        } finally {
            mount.toFile().deleteRecursively()
        }
    }

    private fun onSmallDisk(mount: Path, vararg words: String): Process = ProcessBuilder(
        "unshare", *asRoot, "--mount", "sh", "-c", "mount -t tmpfs -o size=6m none \"\$0\" && exec \"\$@\"", mount.toString(), *words,
    ).redirectError(ProcessBuilder.Redirect.INHERIT).start()

    // Root may mount as it is, also where nobody may have user namespaces of his own.
    private val asRoot: Array<String> get() = if (System.getProperty("user.name") == "root") emptyArray() else arrayOf("--map-root-user")

    private fun childOf(mount: Path, invitation: String): Array<String> {
        val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
        val library = "-Djna.library.path=${System.getProperty("jna.library.path")}"
        val classes = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
        return arrayOf(java, library, "-cp", classes, PhoneOnFullDisk::class.java.name, mount.toString(), invitation)
    }
}

/** What runs on the small disk. Says the shift's document and how many facts were written down. */
internal object PhoneOnFullDisk {
    @JvmStatic
    fun main(words: Array<String>): Unit = runBlocking {
        val (mount, invitation) = words
        val phone = TestPhone.over(Path.of(mount, "phone"), DesktopParts())
        phone.core.enrol(invitation)
        val shift = WhichShift.Log(phone.core.clockIn(WhichShift.Unassigned(null)).document)
        val photo = Files.createTempFile("photo", ".jpg").also { Files.write(it, ByteArray(8 shl 20)) }
        expectFull { phone.core.attach(Place.Shift(shift), photo.toString(), Pictures.PHOTO) }
        Files.delete(photo)
        fill(Path.of(mount, "other app"))
        val notes = notesUntilFull(phone, shift)
        phone.core.screens.runningNow() ?: error("the running shift is gone")
        Files.delete(Path.of(mount, "other app"))
        phone.core.clockOut()
        phone.core.sync()
        check(phone.core.screens.syncStateNow().allSynced)
        phone.core.close()
        println("${shift.v1} ${notes + 2}")
    }

    private fun fill(file: Path) {
        Files.newOutputStream(file).use { out ->
            runCatching { while (true) out.write(ByteArray(4096)) }
        }
    }

    /** Words go into the reserve that the core keeps for this, until that is used up too. */
    private suspend fun notesUntilFull(phone: TestPhone, shift: WhichShift): Int {
        repeat(10_000) { count ->
            try {
                phone.core.note(Place.Shift(shift), "n".repeat(2_000))
            } catch (_: OfficerError.StorageFull) {
                check(count > 0) { "the reserve took nothing" }
                return count
            }
        }
        error("the disk was never full")
    }

    private inline fun expectFull(call: () -> Unit) {
        try {
            call()
        } catch (_: OfficerError.StorageFull) {
            return
        }
        error("a photo larger than the disk went in")
    }
}
