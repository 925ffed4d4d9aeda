package detailbook.app.screens

import androidx.compose.runtime.Composable
import androidx.compose.runtime.mutableStateListOf
import androidx.compose.runtime.saveable.listSaver
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.snapshots.SnapshotStateList

/** The places of the app. The first five stand in the bar below. */
enum class Spot {
    SHIFT, SCHEDULE, OFFERS, MESSAGES, MORE, OFFER, ASSIGNMENT, PASS_ON, SHARED_NOTES, NOTES, PUNCHES, CORRECTION, NOTICES, TRADES, CHARGES, HOURS,
    UNASSIGNED, SYNC, SETTINGS, ENROL
}

/** A place, what it is about, and what that belongs to where it has to be known: notes to an assignment or a zone, a punch to a document. */
data class Stop(val spot: Spot, val about: String? = null, val of: String? = null)

/** Where the officer is, and the way back. It outlives a turned screen and a process that was ended meanwhile. */
class Trail internal constructor(private val stops: SnapshotStateList<Stop>) {
    /** Where the officer is. */
    val here: Stop get() = stops.last()

    /** Does the way back lead over that place, or is the officer there? */
    internal fun holds(stop: Stop): Boolean = stop in stops

    /** Is there a way back? */
    val hasBack: Boolean get() = stops.size > 1

    /** On to a place. */
    fun go(spot: Spot, about: String? = null, of: String? = null) {
        stops += Stop(spot, about, of)
    }

    /** To a place of the bar; back from there leads to the shift. */
    fun switch(spot: Spot) {
        stops.clear()
        stops += if (spot == Spot.SHIFT) listOf(Stop(spot)) else listOf(Stop(Spot.SHIFT), Stop(spot))
    }

    /** Back to where the officer came from. */
    fun back() {
        if (hasBack) stops.removeAt(stops.lastIndex)
    }

    internal companion object {
        val SAVER = listSaver<Trail, String>(
            save = { trail -> trail.stops.map { "${it.spot.name} ${it.about.orEmpty()} ${it.of.orEmpty()}" } },
            restore = { kept -> Trail(mutableStateListOf(*kept.map(::stop).toTypedArray())) },
        )

        // Neither ids nor names of zones hold spaces.
        private fun stop(kept: String): Stop {
            val (spot, about, of) = kept.split(' ')
            return Stop(Spot.valueOf(spot), about.ifEmpty { null }, of.ifEmpty { null })
        }
    }
}

/** A trail that begins at [first]. */
@Composable
fun rememberTrail(first: Spot = Spot.SHIFT): Trail =
    rememberSaveable(saver = Trail.SAVER) { Trail(mutableStateListOf(Stop(first))) }
