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
import detailbook.officer.OfficerCore
import kotlinx.coroutines.CancellationException
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
        val book = phone.book()
        return hands?.takeIf { it.core === book.core } ?: Officer(book.core, AndroidShell(this, book.number), scope).also { hands = it }
    }

    /** The scheduler starts when it is first asked for, not with every process. */
    override val workManagerConfiguration: Configuration get() = Configuration.Builder().build()

    override fun onCreate() {
        super.onCreate()
        Notices(this).makeChannels()
        scope.launch { SyncWork(this@DetailbookApp).regularlyWhereWanted(this@DetailbookApp) }
        // A book that does not open is said by the screens, and looked at again by the round.
        scope.launch { phone.store.collectLatest { remind() } }
        scope.launch { phone.openBook.collectLatest { book -> book?.let { remindAfterEveryChange(it.core) } } }
    }

    @OptIn(FlowPreview::class)
    private suspend fun remindAfterEveryChange(core: OfficerCore) = core.screens.changed.debounce(SETTLE_MILLIS).collect { remind() }

    /** One round. Whatever goes wrong in it, the next change has one again. */
    suspend fun remind() = try {
        ReminderRound(this).go()
    } catch (cancelled: CancellationException) {
        throw cancelled
    } catch (fault: Exception) {
        AndroidLog.fault(fault)
    }
}

/** The app that this context belongs to. */
val Context.detailbook: DetailbookApp get() = applicationContext as DetailbookApp
