package detailbook.app.phone

import detailbook.app.DetailbookApp
import detailbook.app.reminders.Notices
import detailbook.app.reminders.ReminderAlarms
import detailbook.app.reminders.ReminderRound
import detailbook.app.screens.PlaceRight
import detailbook.app.screens.Shell
import detailbook.app.work.SyncWork
import detailbook.app.work.OthersRound
import detailbook.officer.BookOwner
import detailbook.officer.BookStanding
import detailbook.officer.Occasion
import detailbook.officer.ReminderWishes
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.launch

/** The phone around the screens of a [book]. */
class AndroidShell(private val app: DetailbookApp, override val book: Int) : Shell {
    override var reminders: ReminderWishes
        get() = app.choices.reminders
        set(wishes) {
            app.choices.reminders = wishes
            app.scope.launch { ReminderRound(app).go() }
        }

    override val place: PlaceRight
        get() = when {
            app.phone.fixes.isPrecise -> PlaceRight.PRECISE
            app.phone.fixes.isAllowed -> PlaceRight.COARSE
            else -> PlaceRight.NONE
        }
    override val alarmsAreExact: Boolean get() = ReminderAlarms(app).areExact
    override val mayNotify: Boolean get() = Notices(app).areAllowed

    override fun now(): Long = app.phone.clock.read().wall

    override fun syncSoon() = SyncWork(app).soon()

    override val others: StateFlow<Map<Int, BookStanding>> get() = app.phone.standings

    override fun sendOthers() {
        app.scope.launch { OthersRound(app).go(Occasion.ASKED) }
    }

    override fun listenForPlace() = app.phone.fixes.listen()

    override fun restFromPlace() = app.phone.fixes.rest()

    override fun enrolled() {
        SyncWork(app).regularly()
        syncSoon()
    }

    override val officers: Int get() = app.phone.stores

    override fun beginBeside() {
        app.scope.launch {
            app.remind()
            app.phone.beginBeside(from = book)
        }
    }

    override suspend fun nextOwner(): BookOwner? = app.phone.nextOwner()

    override fun turnTo(book: Int) {
        app.scope.launch {
            // What this book has to ask its officer is kept before it is shut, however quickly the phone goes from hand to hand.
            app.remind()
            app.phone.turnTo(book)
            enrolled()
        }
    }
}
