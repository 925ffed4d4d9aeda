package detailbook.officer

import detailbook.bindings.CancelSync
import java.util.concurrent.ConcurrentHashMap
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** Exchanges under way, each of which ends when its coroutine is cancelled. */
internal class RunningExchanges {
    private val cancels = ConcurrentHashMap.newKeySet<CancelSync>()

    /** Runs a blocking exchange on [io] and waits for its end, however it ends: nothing of it goes on behind the caller's back. */
    suspend fun <T> run(io: CoroutineDispatcher, exchange: (CancelSync) -> T): T = CancelSync().use { cancel ->
        cancels += cancel
        try {
            cancelledWithCaller(cancel) { withContext(io) { exchange(cancel) } }
        } catch (error: OfficerError.Cancelled) {
            currentCoroutineContext().ensureActive()
            throw error
        } finally {
            cancels -= cancel
        }
    }

    fun cancelAll() = cancels.forEach { cancel ->
        try {
            cancel.cancel()
        } catch (_: IllegalStateException) {
            // It ended by itself in this moment.
        }
    }

    /** Unconfined, so that it hears of a cancellation on the thread that cancels, even where the caller's own is busy. */
    private suspend fun <T> cancelledWithCaller(cancel: CancelSync, work: suspend () -> T): T = coroutineScope {
        val watch = launch(Dispatchers.Unconfined, CoroutineStart.UNDISPATCHED) {
            try {
                awaitCancellation()
            } finally {
                cancel.cancel()
            }
        }
        try {
            work()
        } finally {
            watch.cancel()
        }
    }
}
