package detailbook.app

import android.app.Application
import android.content.Context
import androidx.work.Configuration
import detailbook.app.phone.AndroidLog
import detailbook.app.phone.AndroidShell
import detailbook.app.phone.AppPhone
import detailbook.app.phone.Choices
import detailbook.app.reminders.Notices
import detailbook.app.reminders.ReminderRound
import detailbook.app.screens.Officer
import detailbook.app.work.SyncWork
import detailbook.officer.OfficerError
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.FlowPreview
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.flow.collectLatest
import kotlinx.coroutines.flow.debounce
import kotlinx.coroutines.launch

private const val SETTLE_MILLIS = 1_000L

/** The process: one phone, one scope that lives as long as it does. */
class DetailbookApp : Application(), Configuration.Provider {
    /** The core and the phone's parts. */
    val phone by lazy { AppPhone(this, choices) }

    /** What the officer has chosen. */
    val choices by lazy { Choices(this) }

    /** For work that outlives a screen. What fails there unforeseen is logged and ends nothing else: the clock must go on. */
    val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default + CoroutineExceptionHandler { _, fault -> AndroidLog.fault(fault) })

    private var hands: Officer? = null

    /** The officer's hands, the same ones for as long as the core is: what is under way outlives a turned screen. For the main thread. */
    suspend fun officer(): Officer {
        val core = phone.core()
        return hands?.takeIf { it.core === core } ?: Officer(core, AndroidShell(this), scope).also { hands = it }
    }

    /** The scheduler starts when it is first asked for, not with every process. */
    override val workManagerConfiguration: Configuration get() = Configuration.Builder().build()

    override fun onCreate() {
        super.onCreate()
        Notices(this).makeChannels()
        SyncWork(this).regularly()
        scope.launch { phone.store.collectLatest { remindAfterEveryChange() } }
    }

    @OptIn(FlowPreview::class)
    private suspend fun remindAfterEveryChange() {
        try {
            phone.core().screens.changed.debounce(SETTLE_MILLIS).collect { ReminderRound(this).go() }
        } catch (_: OfficerError) {
            // The store does not open: the screens say so.
        }
    }
}

/** The app that this context belongs to. */
val Context.detailbook: DetailbookApp get() = applicationContext as DetailbookApp
