package detailbook.officer

import detailbook.bindings.Place
import detailbook.bindings.WhichShift
import java.nio.file.Files
import java.nio.file.Path
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.condition.EnabledOnOs
import org.junit.jupiter.api.condition.OS

/** Memory of both sides over ten thousand calls that carry kilobytes, fail, and call back. */
internal class TenThousandCallsTest : WithAgency() {
    @Test
    @EnabledOnOs(OS.LINUX)
    fun `ten thousand calls leave no memory behind`() = story {
        phone().use { phone ->
            val shift = WhichShift.Log(phone.core.clockIn(WhichShift.Unassigned(null)).document)
            repeat(4) { phone.core.note(Place.Shift(shift), "n".repeat(4_000)) }
            calls(phone, shift.v1, WARM_UP)
            val grown = List(2) { grownKilobytes { calls(phone, shift.v1, HALF) } }
            // The JVM grows too, by fits and starts, as it compiles; what leaks grows in both halves. One answer or one text in four calls
            // that stayed behind would be 20 MB a half.
            assertTrue(grown.min() < 8_000, "grew by $grown KB")
        }
    }

    private inline fun grownKilobytes(work: () -> Unit): Long {
        val before = residentKilobytes()
        work()
        return residentKilobytes() - before
    }

    private suspend fun calls(phone: TestPhone, document: String, count: Int) = repeat(count) { call ->
        when (call % 4) {
            0 -> phone.core.screens.written(document)
            1 -> phone.core.screens.runningNow()
            2 -> assertThrowsTyped<OfficerError.Invalid> { phone.core.apply("no id, and long: ${"x".repeat(16_000)}") }
            else -> phone.core.screens.facts(document)
        }
    }

    private fun residentKilobytes(): Long {
        repeat(3) {
            System.gc()
            Thread.sleep(200)
        }
        val line = Files.readAllLines(Path.of("/proc/self/status")).first { it.startsWith("VmRSS:") }
        return line.filter { it.isDigit() }.toLong()
    }

    private companion object {
        const val WARM_UP = 2_000
        const val HALF = 5_000
    }
}
