package detailbook.officer

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext

/** Sends what waits in the books of officers who used this phone before. Each is opened beside the open one, exchanges, and is closed again. */
class OtherBooks(
    /** Opens a book by its number. Fails with an [OfficerError]. */
    private val open: suspend (Int) -> OfficerCore,
) {
    private class Round(val time: CompletableJob, val standings: Deferred<Map<Int, BookStanding>>)

    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
    private var running: Round? = null
    private var hasEnded = false

    // Two must never have the same file.
    private val oneAtATime = Mutex()

    /**
     * Sends what waits in these books and says how each stands then. One round at a time: a second caller shares it. A caller that is cancelled
     * ends it; books that it did not come to are not spoken of. [asked]: the officer wants it now, whatever the server said about waiting.
     */
    suspend fun send(books: List<Int>, asked: Boolean = false): Map<Int, BookStanding> {
        val round = round(books, asked) ?: return emptyMap()
        try {
            return round.standings.await()
        } catch (cancelled: CancellationException) {
            round.time.cancel()
            throw cancelled
        }
    }

    /** Whose book that is. A round that runs ends for it: somebody stands there and wants to know. */
    suspend fun whose(book: Int): BookOwner {
        rest()
        val officer = try {
            opened(book) { it.screens.whose() }
        } catch (_: OfficerError) {
            null
        }
        return BookOwner(book, officer)
    }

    /** Ends the round that runs, if any. It has no book open any more when this returns. */
    suspend fun rest() {
        val round = synchronized(this) { running } ?: return
        round.time.cancel()
        round.standings.join()
    }

    /** Rests for good, such as before another book is opened to work in. No book is open when this returns, and none is opened again. */
    suspend fun end() {
        synchronized(this) { hasEnded = true }
        rest()
        oneAtATime.withLock { }
    }

    private fun round(books: List<Int>, asked: Boolean): Round? = synchronized(this) {
        if (hasEnded) return null
        running?.takeIf { it.standings.isActive } ?: begin(books, asked).also { running = it }
    }

    // Its time can be over without the round being cancelled: what it has found out by then is still told, to whoever waits for it.
    private fun begin(books: List<Int>, asked: Boolean): Round {
        val time = SupervisorJob()
        return Round(time, scope.async { buildMap { for (book in books) if (time.isActive) put(book, send(book, asked, time)) } })
    }

    private suspend fun send(book: Int, asked: Boolean, time: Job): BookStanding = try {
        opened(book) { send(it, asked, time) }
    } catch (_: OfficerError) {
        BookStanding.Unread
    }

    private suspend fun <T> opened(book: Int, work: suspend (OfficerCore) -> T): T = oneAtATime.withLock {
        if (synchronized(this) { hasEnded }) throw OfficerError.closed()
        val core = open(book)
        try {
            work(core)
        } finally {
            core.close()
        }
    }

    private suspend fun send(core: OfficerCore, asked: Boolean, time: Job): BookStanding {
        if (core.enrolled() == null) return BookStanding.Empty
        if (SyncSchedule.isDueBeside(core.screens.syncStateNow(), asked, core.screens.wallNow())) exchange(core, time)
        return BookStanding.of(core.screens.syncStateNow())
    }

    // What went wrong stands in the state; and what came through before the time was over stays done.
    private suspend fun exchange(core: OfficerCore, time: Job) {
        try {
            withContext(time) { core.sync() }
        } catch (_: OfficerError) {
            return
        } catch (_: CancellationException) {
            return
        }
    }
}
