package detailbook.app.phone

import android.content.Context
import android.os.Build
import detailbook.app.keys.WrappedSecrets
import detailbook.app.keys.DeviceKeystoreKey
import detailbook.officer.BookStanding
import detailbook.officer.Books
import detailbook.officer.Occasion
import detailbook.officer.OfficerCore
import detailbook.officer.OfficerError
import detailbook.officer.OtherBooks
import detailbook.officer.PhoneParts
import detailbook.officer.SyncSchedule
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
 * a store of his own, with a key of its own; one is open to work in, and none is ever deleted. What waits in the others is sent beside it.
 */
class AppPhone(private val context: Context, private val choices: Choices = Choices(context)) {
    private val opening = Mutex()
    private var opened: OfficerCore? = null
    private var others = OtherBooks(::open)
    private var lookedAt: Long? = null
    private val found = MutableStateFlow(emptyMap<Int, BookStanding>())
    private val chosen = MutableStateFlow(choices.store)

    /** Which store is the one to open. Another one means another core. */
    val store: StateFlow<Int> = chosen.asStateFlow()

    /** How many stores there are. */
    val stores: Int get() = generateSequence(1) { it + 1 }.takeWhile { folder(it).exists() }.count()

    /** How the stores stand that are not open, as far as they were looked into. */
    val standings: StateFlow<Map<Int, BookStanding>> = found.asStateFlow()

    /** Something may wait in a store that is not open. */
    val mayOthersWait: Boolean get() = books.toSend.isNotEmpty()

    private val books get() = Books(chosen.value, maxOf(stores, chosen.value), choices.emptyStores)

    /** Where the phone is. */
    val fixes = AndroidFixes(context)

    /** The phone's clocks. */
    val clock = AndroidClock(context.contentResolver)

    /** The core. Fails with an [OfficerError]; the next call tries again. */
    suspend fun core(): OfficerCore = opening.withLock { opened ?: open(chosen.value).also { opened = it } }

    /** Goes on with a fresh store; the one before stays as it is. */
    suspend fun beginBeside() = turnTo(Books::begunBeside)

    /** Goes on with the next of the stores that are here. */
    suspend fun switch() = turnTo(Books::turned)

    /** Sends what waits in the stores that are not open, if it is time to look into them; how each stands that was looked into. */
    suspend fun sendOthers(occasion: Occasion): Map<Int, BookStanding> {
        val (others, toSend) = opening.withLock { others.takeIf { isTimeFor(occasion) } to books.toSend }
        val standings = others?.send(toSend, asked = occasion == Occasion.ASKED).orEmpty()
        // Where officers took turns meanwhile, what was found out may be true no more.
        opening.withLock { if (others === this.others) note(standings) }
        return standings
    }

    private fun isTimeFor(occasion: Occasion): Boolean {
        val now = clock.read().wall
        return SyncSchedule.looksIntoOthers(occasion, lookedAt, now).also { if (it) lookedAt = now }
    }

    private fun note(standings: Map<Int, BookStanding>) {
        choices.keep(books.noting(standings))
        found.value += standings
    }

    private suspend fun turnTo(next: (Books) -> Books) = opening.withLock {
        val books = next(books)
        if (books.open == chosen.value) return@withLock
        // The next one to open may be among the others: two must never have the same file.
        others.end()
        opened?.close()
        opened = null
        others = OtherBooks(::open)
        lookedAt = null
        found.value = emptyMap()
        choices.keep(books)
        chosen.value = books.open
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
