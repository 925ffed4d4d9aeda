package detailbook.app.screens

import detailbook.bindings.FactKind
import detailbook.bindings.WhichShift
import detailbook.officer.BookOwner
import detailbook.officer.BookStanding
import detailbook.officer.OfficerCore
import detailbook.officer.OfficerError
import detailbook.officer.ReminderWishes
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.getAndUpdate
import kotlinx.coroutines.flow.receiveAsFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull

// Until then the button that takes a pressed one's place is not pressed on purpose.
private const val SECOND_TAP_MILLIS = 700L

// A view is read again within milliseconds; this is for when nobody reads it.
private const val SHOWN_MILLIS = 2_000L

/** What screens ask of the phone around the core. */
interface Shell {
    /** What the officer has chosen. */
    var reminders: ReminderWishes

    /** What the app may know of where the phone is. */
    val place: PlaceRight

    /** May alarms be exact? */
    val alarmsAreExact: Boolean

    /** May the app notify? */
    val mayNotify: Boolean

    /** What the wall clock says, in milliseconds. */
    fun now(): Long

    /** Something waits to be sent. */
    fun syncSoon()

    /** How the books of other officers on this phone stand, as far as they were looked into. */
    val others: StateFlow<Map<Int, BookStanding>>

    /** The officer wants everything sent that waits on this phone, also in the books of others. */
    fun sendOthers()

    /** Listens for the phone's place from now on. */
    fun listenForPlace()

    /** Listens no longer. */
    fun restFromPlace()

    /** This phone is an officer's now: exchanges begin. */
    fun enrolled()

    /** How many officers have their books on this phone. */
    val officers: Int

    /** The number of the book that these screens are of. */
    val book: Int

    /** Opens a book beside those that are here, which stay as they are. */
    fun beginBeside()

    /** Whose book comes after this one; null where there is no other. */
    suspend fun nextOwner(): BookOwner?

    /** Opens that one of the books that are here. */
    fun turnTo(book: Int)
}

/** What the owner of a phone lets the app know of where it is. */
enum class PlaceRight {
    /** Nothing. */
    NONE,

    /** A place of some kilometres, from which nobody can tell whether it is inside a fence. */
    COARSE,

    /** The place. */
    PRECISE,
}

/** How far signing in is. */
sealed interface Enrolment {
    /** Not begun. */
    data object Open : Enrolment

    /** Under way. */
    data object Runs : Enrolment

    /** It did not work. */
    data class Failed(val error: OfficerError) : Enrolment

    /** This phone is an officer's. */
    data object Done : Enrolment
}

/** The officer's hands: whatever is asked for is carried out even if the screen goes away, and what fails is said. */
class Officer(val core: OfficerCore, val shell: Shell, private val scope: CoroutineScope) {
    private val failed = Channel<OfficerError>(Channel.BUFFERED)
    private val remarked = Channel<Int>(Channel.BUFFERED)

    /** What could not be done. */
    val failures: Flow<OfficerError> = failed.receiveAsFlow()

    /** What the officer should know of something that was done, as the name of a sentence. */
    val remarks: Flow<Int> = remarked.receiveAsFlow()

    /** Says something once. */
    fun remark(sentence: Int) {
        remarked.trySend(sentence)
    }

    private val enrolling = MutableStateFlow<Enrolment>(Enrolment.Open)

    /** How far signing in is. A screen that turns does not end it. */
    val enrolment: StateFlow<Enrolment> = enrolling.asStateFlow()

    /** Signs in, unless that is under way. */
    fun enrol(invitation: String) {
        val before = enrolling.value
        if (before == Enrolment.Runs || !enrolling.compareAndSet(before, Enrolment.Runs)) return
        scope.launch {
            enrolling.value = try {
                core.enrol(invitation)
                shell.enrolled()
                Enrolment.Done
            } catch (error: OfficerError) {
                Enrolment.Failed(error)
            }
        }
    }

    /** The screen has seen how it ended. */
    fun enrolmentSeen() {
        enrolling.value = Enrolment.Open
    }

    private val punching = MutableStateFlow(false)

    /** Is a punch under way? Until it is over and on screen no other one is taken: a second tap is not a second fact. */
    val isPunching: StateFlow<Boolean> = punching.asStateFlow()

    private val punched = MutableStateFlow(0)

    /** How many punches were written down since the screens are there. */
    val punches: StateFlow<Int> = punched.asStateFlow()

    private val notPunched = MutableStateFlow<OfficerError?>(null)

    /** Why the last punch was not written down, until the officer has seen that it was not. */
    val punchFailure: StateFlow<OfficerError?> = notPunched.asStateFlow()

    /** The officer has seen it. */
    fun punchFailureSeen() {
        notPunched.value = null
    }

    /** Writes down a clock event, unless one is under way. */
    fun punch(kind: FactKind, shift: WhichShift) {
        if (!punching.compareAndSet(expect = false, update = true)) return
        notPunched.value = null
        tell(
            after = { punched.update { it + 1 } },
            ended = { scope.launch { awaitShown() } },
            refused = { notPunched.value = it },
        ) { punch(kind, shift) }
    }

    // The buttons are those of what is shown: they may be pressed again when it shows what was written.
    private suspend fun awaitShown() = try {
        val (log, since) = core.screens.runningNow().let { it?.log to it?.since }
        withTimeoutOrNull(SHOWN_MILLIS) { core.screens.running.first { it != null && it.value?.log == log && it.value?.since == since } }
    } catch (_: OfficerError) {
        // The punch itself has been told of.
    } finally {
        punching.value = false
    }

    private val wishing = MutableStateFlow(emptySet<String>())

    /** What wishes were just told about: until it is on screen, no other one about it is taken. */
    val wishes: StateFlow<Set<String>> = wishing.asStateFlow()

    /** Tells a wish about something, unless one about it was told just now: a second tap is no wish, nor is one on the button that takes its place. */
    fun wish(about: String, act: suspend OfficerCore.() -> Unit) {
        if (about in wishing.getAndUpdate { it + about }) return
        val ended = { scope.launch { delay(SECOND_TAP_MILLIS) }.invokeOnCompletion { wishing.update { it - about } } }
        tell(ended = { ended() }, act = act)
    }

    /**
     * Does something, sends it, and then [after]; [ended] in any case, as soon as it is done or has failed; [refused] where it was not done. What is
     * written down has the moment of this call, which is that of the tap.
     */
    fun tell(
        after: () -> Unit = {},
        ended: () -> Unit = {},
        refused: (OfficerError) -> Unit = { failed.trySend(it) },
        act: suspend OfficerCore.() -> Unit,
    ) {
        scope.launch(core.tapped()) {
            val isDone = try {
                core.act()
                after()
                true
            } catch (error: OfficerError) {
                refused(error)
                false
            } finally {
                ended()
            }
            if (isDone) send()
        }
    }

    private suspend fun send() = try {
        // Now the key is there for sure; what it does not sign is signed by the exchange.
        core.signPending()
    } catch (error: OfficerError) {
        failed.send(error)
    } finally {
        shell.syncSoon()
    }
}
