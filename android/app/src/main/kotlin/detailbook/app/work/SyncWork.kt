package detailbook.app.work

import android.content.Context
import androidx.work.Constraints
import androidx.work.ExistingPeriodicWorkPolicy
import androidx.work.ExistingWorkPolicy
import androidx.work.NetworkType
import androidx.work.OneTimeWorkRequestBuilder
import androidx.work.OutOfQuotaPolicy
import androidx.work.PeriodicWorkRequestBuilder
import androidx.work.WorkInfo
import androidx.work.WorkManager
import detailbook.app.DetailbookApp
import detailbook.officer.NextSync
import detailbook.officer.OfficerError
import detailbook.officer.SyncSchedule
import java.util.concurrent.TimeUnit

private const val REGULAR = "sync.regular"
private const val SOON = "sync.soon"
private const val LATER = "sync.later"
private const val OTHERS = "sync.others"

/** Hands exchanges to the phone's scheduler. It runs them when there is a network, over restarts, and no more than one of each. */
class SyncWork(context: Context) {
    private val manager = WorkManager.getInstance(context)
    private val connected = Constraints.Builder().setRequiredNetworkType(NetworkType.CONNECTED).build()

    /** Exchanges every so often from now on. */
    fun regularly() {
        val work = PeriodicWorkRequestBuilder<SyncWorker>(SyncSchedule.REGULAR_MILLIS, TimeUnit.MILLISECONDS)
            .setConstraints(connected).addTag(REGULAR).build()
        manager.enqueueUniquePeriodicWork(REGULAR, ExistingPeriodicWorkPolicy.KEEP, work)
    }

    /** The same, unless the phone is woken for nothing. What cannot be told now the exchange itself finds out. */
    suspend fun regularlyWhereWanted(app: DetailbookApp) {
        val isWanted = try {
            SyncSchedule.isRegular(app.phone.core().screens.syncStateNow(), app.phone.mayOthersWait)
        } catch (_: OfficerError) {
            true
        }
        if (isWanted) regularly()
    }

    /** No regular exchanges from now on. Work that runs as one is at its end with this. */
    fun endRegular() {
        manager.cancelUniqueWork(REGULAR)
    }

    /** Exchanges as soon as the phone lets it: after a punch, or anything else that the officer wrote. */
    fun soon() {
        val work = OneTimeWorkRequestBuilder<SyncWorker>().setConstraints(connected)
            .setExpedited(OutOfQuotaPolicy.RUN_AS_NON_EXPEDITED_WORK_REQUEST).build()
        val known = manager.getWorkInfosForUniqueWork(SOON)
        known.addListener({ manager.enqueueUniqueWork(SOON, besides(known.get().map { it.state }), work) }, Runnable::run)
    }

    // One that runs has read what waits already: another follows it, so that nothing written meanwhile is left for later. One that has not begun
    // will read it, and one is enough.
    private fun besides(states: List<WorkInfo.State>): ExistingWorkPolicy {
        val waits = states.any { it == WorkInfo.State.ENQUEUED || it == WorkInfo.State.BLOCKED }
        return if (WorkInfo.State.RUNNING in states && !waits) ExistingWorkPolicy.APPEND_OR_REPLACE else ExistingWorkPolicy.KEEP
    }

    /** What follows an exchange; [tags] are those of the work that it ran as, which must not end itself. */
    fun follow(next: NextSync, tags: Set<String>) {
        when (next) {
            NextSync.Regular -> if (LATER !in tags) manager.cancelUniqueWork(LATER)
            // The regular one may be wanted for the books of others.
            NextSync.Never -> if (LATER !in tags) manager.cancelUniqueWork(LATER)
            is NextSync.After -> later(next.millis, if (LATER in tags) ExistingWorkPolicy.APPEND_OR_REPLACE else ExistingWorkPolicy.REPLACE)
        }
    }

    /** Looks into the books of other officers after a while, unless that is planned; [tags] are those of the work that asks for it. */
    fun others(millis: Long, tags: Set<String> = emptySet()) {
        val work = OneTimeWorkRequestBuilder<OthersWorker>().setConstraints(connected).addTag(OTHERS)
            .setInitialDelay(millis, TimeUnit.MILLISECONDS).build()
        manager.enqueueUniqueWork(OTHERS, if (OTHERS in tags) ExistingWorkPolicy.APPEND_OR_REPLACE else ExistingWorkPolicy.KEEP, work)
    }

    private fun later(millis: Long, policy: ExistingWorkPolicy) {
        val work = OneTimeWorkRequestBuilder<SyncWorker>().setConstraints(connected).addTag(LATER)
            .setInitialDelay(millis, TimeUnit.MILLISECONDS).build()
        manager.enqueueUniqueWork(LATER, policy, work)
    }

    companion object {
        /** Was it the time for a regular exchange that ran as work with these tags, and not something that the officer wrote? */
        fun isRegular(tags: Set<String>): Boolean = REGULAR in tags
    }
}
