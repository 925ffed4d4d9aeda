package detailbook.officer

import detailbook.bindings.AssignmentId
import detailbook.bindings.CancelSync
import detailbook.bindings.CommandId
import detailbook.bindings.CoreOptions
import detailbook.bindings.DetailId
import detailbook.bindings.DocumentId
import detailbook.bindings.Enrolled
import detailbook.bindings.FactId
import detailbook.bindings.FactKind
import detailbook.bindings.Moment
import detailbook.bindings.NoticeId
import detailbook.bindings.Place
import detailbook.bindings.PositionId
import detailbook.bindings.Recorded
import detailbook.bindings.Report
import detailbook.bindings.Sha256
import detailbook.bindings.SyncSummary
import detailbook.bindings.Tidied
import detailbook.bindings.TradeId
import detailbook.bindings.UnixMillis
import detailbook.bindings.WhichShift
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.withContext
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import detailbook.bindings.OfficerCore as Library

/**
 * An officer's phone. Open one, keep it while the app runs, call it from any thread: nothing here blocks the caller.
 *
 * What the officer does is told its moment when it is called, not when a thread is free ([tapped]: or when a coroutine is), and is carried out even
 * if the coroutine that asked for it is cancelled meanwhile: a clock-in must not depend on a screen that goes away. Every call fails with an [OfficerError]
 * and with nothing else.
 */
