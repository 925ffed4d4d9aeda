package detailbook.app.work

import android.content.Context
import androidx.work.CoroutineWorker
import androidx.work.WorkerParameters
import detailbook.app.detailbook
import detailbook.officer.Occasion

/** One look into the books of other officers in the background. What could not be sent is looked after again later. */
class OthersWorker(context: Context, parameters: WorkerParameters) : CoroutineWorker(context, parameters) {
    override suspend fun doWork(): Result {
        OthersRound(applicationContext.detailbook).go(Occasion.BACKGROUND, tags)
        return Result.success()
    }
}
