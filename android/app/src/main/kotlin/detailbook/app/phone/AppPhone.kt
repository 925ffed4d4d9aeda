package detailbook.app.phone

import android.content.Context
import android.os.Build
import detailbook.app.keys.WrappedSecrets
import detailbook.app.keys.DeviceKeystoreKey
import detailbook.app.keys.KeystoreWrapping
import detailbook.officer.BookOwner
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

private val STORE_NAME = Regex("officer-([1-9][0-9]*)")

/** A book that is open, and its number. */
class OpenBook(val number: Int, val core: OfficerCore)

/**
 * The one core of this process: opened when it is first asked for, by a screen, a worker or an alarm, and kept. Each officer who uses this phone has
 * a store of his own, with a key of its own; one is open to work in, and none is ever deleted. What waits in the others is sent beside it.
 */
class AppPhone(private val context: Context, private val choices: Choices = Choices(context)) {
    private val opening = Mutex()
    private val opened = MutableStateFlow<OpenBook?>(null)
    private var others = OtherBooks(::open)
    private var lookedAt: Long? = null
    private val found = MutableStateFlow(emptyMap<Int, BookStanding>())
    private val chosen = MutableStateFlow(choices.store)

    /** Which store is the one to open. Another one means another core. */
    val store: StateFlow<Int> = chosen.asStateFlow()

    /** The book that is open, whoever opened it; null where none is, such as while it cannot be opened. */
    val openBook: StateFlow<OpenBook?> = opened.asStateFlow()

    /** How many stores there are, also where one of them was never made: the first may be the one that could not be opened. */
    val stores: Int get() = maxOf(chosen.value, context.noBackupFilesDir.list().orEmpty().maxOfOrNull(::numberOf) ?: 0)

    /** How the stores stand that are not open, as far as they were looked into. */
    val standings: StateFlow<Map<Int, BookStanding>> = found.asStateFlow()

    /** Something may wait in a store that is not open. */
    val mayOthersWait: Boolean get() = books.toSend.isNotEmpty()

    private val books get() = Books(chosen.value, stores, choices.emptyStores)

    /** Where the phone is. */
    val fixes = AndroidFixes(context)

    /** The phone's clocks. */
    val clock = AndroidClock(context.contentResolver)

    /** The core. Fails with an [OfficerError]; the next call tries again. */
    suspend fun core(): OfficerCore = book().core

    /** The same with its number. */
    suspend fun book(): OpenBook =
        alone { opened.value ?: chosen.value.let { OpenBook(it, open(it)) }.also { opened.value = it } }

    /** Goes on with a fresh store; the one before stays as it is. Asked for twice in [from] it is begun once. */
    suspend fun beginBeside(from: Int = chosen.value) = turn { if (it.open == from) it.begunBeside() else it }

    /** Goes on with that one of the stores that are here. */
    suspend fun turnTo(number: Int) = turn { it.turnedTo(number) }

    /** Whose store comes after the open one. Null where there is no other. */
    suspend fun nextOwner(): BookOwner? {
        val (others, next) = alone { others to books.next.takeIf { it != chosen.value } }
        return next?.let { others.whose(it) }
    }

    /** Sends what waits in the stores that are not open, if it is time to look into them; how each stands that was looked into. */
    suspend fun sendOthers(occasion: Occasion): Map<Int, BookStanding> {
        val (others, toSend) = alone { others.takeIf { isTimeFor(occasion) } to books.toSend }
        val standings = others?.send(toSend, asked = occasion == Occasion.ASKED).orEmpty()
        // Where officers took turns meanwhile, what was found out may be true no more.
        alone { if (others === this.others) note(standings) }
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

    /** One at a time, and never on the thread of whoever asks: who waits there for the phone would hold up the one it waits for. */
    private suspend fun <T> alone(work: suspend () -> T): T = withContext(Dispatchers.IO) { opening.withLock { work() } }

    private suspend fun turn(next: (Books) -> Books) = alone {
        val books = next(books)
        if (books.open == chosen.value) return@alone
        // The next one to open may be among the others: two must never have the same file.
        others.end()
        try {
            opened.value?.core?.close()
        } catch (error: OfficerError) {
            // It is shut all the same: who has asked for another book gets it.
            AndroidLog.fault(error)
        } finally {
            opened.value = null
            others = OtherBooks(::open)
        }
        lookedAt = null
        found.value = emptyMap()
        choices.keep(books)
        chosen.value = books.open
    }

    private suspend fun open(number: Int): OfficerCore {
        val (parts, roots) = withContext(Dispatchers.IO) { parts(number) to ownAuthorities(context.assets) }
        return OfficerCore.open(folder(number).path, Build.MODEL, parts, roots)
    }

    private fun parts(number: Int): PhoneParts {
        val key = if (number == 1) DeviceKeystoreKey() else DeviceKeystoreKey("detailbook.device.$number")
        // A key of its own for each: what is wrong with that of one book must not touch another.
        val secrets = if (number == 1) WrappedSecrets(named("secrets", 1)) else WrappedSecrets(named("secrets", number), KeystoreWrapping("detailbook.secrets.$number"))
        return PhoneParts(key, secrets, clock, fixes, AndroidLog)
    }

    private fun folder(number: Int) = named("officer", number)

    private fun numberOf(name: String): Int = if (name == "officer") 1 else STORE_NAME.matchEntire(name)?.groupValues?.get(1)?.toIntOrNull() ?: 0

    private fun named(name: String, number: Int) = File(context.noBackupFilesDir, if (number == 1) name else "$name-$number")
}
