package detailbook.officer

import detailbook.bindings.CoreOptions
import detailbook.bindings.DocumentId
import detailbook.bindings.Place
import detailbook.bindings.WhichShift
import detailbook.bindings.libraryVersions
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
            val log = fillWithFifty(phone)
            measureWrapper(phone, log)
            phone.core.close()
            measureRaw(phone, log)
            measureOpening(phone)
        }
        File(System.getProperty("bench.out") ?: error("-Dbench.out names a file")).writeText(lines.joinToString("\n", postfix = "\n"))
    }

    private suspend fun fillWithFifty(phone: TestPhone): DocumentId {
        repeat(ITEMS) { agency.postDetail(startsInMinutes = 600L + it) }
        val assignment = agency.award(agency.postDetail(), phone.officer, origin = "ordered")
        phone.core.sync()
        val log = phone.core.clockIn(WhichShift.Assignment(assignment)).document
        repeat(ITEMS) { phone.core.note(Place.Shift(WhichShift.Running), "Note $it: lane closed, cones stand.") }
        val screens = phone.core.screens
        check(screens.offers(null, limit = ITEMS).items.size == ITEMS) { "fifty offers" }
        check(screens.written(log, limit = ITEMS).items.size == ITEMS) { "fifty notes" }
        return log
    }

    private suspend fun measureWrapper(phone: TestPhone, log: DocumentId) {
        val screens = phone.core.screens
        measure("kotlin_wrapper_offers_50") { screens.offers(null, limit = ITEMS) }
        measure("kotlin_wrapper_written_50") { screens.written(log, limit = ITEMS) }
        measure("kotlin_wrapper_running") { screens.runningNow() }
        measure("kotlin_wrapper_sync_state") { screens.syncStateNow() }
    }

    private suspend fun measureRaw(phone: TestPhone, log: DocumentId) {
        val now = phone.parts.now()
        openRaw(phone).use { library ->
            measure("kotlin_raw_offers_50") { library.offers(now, null, ITEMS.toUInt()) }
            measure("kotlin_raw_written_50") { library.written(log, null, ITEMS.toUInt()) }
            measure("kotlin_raw_running") { library.running(now) }
            measure("kotlin_raw_sync_state") { library.syncState() }
            measure("kotlin_raw_empty_call") { libraryVersions() }
            library.shutDown()
        }
        measure("kotlin_raw_open_to_first_screen", rounds = 60, warmUp = 10) {
            openRaw(phone).use { library ->
                library.firstScreen(now)
                library.shutDown()
            }
        }
    }

    private suspend fun measureOpening(phone: TestPhone) = measure("kotlin_wrapper_open_to_first_screen", rounds = 60, warmUp = 10) {
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
