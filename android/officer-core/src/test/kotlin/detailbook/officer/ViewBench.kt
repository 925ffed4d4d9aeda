package detailbook.officer

import detailbook.bindings.CoreOptions
import detailbook.bindings.WhichShift
import java.io.File
import kotlinx.coroutines.flow.filterNotNull
import kotlinx.coroutines.flow.first
import org.junit.jupiter.api.Test
import detailbook.bindings.OfficerCore as Library

/**
 * How long views take over the border, through the wrapper and without it. No name that the suite looks for, so that only scripts/bench-kotlin runs it:
 * it measures and asserts nothing. Medians; one line each of name, value and unit, in the file that -Dbench.out names.
 */
internal class ViewBench : WithAgency() {
    private val lines = mutableListOf<String>()

    @Test
    fun `views of fifty items`() = story {
        phone().use { phone ->
            fillWithFifty(phone)
            measureWrapper(phone)
            phone.core.close()
            measureRaw(phone)
            measureOpening(phone)
        }
        File(System.getProperty("bench.out") ?: error("-Dbench.out names a file")).writeText(lines.joinToString("\n", postfix = "\n"))
    }

    private suspend fun fillWithFifty(phone: TestPhone) {
        repeat(ITEMS) { agency.postDetail(startsInMinutes = 600L + it) }
        repeat(ITEMS) { agency.award(agency.postDetail(startsInMinutes = 3_000L + 300 * it), phone.officer, origin = "ordered") }
        phone.core.sync()
        phone.core.clockIn(WhichShift.Unassigned(null))
        check(phone.core.screens.offers(null).items.size == ITEMS && phone.core.screens.schedule(null).items.size == ITEMS)
    }

    private suspend fun measureWrapper(phone: TestPhone) {
        val screens = phone.core.screens
        measure("kotlin wrapper offers of 50") { screens.offers(null) }
        measure("kotlin wrapper schedule of 50") { screens.schedule(null) }
        measure("kotlin wrapper running shift") { screens.runningNow() }
        measure("kotlin wrapper sync state") { screens.syncStateNow() }
    }

    private suspend fun measureRaw(phone: TestPhone) = openRaw(phone).use { library ->
        val now = phone.parts.now()
        measure("kotlin binding offers of 50") { library.offers(now, null, ITEMS.toUInt()) }
        measure("kotlin binding schedule of 50") { library.schedule(now, null, ITEMS.toUInt()) }
        measure("kotlin binding running shift") { library.running(now) }
        measure("kotlin binding sync state") { library.syncState() }
        library.shutDown()
    }

    private suspend fun measureOpening(phone: TestPhone) = measure("kotlin cold open to first view", rounds = 60, warmUp = 10) {
        val core = OfficerCore.open(phone.folder.toString(), "test phone", phone.parts.asParts())
        core.screens.first.filterNotNull().first()
        core.close()
    }

    private fun openRaw(phone: TestPhone): Library {
        val parts = phone.parts.asParts()
        return Library.open(CoreOptions(phone.folder.toString(), "test phone"), KeyOf(parts.signer), StorageOf(parts.secrets), ClockOf(parts.clock), null, null)
    }

    private suspend fun measure(name: String, rounds: Int = 2_000, warmUp: Int = 1_000, work: suspend () -> Unit) {
        repeat(warmUp) { work() }
        val times = LongArray(rounds) {
            val began = System.nanoTime()
            work()
            System.nanoTime() - began
        }
        times.sort()
        lines += "$name\t${"%.1f".format(java.util.Locale.ROOT, times[rounds / 2] / NANOS_PER_MICRO)}\tus"
    }

    private companion object {
        const val ITEMS = 50
        const val NANOS_PER_MICRO = 1_000.0
    }
}
