package detailbook.officer

import detailbook.bindings.HttpRequest
import detailbook.bindings.Incoming
import detailbook.bindings.SyncProgress
import detailbook.bindings.Ticket
import detailbook.bindings.UploadProgress
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import detailbook.bindings.OfficerCore as Library

/** The exchange and its uploads as single requests, for an app that carries them itself. One of each at a time. */
class BackgroundTransport internal constructor(
    private val library: Library,
    private val io: CoroutineDispatcher,
    private val door: Door,
) {
    /** The next request of an exchange. Redirects must not be followed. */
    suspend fun beginSync(): HttpRequest = call { library.beginSync() }

    /** Takes the answer to a request of [beginSync]. */
    suspend fun finishSync(ticket: Ticket, answer: Incoming): SyncProgress = call { library.finishSync(ticket, answer) }

    /** The request did not get through, or no answer came. */
    suspend fun failSync(ticket: Ticket): SyncProgress = call { library.failSync(ticket) }

    /** Gives the request up, without counting it as a failure. */
    suspend fun abandonSync(ticket: Ticket) = call { library.abandonSync(ticket) }

    /** The next request of an upload, null where nothing is left that the server would take. */
    suspend fun beginUpload(): HttpRequest? = call { library.beginUpload() }

    /** Takes the answer to a request of [beginUpload]. */
    suspend fun finishUpload(ticket: Ticket, answer: Incoming): UploadProgress =
        call { library.finishUpload(ticket, answer) }

    /** The request did not get through, or no answer came. */
    suspend fun failUpload(ticket: Ticket): UploadProgress = call { library.failUpload(ticket) }

    /** Gives the request up, without counting it as a failure. */
    suspend fun abandonUpload(ticket: Ticket) = call { library.abandonUpload(ticket) }

    private suspend fun <T> call(work: () -> T): T = withContext(NonCancellable + io) { door.enter(work) }
}
