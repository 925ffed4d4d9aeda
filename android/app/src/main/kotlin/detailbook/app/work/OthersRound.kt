package detailbook.app.work

import detailbook.app.DetailbookApp
import detailbook.officer.Occasion
import detailbook.officer.SyncSchedule

/** Looks into the books of officers who used this phone before, and has the scheduler do so again while something waits in them. */
class OthersRound(private val app: DetailbookApp) {
    /** One round, if it is time for it; [tags] are those of the work that it runs as, where it does. True where something still waits there. */
    suspend fun go(occasion: Occasion, tags: Set<String> = emptySet()): Boolean {
        val again = SyncSchedule.othersAgainAfter(app.phone.sendOthers(occasion).values)
        again?.let { SyncWork(app).others(it, tags) }
        return again != null
    }
}
