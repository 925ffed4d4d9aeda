package detailbook.officer

import detailbook.bindings.Place
import detailbook.bindings.WhichShift
import java.nio.file.Files
import java.nio.file.Path
import java.security.KeyFactory
import java.security.KeyPair
import java.security.spec.PKCS8EncodedKeySpec
import java.security.spec.X509EncodedKeySpec
import java.util.Base64
import java.util.concurrent.TimeUnit
import kotlin.random.Random
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** A process that is killed in the middle of an exchange, at the worst moments there are. */
internal class KilledProcessTest {
    @Test
    fun `a process killed before its request has reached the server loses nothing and doubles nothing`() = withClosedPhone {
        line.holdRequests()
        val child = childPhone(CLOCKS_IN)
        val document = child.inputStream.bufferedReader().readLine()
        line.awaitHeldRequest()
        assertEquals(emptyList<Any>(), agency.unassignedLogs(), "the server knows nothing of it")
        kill(child)
        expectWhole(document)
    }

    @Test
    fun `a process killed mid-sync loses nothing and doubles nothing`() = withClosedPhone {
        line.holdAnswers()
        val child = childPhone(CLOCKS_IN)
        val document = child.inputStream.bufferedReader().readLine()
        line.awaitHeldAnswer()
        assertEquals(1, agency.factsOf(document).size, "the server has taken the punch, and the phone cannot know")
        kill(child)
        expectWhole(document)
    }

    @Test
    fun `a process killed again and again after an answer came, however far it has taken that in, loses nothing and doubles nothing`() = withClosedPhone {
        val document = opened { it.core.clockIn(WhichShift.Unassigned(null)).document }
        val moments = Random(SEED)
        val told = mutableListOf<String>()
        repeat(KILLS) {
            // Taking an answer in is milliseconds of work: some of these moments lie in it, some behind it.
            val (answers, millis) = moments.nextInt(1, 6) to moments.nextLong(30)
            line.countAnswers()
            val child = childPhone(WRITES_ON)
            repeat(answers) { line.awaitAnswer() }
            delay(millis)
            told += kill(child)
            val kept = opened { phone -> phone.core.screens.allFacts(document).map { it.fact } }
            assertTrue(kept.containsAll(told), "after $answers answers and $millis ms the phone lacks ${told - kept.toSet()}")
        }
        assertTrue(told.size >= KILLS, "it wrote only $told")
        opened { phone ->
            syncWhole(phone)
            val kept = phone.core.screens.allFacts(document).map { it.fact }
            val arrived = agency.factsOf(document)
            assertEquals(kept.sorted(), arrived.map { it.text("id") }.sorted())
            assertEquals(setOf("verified"), arrived.map { it.text("verification") }.toSet())
        }
    }

    /** A phone of an agency's that no process has open, and the line between the two. */
    private class ClosedPhone(val line: Line, val agency: Agency, val folder: Path, val keys: KeyPair) {
        suspend fun <T> opened(work: suspend (TestPhone) -> T): T {
            val phone = TestPhone.over(folder, DesktopParts(keys))
            return try {
                work(phone)
            } finally {
                phone.core.close()
            }
        }

        /** The clock-in is there and waits, what follows it is taken, and the agency has both, once. */
        suspend fun expectWhole(document: String) {
            line.letThrough()
            opened { again ->
                assertEquals(document, again.core.screens.runningNow()?.log)
                assertEquals(1uL, again.core.screens.syncStateNow().factsWaiting)
                again.core.clockOut()
                syncWhole(again)
                assertEquals(listOf("verified", "verified"), agency.factsOf(document).map { it.text("verification") })
            }
        }

        suspend fun syncWhole(phone: TestPhone) {
            phone.core.sync()
            assertTrue(phone.core.screens.syncStateNow().allSynced)
        }
    }

    private fun withClosedPhone(tell: suspend ClosedPhone.() -> Unit) = story {
        Line().use { line ->
            Agency.open(line).use { agency ->
                val closed = ClosedPhone(line, agency, Files.createTempDirectory("detailbook-phone"), newKeys())
                closed.opened { it.core.enrol(agency.invitationFor(agency.enterOfficer())) }
                closed.tell()
                closed.folder.toFile().deleteRecursively()
            }
        }
    }

    /** What it had said that nobody had read yet, in whole lines: the last one may have been cut. */
    private fun kill(child: Process): List<String> {
        // By its handle: the process itself would close what it said.
        child.toHandle().destroyForcibly()
        val said = child.inputStream.bufferedReader().readText()
        assertTrue(child.waitFor(20, TimeUnit.SECONDS))
        assertEquals(SIGKILLED, child.exitValue())
        return said.substringBeforeLast('\n', "").lines().filter { it.isNotEmpty() }
    }

    private fun ClosedPhone.childPhone(does: String): Process {
        val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
        val library = "-Djna.library.path=${System.getProperty("jna.library.path")}"
        val (public, private) = listOf(keys.public, keys.private).map { Base64.getEncoder().encodeToString(it.encoded) }
        val classes = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
        return ProcessBuilder(java, library, "-cp", classes, ChildPhone::class.java.name, does, folder.toString(), public, private)
            .redirectError(ProcessBuilder.Redirect.INHERIT).start()
    }

    private companion object {
        const val SIGKILLED = 137

        /** The moments are drawn once, so that every run has the same ones as far as a machine's speed lets it. */
        const val SEED = 20261124
        const val KILLS = 10
    }
}

/** What a process that is to be killed does. */
private const val CLOCKS_IN = "clocks in"
private const val WRITES_ON = "writes on"

/** What the killed process runs. It says what it has written down, once it was acknowledged. */
internal object ChildPhone {
    @JvmStatic
    fun main(words: Array<String>): Unit = runBlocking {
        val (does, folder, public, private) = words
        val phone = TestPhone.over(Path.of(folder), DesktopParts(keys(public, private)))
        if (does == WRITES_ON) writeOn(phone) else clockIn(phone)
    }

    private suspend fun clockIn(phone: TestPhone) {
        println(phone.core.clockIn(WhichShift.Unassigned(null)).document)
        phone.core.sync()
        error("the exchange ended, and it was to be killed before")
    }

    private suspend fun writeOn(phone: TestPhone) {
        while (true) {
            println(phone.core.note(Place.Shift(WhichShift.Running), "All quiet.").fact)
            phone.core.sync()
        }
    }

    private fun keys(public: String, private: String): KeyPair {
        val (factory, base64) = KeyFactory.getInstance("EC") to Base64.getDecoder()
        return KeyPair(
            factory.generatePublic(X509EncodedKeySpec(base64.decode(public))),
            factory.generatePrivate(PKCS8EncodedKeySpec(base64.decode(private))),
        )
    }
}
