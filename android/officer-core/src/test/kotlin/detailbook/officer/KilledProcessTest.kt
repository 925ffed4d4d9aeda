package detailbook.officer

import detailbook.bindings.WhichShift
import java.nio.file.Files
import java.nio.file.Path
import java.security.KeyFactory
import java.security.KeyPair
import java.security.spec.PKCS8EncodedKeySpec
import java.security.spec.X509EncodedKeySpec
import java.util.Base64
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** A process that is killed in the middle of an exchange: the worst moment, when the server has done its work and the phone cannot know. */
internal class KilledProcessTest {
    @Test
    fun `a process killed mid-sync loses nothing and doubles nothing`() = story {
        Line().use { line ->
            Agency.open(line).use { agency ->
                val keys = newKeys()
                val phone = TestPhone.over(Files.createTempDirectory("detailbook-phone"), DesktopParts(keys))
                phone.core.enrol(agency.invitationFor(agency.enterOfficer()))
                phone.core.close()

                line.holdAnswers()
                val child = childPhone(phone.folder, keys)
                val document = child.inputStream.bufferedReader().readLine()
                line.awaitHeldAnswer()
                assertEquals(1, agency.factsOf(document).size, "the server has taken the punch")
                child.destroyForcibly()
                assertTrue(child.waitFor(20, TimeUnit.SECONDS))
                assertEquals(SIGKILLED, child.exitValue())

                line.letAnswersThrough()
                TestPhone.over(phone.folder, phone.parts).use { again ->
                    assertEquals(document, again.core.screens.runningNow()?.log)
                    assertEquals(1uL, again.core.screens.syncStateNow().factsWaiting)
                    again.core.clockOut()
                    again.core.sync()
                    assertTrue(again.core.screens.syncStateNow().allSynced)
                    assertEquals(listOf("verified", "verified"), agency.factsOf(document).map { it.text("verification") })
                }
            }
        }
    }

    private fun childPhone(folder: Path, keys: KeyPair): Process {
        val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
        val library = "-Djna.library.path=${System.getProperty("jna.library.path")}"
        val (public, private) = listOf(keys.public, keys.private).map { Base64.getEncoder().encodeToString(it.encoded) }
        val classes = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
        return ProcessBuilder(java, library, "-cp", classes, ChildPhone::class.java.name, folder.toString(), public, private)
            .redirectError(ProcessBuilder.Redirect.INHERIT).start()
    }

    private companion object {
        const val SIGKILLED = 137
    }
}

/** What the killed process runs: clocks in, says so, and syncs until it is killed. */
internal object ChildPhone {
    @JvmStatic
    fun main(words: Array<String>): Unit = runBlocking {
        val (folder, public, private) = words
        val phone = TestPhone.over(Path.of(folder), DesktopParts(keys(public, private)))
        println(phone.core.clockIn(WhichShift.Unassigned(null)).document)
        phone.core.sync()
        error("the exchange ended, and it was to be killed before")
    }

    private fun keys(public: String, private: String): KeyPair {
        val (factory, base64) = KeyFactory.getInstance("EC") to Base64.getDecoder()
        return KeyPair(
            factory.generatePublic(X509EncodedKeySpec(base64.decode(public))),
            factory.generatePrivate(PKCS8EncodedKeySpec(base64.decode(private))),
        )
    }
}
