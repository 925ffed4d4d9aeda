package detailbook.app.reminders

import android.content.Context
import detailbook.app.detailbook
import detailbook.officer.OfficerError
import detailbook.officer.outdated
import detailbook.officer.reminders
import detailbook.officer.roundAfter
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock

/** An alarm that rings this little early is not set anew. */
private const val EARLY_MILLIS = 15_000L

private val ONE_AT_A_TIME = Mutex()

/**
 * Looks what there is to remind of, shows what is due, and sets alarms for the rest. The same round after an alarm, a restart, and whenever something
 * changed: an alarm never says what was true when it was set.
 */
class ReminderRound(private val context: Context) {
    /** One round. Needs no network. */
    suspend fun go() = ONE_AT_A_TIME.withLock {
        val app = context.detailbook
        try {
            val screens = app.phone.core().screens
            val now = app.phone.clock.read().wall
            val (schedule, running) = screens.schedule(null).items to screens.runningNow()
            val all = reminders(schedule, running, now, app.choices.reminders, app.choices.told.toSet())
            val (due, toCome) = all.partition { it.at <= now + EARLY_MILLIS }
            val notices = Notices(context)
            // What could not be shown was not told: it is said as soon as the owner allows it.
            val told = due.filter { notices.show(it, now) }
            notices.takeAway(outdated(notices.shown, schedule, running, now + EARLY_MILLIS))
            if (told.isNotEmpty()) app.choices.tell(told.map { it.key })
            ReminderAlarms(context).set(toCome.minOfOrNull { it.at })
        } catch (error: OfficerError) {
            // What could not be read now may hold a reminder all the same.
            ReminderAlarms(context).set(roundAfter(error)?.let { app.phone.clock.read().wall + it })
        }
    }
}
