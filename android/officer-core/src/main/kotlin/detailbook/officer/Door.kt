package detailbook.officer

import java.util.concurrent.atomic.AtomicBoolean
import detailbook.bindings.OfficerCore as Library

/** Where calls enter the library. Once closed none does, and what is inside finishes before the library's memory goes. */
internal class Door(private val library: Library) {
    private val closed = AtomicBoolean(false)

    val isClosed: Boolean get() = closed.get()

    fun <T> enter(work: () -> T): T {
        if (closed.get()) throw OfficerError.closed()
        return try {
            typed(work)
        } catch (error: IllegalStateException) {
            // The library's object went between the look at it and the call.
            if (library.uniffiIsDestroyed) throw OfficerError.closed(error) else throw error
        }
    }

    fun close() {
        if (!closed.compareAndSet(false, true)) return
        try {
            typed { library.shutDown() }
        } finally {
            library.close()
        }
    }
}
