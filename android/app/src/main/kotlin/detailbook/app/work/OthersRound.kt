package detailbook.app.work

import detailbook.app.DetailbookApp
import detailbook.app.phone.NetworkWatch
import detailbook.officer.Occasion
import detailbook.officer.SyncSchedule
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

private const val MINUTE_MILLIS = 60_000L

/** Looks into the books of officers who used this phone before, and has the scheduler do so again while something waits in them. */
class OthersRound(private val app: DetailbookApp) {
    /** One round, if it is time for it; [tags] are those of the work that it runs as, where it does. */
    suspend fun go(occasion: Occasion, tags: Set<String> = emptySet()) {
        val standings = app.phone.sendOthers(occasion)
        SyncSchedule.othersAgainAfter(standings.values)?.let { SyncWork(app).others(it, tags) }
    }

    /** Until it is cancelled. A round that is under way then ends: the rest is for the time that the scheduler gives. */
    suspend fun whileInFront() = coroutineScope {
        if (app.phone.mayOthersWait) SyncWork(app).others(SyncSchedule.OTHERS_MILLIS)
        launch { NetworkWatch(app).returns.collect { go(Occasion.NETWORK_CAME) } }
        go(Occasion.OPENED)
        while (true) {
            delay(MINUTE_MILLIS)
            go(Occasion.MINUTE)
        }
    }
}
