package detailbook.app.work

import android.content.Context
import androidx.work.CoroutineWorker
import androidx.work.ForegroundInfo
import androidx.work.WorkerParameters
import detailbook.app.detailbook
import detailbook.app.reminders.ReminderRound
import detailbook.app.reminders.Notices
import detailbook.bindings.SyncView
import detailbook.officer.Occasion
import detailbook.officer.OfficerCore
import detailbook.officer.OfficerError
import detailbook.officer.SyncSchedule

private const val NOTICE = 1

/** One exchange in the background. When the next one comes is the core's to say, so a failure is no failure for the scheduler. */
class SyncWorker(context: Context, parameters: WorkerParameters) : CoroutineWorker(context, parameters) {
    override suspend fun doWork(): Result {
        val app = applicationContext.detailbook
        var view: SyncView? = null
        try {
            val core = app.phone.core()
            val busy = exchange(core)
            view = core.screens.syncStateNow()
            SyncWork(applicationContext).follow(SyncSchedule.next(view, app.phone.clock.read().wall, busy), tags)
            ReminderRound(applicationContext).go()
        } catch (_: OfficerError) {
            // The store cannot be opened or read; the screens say so, and the regular exchange tries again.
        }
        if (SyncWork.isRegular(tags)) {
            val othersWait = OthersRound(app).go(Occasion.BACKGROUND, tags)
            // Last of all: it ends the work that this is.
            if (view?.let { SyncSchedule.isRegular(it, othersWait) } == false) SyncWork(applicationContext).endRegular()
        }
        return Result.success()
    }

    // Did another one hold it up? What else did not get through waits, and the state after it says until when.
    private suspend fun exchange(core: OfficerCore): Boolean = try {
        core.sync()
        core.tidy()
        false
    } catch (error: OfficerError) {
        error is OfficerError.Busy
    }

    /**
     * Android below 12 runs urgent work in the foreground, which needs a notification. No type of service is named: Android 10 and 11 end an app
     * that names one which its manifest does not declare, and later ones do not ask.
     */
    override suspend fun getForegroundInfo() = ForegroundInfo(NOTICE, Notices(applicationContext).sending())
}
