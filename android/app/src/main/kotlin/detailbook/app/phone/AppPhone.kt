package detailbook.app.phone

import android.content.Context
import android.os.Build
import detailbook.app.keys.WrappedSecrets
import detailbook.app.keys.DeviceKeystoreKey
import detailbook.officer.OfficerCore
import detailbook.officer.OfficerError
import detailbook.officer.PhoneParts
import java.io.File
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext

/**
 * The one core of this process: opened when it is first asked for, by a screen, a worker or an alarm, and kept. Each officer who uses this phone has
 * a store of his own, with a key of its own; one is open at a time, and none is ever deleted.
 */
class AppPhone(private val context: Context, private val choices: Choices = Choices(context)) {
    private val opening = Mutex()
    private var opened: OfficerCore? = null
    private val chosen = MutableStateFlow(choices.store)

    /** Which store is the one to open. Another one means another core. */
    val store: StateFlow<Int> = chosen.asStateFlow()

    /** How many stores there are. */
    val stores: Int get() = generateSequence(1) { it + 1 }.takeWhile { folder(it).exists() }.count()

    /** Where the phone is. */
    val fixes = AndroidFixes(context)

    /** The phone's clocks. */
    val clock = AndroidClock(context.contentResolver)

    /** The core. Fails with an [OfficerError]; the next call tries again. */
    suspend fun core(): OfficerCore = opening.withLock { opened ?: open(chosen.value).also { opened = it } }

    /** Goes on with a fresh store; the one before stays as it is. */
    suspend fun beginBeside() = turnTo { stores + 1 }

    /** Goes on with the next of the stores that are here. */
    suspend fun switch() = turnTo { it % stores + 1 }

    private suspend fun turnTo(next: (Int) -> Int) = opening.withLock {
        val number = next(chosen.value)
        if (number == chosen.value) return@withLock
        opened?.close()
        opened = null
        choices.store = number
        chosen.value = number
    }

    private suspend fun open(number: Int): OfficerCore {
        val parts = withContext(Dispatchers.IO) { parts(number) }
        return OfficerCore.open(folder(number).path, Build.MODEL, parts)
    }

    private fun parts(number: Int): PhoneParts {
        val key = if (number == 1) DeviceKeystoreKey() else DeviceKeystoreKey("detailbook.device.$number")
        return PhoneParts(key, WrappedSecrets(named("secrets", number)), clock, fixes, AndroidLog)
    }

    private fun folder(number: Int) = named("officer", number)

    private fun named(name: String, number: Int) = File(context.noBackupFilesDir, if (number == 1) name else "$name-$number")
}