class OfficerCore private constructor(
    private val library: Library,
    private val parts: PhoneParts,
    private val io: CoroutineDispatcher,
    changes: Changes,
) {
    private val door = Door(library)

    /** What screens show, live. */
    val screens: Screens = Screens(library, parts.clock, io, changes, door)

    /** Single requests of the exchange, for a transport of the app's own. */
    val transport: BackgroundTransport = BackgroundTransport(library, io, door)

    private val running = RunningExchanges()

    /** Enrols this phone from the text of a QR code. Cancelling the coroutine ends the request. */
    suspend fun enrol(invitation: String): Enrolled = exchange { cancel -> library.enrol(invitation, cancel) }

    /** Who this phone is, null before it is enrolled. */
    suspend fun enrolled(): Enrolled? = read { library.enrolled() }

    /**
     * Exchanges until phone and server are in step, then sends originals. One at a time: a second one is [OfficerError.Busy]. Cancelling
     * the coroutine ends it between any two bytes; what was confirmed by then stays done.
     */
    suspend fun sync(): SyncSummary = exchange { cancel -> library.syncNow(cancel) }

    /** Ends what [sync] and [enrol] are at; they fail with [OfficerError.Cancelled]. */
    fun cancelExchange() = running.cancelAll()

    /** Writes down a clock event. Never refused for what it says: the agency rules on it later. */
    suspend fun punch(kind: FactKind, shift: WhichShift = WhichShift.Running): Recorded =
        record { library.punch(kind, shift, it) }

    /** Clocks in on an assignment, or without one: the coordinator links the shift later. */
    suspend fun clockIn(shift: WhichShift): Recorded = punch(FactKind.In, shift)

    /** Clocks out of the running shift. */
    suspend fun clockOut(): Recorded = punch(FactKind.Out)

    /** Writes a note, into the shift log or for every officer on the detail. */
    suspend fun note(place: Place, text: String): Recorded = record { library.note(place, text, it) }

    /** Replaces one of this officer's notes, until the shift is handed in. The old words stay in the document. */
    suspend fun replaceNote(document: DocumentId, note: FactId, text: String): Recorded =
        record { library.replaceNote(document, note, text, it) }

    /** Writes down an incident that the agency must know of. */
    suspend fun incident(place: Place, text: String): Recorded = record { library.incident(place, text, it) }

    /** Takes in a photo or video. The file itself is not touched and may go once this returns. */
    suspend fun attach(place: Place, path: String, mediaType: String, caption: String? = null): Recorded =
        record { library.attach(place, path, mediaType, caption, it) }

    /** Says what time an earlier punch should have had, and why. The punch itself stays. */
    suspend fun correct(shift: WhichShift, punch: FactId, corrected: UnixMillis, reason: String): Recorded =
        record { library.correct(shift, punch, corrected, reason, it) }

    /** Explains a flag on an earlier fact before a coordinator sees it. */
    suspend fun explain(shift: WhichShift, about: FactId, text: String): Recorded =
        record { library.explain(shift, about, text, it) }

    /** Has read the post orders. */
    suspend fun readOrders(shift: WhichShift): Recorded = record { library.readOrders(shift, it) }

    /** Hands the shift in: its notes are fixed from here on. */
    suspend fun submit(shift: WhichShift): Recorded = record { library.submit(shift, it) }

    /** Makes [text] the detail's shared text, starting from [seen]. What others wrote in the meantime stays. */
    suspend fun editPassOn(detail: DetailId, seen: String, text: String) =
        record { library.editPassOn(detail, seen, text, it) }

    /** Applies for a detail, on a certain position or on any. The wish waits until the server has decided. */
    suspend fun apply(detail: DetailId, position: PositionId? = null): CommandId =
        record { library.apply(detail, position, it.clock) }

    /** Takes an application back. */
    suspend fun withdraw(detail: DetailId): CommandId = record { library.withdraw(detail, it.clock) }

    /** Says that the award was seen. */
    suspend fun acknowledge(assignment: AssignmentId): CommandId = record { library.acknowledge(assignment, it.clock) }

    /** Says that a notice was read. */
    suspend fun acknowledgeNotice(notice: NoticeId): CommandId = record { library.acknowledgeNotice(notice, it.clock) }

    /** Asks to be relieved of an assignment. The officer has it until the agency says otherwise. */
    suspend fun callOff(assignment: AssignmentId, reason: String): CommandId =
        record { library.callOff(assignment, reason, it.clock) }

    /** Says whether the officer comes instead of somebody who gave [assignment] up. */
    suspend fun relieve(assignment: AssignmentId, comes: Boolean): CommandId =
        record { library.relieve(assignment, comes, it.clock) }

    /** Offers an assignment to a colleague, named by the agency's employee number. */
    suspend fun offerTradeTo(assignment: AssignmentId, number: String): CommandId =
        record { library.offerTradeTo(assignment, number, it.clock) }

    /** Takes an assignment that a colleague offered, or does not. */
    suspend fun answerTrade(trade: TradeId, takes: Boolean): CommandId = record { library.answerTrade(trade, takes, it.clock) }

    /** Takes the offer of an assignment back. */
    suspend fun withdrawTrade(trade: TradeId): CommandId = record { library.withdrawTrade(trade, it.clock) }

    /** Writes to the agency. */
    suspend fun sendMessage(text: String): CommandId = record { library.sendMessage(text, it.clock) }

    /** Sends a fact again that the agency's server refused: its reason may have gone. */
    suspend fun retryFact(document: DocumentId, fact: FactId) = write { library.retryFact(document, fact) }

    /** Sends an original again that was given up. */
    suspend fun retryOriginal(hash: Sha256) = write { library.retryOriginal(hash) }

    /** Signs facts that wait for it; how many were. Every exchange does so by itself: this is for the first unlock. */
    suspend fun signPending(): Int = write { library.signPending().toInt() }

    /** Removes what the agency has had for long enough: originals and decided wishes. Facts stay. */
    suspend fun tidy(): Tidied = write { library.tidy() }

    /** What went wrong that a person may want to see, newest first. */
    suspend fun reports(limit: Int = Screens.PAGE): List<Report> = read { library.reports(limit.toUInt()) }

    /** Closes the file, so that a suspended app holds no lock. Until [resume], calls fail with [OfficerError.Suspended]. */
    suspend fun suspend() = write { library.suspend() }

    /** Opens the file again. */
    suspend fun resume() = write { library.resume() }

    /**
     * Closes for good, from any thread and as often as one likes. An exchange under way is ended, calls under way finish, later ones fail
     * with [OfficerError.Closed]; the screens keep what they showed last.
     */
    suspend fun close() = withContext(NonCancellable + io) {
        screens.stop()
        running.cancelAll()
        door.close()
    }

    private suspend fun <T> exchange(work: (CancelSync) -> T): T = running.run(io) { cancel -> door.enter { work(cancel) } }

    /**
     * This moment, for what is written down under it: `launch(core.tapped()) { core.punch(...) }` writes the moment of the tap, however long the
     * coroutine waits for a thread. Without clocks there is none, and the call itself says so.
     */
    fun tapped(): CoroutineContext = try {
        Tapped(moment())
    } catch (_: OfficerError) {
        EmptyCoroutineContext
    }

    private class Tapped(val moment: Moment) : AbstractCoroutineContextElement(Tapped) {
        companion object Key : CoroutineContext.Key<Tapped>
    }

    /** The moment is that of the tap, or else this one, before any thread is waited for. */
    private suspend fun <T> record(work: (Moment) -> T): T {
        val moment = currentCoroutineContext()[Tapped]?.moment ?: moment()
        return write { work(moment) }
    }

    private suspend fun <T> write(work: () -> T): T = withContext(NonCancellable + io) { door.enter(work) }

    private suspend fun <T> read(work: () -> T): T = withContext(io) { door.enter(work) }

    /** A part that fails costs the evidence what it would have said, never the punch; without a clock there is no moment. */
    private fun moment(): Moment {
        val clock = runCatching { parts.clock.read() }.getOrElse {
            throw OfficerError.PhonePart("clock", "the phone's clocks did not answer", it)
        }
        val fixes = runCatching { parts.fixes.atHand() }.getOrDefault(emptyList())
        return Moment(clock, fixes, runCatching { parts.fixes.phoneState() }.getOrNull())
    }

    companion object {
        /**
         * Opens the core over a folder, one for each officer and where backups do not go. A damaged store is set aside, never deleted, and
         * reported. [label] is what the officer calls this phone; [extraRoots] are certificates (DER) of an agency's own authorities.
         */
        suspend fun open(
            folder: String,
            label: String,
            parts: PhoneParts,
            extraRoots: List<ByteArray> = emptyList(),
            io: CoroutineDispatcher = Dispatchers.IO,
        ): OfficerCore = withContext(NonCancellable + io) {
            val changes = Changes()
            val (key, storage) = KeyOf(parts.signer) to StorageOf(parts.secrets)
            val options = CoreOptions(folder, label, extraRoots)
            val library = typedOpening { Library.open(options, key, storage, ClockOf(parts.clock), changes, parts.log?.let(::LogOf)) }
            OfficerCore(library, parts, io, changes)
        }
    }
}
