package detailbook.officer

import detailbook.bindings.FenceState
import detailbook.bindings.Flag
import detailbook.bindings.FlagKind
import detailbook.bindings.PunchPlace
import detailbook.bindings.RunningView
import detailbook.bindings.UnixMillis
import kotlin.math.max

/** How a verdict on a place is shown. None is a reproach, and none keeps a punch from counting. */
enum class PlaceTone {
    /** Inside. */
    GOOD,

    /** Nobody can tell: worth a word, no alarm. */
    OPEN,

    /** Outside: worth an explanation. */
    ATTENTION,
}

/** The verdict on the latest punch, null where the site has no surveyed fence. */
fun latestPlace(running: RunningView): PunchPlace? = running.places.lastOrNull()

/** How it is shown. */
fun tone(state: FenceState): PlaceTone = when (state) {
    FenceState.INSIDE -> PlaceTone.GOOD
    FenceState.UNCERTAIN -> PlaceTone.OPEN
    FenceState.OUTSIDE -> PlaceTone.ATTENTION
}

/** What every shift under way says of itself, and what only the phone could mend: nothing to ask an officer about. */
private val NOT_ASKED = setOf(FlagKind.StillIn, FlagKind.NoWork, FlagKind.Unsigned)

/** Flags that the officer has not said anything about and may, also after the handing in: it comes late then ([comesLate]), and the agency reads it. */
fun explainable(running: RunningView): List<Flag> =
    running.flags.filter { it.kind !in NOT_ASKED && it.facts.isNotEmpty() && it.explanations.isEmpty() }

/** Flags that the officer has said something about. */
fun explained(running: RunningView): List<Flag> = running.flags.filter { it.explanations.isNotEmpty() }

/** Time worked until [now], in milliseconds: a running stretch goes on between two readings of the view, which was read at [readAt]. */
fun workedUntil(running: RunningView, readAt: UnixMillis, now: UnixMillis): Long {
    val goesOn = running.state == detailbook.bindings.ShiftState.ON
    return running.workedSoFar + if (goesOn) max(0, now - readAt) else 0
}
