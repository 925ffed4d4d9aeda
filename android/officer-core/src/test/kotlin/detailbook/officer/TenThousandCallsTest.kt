package detailbook.officer

import detailbook.bindings.Place
import detailbook.bindings.WhichShift
import java.nio.file.Files
import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.condition.EnabledOnOs
import org.junit.jupiter.api.condition.OS

/** Memory of both sides over ten thousand calls that carry kilobytes, fail, and call back. */
internal class TenThousandCallsTest : WithAgency() {
    @Test
    @EnabledOnOs(OS.LINUX)
    fun `ten thousand calls leave no memory behind`() = runBlocking {
        phone().use { phone ->
            val shift = WhichShift.Log(phone.core.clockIn(WhichShift.Unassigned(null)).document)
            phone.core.note(Place.Shift(shift), "n".repeat(4_000))
            // The heap's own growth and the code that gets compiled belong to the warm-up.
            calls(phone, shift.v1, 3_000)
            val before = residentKilobytes()
            calls(phone, shift.v1, 10_000)
            val grown = residentKilobytes() - before
            // A note of 4 KB that stayed behind once in four calls would be 10 MB, a view of the shift's facts as much again.
            assertTrue(grown < 8_000, "grew by $grown KB")
        }
    }

    private suspend fun calls(phone: TestPhone, document: String, count: Int) = repeat(count) { call ->
        when (call % 4) {
            0 -> phone.core.screens.written(document)
            1 -> phone.core.screens.runningNow()
            2 -> assertThrowsTyped<OfficerError.Invalid> { phone.core.apply("no id, and long: ${"x".repeat(2_000)}") }
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
}
