package detailbook.app.work

import detailbook.app.DetailbookApp
import detailbook.app.phone.NetworkWatch
import detailbook.officer.Occasion
import detailbook.officer.OfficerError
import detailbook.officer.SyncSchedule
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

private const val MINUTE_MILLIS = 60_000L

/** What the app does by itself while it is in front: news comes, and what waits in any book goes. */
class InFront(private val app: DetailbookApp) {
    /** Until it is cancelled. A round that is under way then ends: the rest is for the time that the scheduler gives. */
    suspend fun stay() = coroutineScope {
        if (app.phone.mayOthersWait) SyncWork(app).others(SyncSchedule.OTHERS_MILLIS)
        launch { NetworkWatch(app).returns.collect { consider(Occasion.NETWORK_CAME) } }
        consider(Occasion.OPENED)
        while (true) {
            delay(MINUTE_MILLIS)
            consider(Occasion.MINUTE)
        }
    }

    /** The open book first: somebody reads its news. */
    suspend fun consider(occasion: Occasion) {
        if (isDue(occasion)) SyncWork(app).soon()
        OthersRound(app).go(occasion)
    }

    private suspend fun isDue(occasion: Occasion): Boolean = try {
        SyncSchedule.isDue(occasion, app.phone.core().screens.syncStateNow(), app.phone.clock.read().wall)
    } catch (_: OfficerError) {
        // The screens say so.
        false
    }
}
