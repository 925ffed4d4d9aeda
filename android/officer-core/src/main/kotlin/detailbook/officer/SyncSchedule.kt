package detailbook.officer

import detailbook.bindings.SyncView
import detailbook.bindings.UnixMillis

/** When the app exchanges by itself. */
sealed interface NextSync {
    /** At the next regular time and not before. */
    data object Regular : NextSync

    /** Once more after this many milliseconds, as soon as there is a network. */
    data class After(val millis: Long) : NextSync

    /** Never again: the agency has ended this phone's enrolment. */
    data object Never : NextSync
}

/** Why an exchange is considered. */
enum class Occasion {
    /** The officer asked for it. */
    ASKED,

    /** The officer wrote something down. */
    WROTE,

    /** The app came to the front. */
    OPENED,

    /** There is a network again. */
    NETWORK_CAME,

    /** A minute has passed with the app in front. */
    MINUTE,

    /** The phone's scheduler gave the app some time. */
    BACKGROUND,
}

/** How often, and how soon after a failure. The core decides how long a failure is waited out; this says what that means for a scheduler. */
object SyncSchedule {
    /** Between regular exchanges, in milliseconds. */
    const val REGULAR_MILLIS: Long = 3_600_000

    /** What the server holds back is asked about again after this, in milliseconds. */
    const val HELD_MILLIS: Long = 15 * 60_000

    /** Sooner than this a scheduler need not try again, in milliseconds. */
    const val LEAST_MILLIS: Long = 10_000

    /** How often the books of other officers are looked into while something may wait in them, in milliseconds. */
    const val OTHERS_MILLIS: Long = 15 * 60_000

    /** With the app in front, how old news may be, in milliseconds. */
    const val FRESH_MILLIS: Long = 5 * 60_000

    /** The longest wait that the core ever asks for after a failure, in milliseconds. */
    const val LONGEST_WAIT_MILLIS: Long = 30 * 60_000

    /** Is the open book worth an exchange now? */
    fun isDue(occasion: Occasion, view: SyncView, now: UnixMillis): Boolean = when {
        occasion == Occasion.ASKED -> true
        // What the server kept of the last push it has; it takes no more.
        view.revokedAt != null -> false
        occasion == Occasion.WROTE || occasion == Occasion.NETWORK_CAME -> true
        view.retryAt != null -> wait(view, now) == null
        waiting(view) > 0u || occasion != Occasion.MINUTE -> true
        else -> isOld(view, now)
    }

    // Until when the core waits after a failure; null where it does not. A time farther off than it ever waits was set by a clock that was put back
    // since: it has passed.
    private fun wait(view: SyncView, now: UnixMillis): UnixMillis? = view.retryAt?.takeIf { it > now && it - now <= LONGEST_WAIT_MILLIS }

    // A clock that was set back makes news of the future; that is old.
    private fun isOld(view: SyncView, now: UnixMillis): Boolean =
        view.settledAt == null || view.settledAt > now || now - view.settledAt >= FRESH_MILLIS

    /** Are regular exchanges worth waking the phone for? Not where the agency has ended this enrolment and nobody else's book has anything to send. */
    fun isRegular(view: SyncView, othersWait: Boolean): Boolean = view.revokedAt == null || othersWait

    /** Is it time to look into the books of other officers? What the officer writes now is not theirs. */
    fun looksIntoOthers(occasion: Occasion, lastLook: UnixMillis?, now: UnixMillis): Boolean = when (occasion) {
        Occasion.ASKED, Occasion.OPENED, Occasion.NETWORK_CAME, Occasion.BACKGROUND -> true
        Occasion.WROTE -> false
        // A clock that was set back makes the last look one of the future; that is long ago.
        Occasion.MINUTE -> lastLook == null || lastLook > now || now - lastLook >= OTHERS_MILLIS
    }

    /** Is another officer's book worth an exchange? Only for what waits in it: nobody reads its news. */
    fun isDueBeside(view: SyncView, asked: Boolean, now: UnixMillis): Boolean =
        waiting(view) > 0u && view.revokedAt == null && (asked || wait(view, now) == null)

    /** When the scheduler is to look into the others' books again, in milliseconds from now; null where what may wait is sent no more. */
    fun othersAgainAfter(standings: Collection<BookStanding>): Long? =
        OTHERS_MILLIS.takeIf { standings.any { it is BookStanding.Waiting || it == BookStanding.Unread } }

    /** What follows an exchange, however it ended, by how things stand after it; [busy] where it did not begin because another was under way. */
    fun next(view: SyncView, now: UnixMillis, busy: Boolean = false): NextSync = when {
        view.revokedAt != null -> NextSync.Never
        busy -> NextSync.After(LEAST_MILLIS)
        view.retryAt != null -> NextSync.After(maxOf((wait(view, now) ?: now) - now, LEAST_MILLIS))
        waiting(view) > 0u -> NextSync.After(HELD_MILLIS)
        else -> NextSync.Regular
    }
}

/** Items that are not with the agency yet and still on their way. */
fun waiting(view: SyncView): ULong = view.factsWaiting + view.wishesWaiting + view.originalsWaiting

/** How the exchange stands, as one thing to say. */
sealed interface SyncHealth {
    /** The agency has ended this phone's enrolment. */
    data class Revoked(val at: UnixMillis) : SyncHealth

    /** Only a new enrolment mends it: by its code, or in the library's own words. */
    data class EnrolAgain(val code: String, val reason: String) : SyncHealth

    /** Something was refused or given up: a person has to look. */
    data class NeedsYou(val refused: ULong, val givenUp: ULong) : SyncHealth

    /** So many items are on their way; nothing to do. */
    data class OnItsWay(val items: ULong, val retryAt: UnixMillis?) : SyncHealth

    /** Everything is with the agency. */
    data class AllSent(val at: UnixMillis?) : SyncHealth

    /** This phone has never been in step with the agency. */
    data object NotYet : SyncHealth

    companion object {
        /** The one thing that matters most. */
        fun of(view: SyncView): SyncHealth = when {
            view.revokedAt != null -> Revoked(view.revokedAt)
            view.enrolAgain != null -> EnrolAgain(view.enrolAgain.code, view.enrolAgain.reason)
            view.factsRefused + view.originalsFailed > 0u -> NeedsYou(view.factsRefused, view.originalsFailed)
            waiting(view) > 0u -> OnItsWay(waiting(view), view.retryAt)
            view.settledAt == null -> NotYet
            else -> AllSent(view.settledAt)
        }
    }
}
