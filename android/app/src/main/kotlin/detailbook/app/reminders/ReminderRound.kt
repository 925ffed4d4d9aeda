package detailbook.app.reminders

import android.content.Context
import detailbook.app.detailbook
import detailbook.officer.OfficerError
import detailbook.officer.Reminder
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
    private val app = context.detailbook
    private val notices = Notices(context)

    /** One round. Needs no network. */
    suspend fun go() = ONE_AT_A_TIME.withLock {
        val now = app.phone.clock.read().wall
        val own = ofOpenBook(now)
        val next = listOfNotNull(own, ofOthers(now)).minOrNull()
        ReminderAlarms(context).set(next)
    }

    /** What the open book says. When to look again; null: there is nothing to come. */
    private suspend fun ofOpenBook(now: Long): Long? = try {
        val book = app.phone.book()
        val screens = book.core.screens
        val (schedule, running) = screens.schedule(null).items to screens.runningNow()
        val all = reminders(schedule, running, now, app.choices.reminders, app.choices.told.toSet())
        app.choices.questions = app.choices.questions.noting(book.number, all)
        val elsewhere = app.choices.questions.holding(book.number, now + EARLY_MILLIS)
        show(all, now).also { notices.takeAway(outdated(notices.shown - elsewhere, schedule, running, now + EARLY_MILLIS)) }
    } catch (error: OfficerError) {
        // What could not be read now may hold a reminder all the same.
        roundAfter(error)?.let { now + it }
    }

    /** What officers are asked whose books are not open, also where the open one cannot be read. */
    private fun ofOthers(now: Long): Long? = show(app.choices.questions.toAsk(app.phone.store.value, now + EARLY_MILLIS, app.choices.told.toSet()), now)

    /** Shows what is due. What could not be shown was not told: it is said as soon as the owner allows it. When the next one is. */
    private fun show(all: List<Reminder>, now: Long): Long? {
        val (due, toCome) = all.partition { it.at <= now + EARLY_MILLIS }
        val told = due.filter { notices.show(it, now) }
        if (told.isNotEmpty()) app.choices.tell(told.map { it.key })
        return toCome.minOfOrNull { it.at }
    }
}
