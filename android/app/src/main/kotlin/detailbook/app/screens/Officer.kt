package detailbook.app.screens

import detailbook.officer.OfficerCore
import detailbook.officer.OfficerError
import detailbook.officer.ReminderWishes
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.receiveAsFlow
import kotlinx.coroutines.launch

/** What screens ask of the phone around the core. */
interface Shell {
    /** What the officer has chosen. */
    var reminders: ReminderWishes

    /** May the app read where the phone is? */
    val mayReadPlace: Boolean

    /** May alarms be exact? */
    val alarmsAreExact: Boolean

    /** May the app notify? */
    val mayNotify: Boolean

    /** What the wall clock says, in milliseconds. */
    fun now(): Long

    /** Something waits to be sent. */
    fun syncSoon()

    /** Listens for the phone's place from now on. */
    fun listenForPlace()

    /** Listens no longer. */
    fun restFromPlace()
}

/** The officer's hands: whatever is asked for is carried out even if the screen goes away, and what fails is said. */
class Officer(val core: OfficerCore, val shell: Shell, private val scope: CoroutineScope) {
    private val failed = Channel<OfficerError>(Channel.BUFFERED)

    /** What could not be done. */
    val failures: Flow<OfficerError> = failed.receiveAsFlow()

    /** Does something, sends it, and then [after]. */
    fun tell(after: () -> Unit = {}, act: suspend OfficerCore.() -> Unit) {
        scope.launch {
            try {
                core.act()
                after()
                try {
                    // Now the key is there for sure; what it does not sign is signed by the exchange.
                    core.signPending()
                } finally {
                    shell.syncSoon()
                }
            } catch (error: OfficerError) {
                failed.send(error)
            }
        }
    }
}
