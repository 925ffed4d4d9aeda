package detailbook.officer

import detailbook.bindings.DocumentId
import detailbook.bindings.FactId
import detailbook.bindings.FactKind
import detailbook.bindings.FactView
import detailbook.bindings.RunningView
import detailbook.bindings.SyncState
import detailbook.bindings.UnixMillis
import java.time.Instant
import java.time.LocalDate
import java.time.LocalTime
import java.time.ZoneId
import java.time.ZonedDateTime
import kotlin.math.abs

private const val MINUTE_MILLIS = 60_000L

/** A punch as the list of a shift's punches shows it. The original always stays in the list. */
data class PunchLine(
    /** The punch. */
    val fact: FactView,
    /** Why the officer corrected it, in words of their own; null where it was not corrected. */
    val reason: String?,
) {
    /** The time that the officer last corrected it to; null where it was not corrected. */
    val corrected: UnixMillis? get() = fact.corrected

    /** The time that counts. */
    val counted: UnixMillis get() = corrected ?: fact.at
}

/** What is worth a word about a time that was chosen. None keeps it from being taken: the phone's own clock may be what is wrong. */
enum class CorrectionRemark {
    /** The shift was handed in before. */
    COMES_LATE,

    /** By the phone's clock it is still to come. */
    AHEAD_OF_CLOCK,

    /** It is long before the shift. */
    LONG_BEFORE,

    /** The punch changes places with another one. A coordinator will ask. */
    CHANGES_ORDER,
}

/** The correction of one punch: which times make sense. */
data class Correction(
    /** The punch. */
    val line: PunchLine,
    /** The zone of the place where the shift is worked; null for the phone's own. */
    val zone: String?,
    /** What is before this is remarked on. */
    private val earliest: UnixMillis,
    /** What the phone's clock says now: what is after it is remarked on. */
    private val now: UnixMillis,
    /** What the picker stands at first. */
    val suggested: UnixMillis,
    /** The times that count of the punches next to it; null where there is none. */
    private val before: UnixMillis?,
    private val after: UnixMillis?,
    /** The shift was handed in. */
    private val isLate: Boolean,
) {
    /** Is it the time that the punch has? That is the one thing that cannot be taken. */
    fun isSame(at: UnixMillis): Boolean = at == floored(line.counted)

    /** What is worth a word about that time. It is taken all the same. */
    fun remarks(at: UnixMillis): List<CorrectionRemark> = listOfNotNull(
        CorrectionRemark.COMES_LATE.takeIf { isLate },
        CorrectionRemark.AHEAD_OF_CLOCK.takeIf { at > now },
        CorrectionRemark.LONG_BEFORE.takeIf { at < earliest },
        CorrectionRemark.CHANGES_ORDER.takeIf { changesOrder(at) },
    )

    private fun changesOrder(at: UnixMillis): Boolean = before != null && at < floored(before) || after != null && at > after

    /** That time of day at the site, on the day nearest to [from] that is likely; the same day where none is. */
    fun atTime(from: UnixMillis, time: LocalTime): UnixMillis {
        val there = at(from)
        val days = listOf(0L, -1L, 1L).map { there.plusDays(it).with(time).toInstant().toEpochMilli() }
        return days.filter { it in earliest..now }.minByOrNull { abs(it - from) } ?: days.first()
    }

    /** The same time of day on that day at the site. */
    fun onDay(from: UnixMillis, day: LocalDate): UnixMillis = at(from).with(day).toInstant().toEpochMilli()

    /** Day and time as they are at the site. */
    fun at(instant: UnixMillis): ZonedDateTime =
        Instant.ofEpochMilli(instant).atZone(zone?.let(::zoneNamed) ?: ZoneId.systemDefault())
}

/** The punches among a shift's facts, in the order they were written down. What the agency refused is no punch. */
fun punchLines(facts: List<FactView>): List<PunchLine> = facts
    .filter { it.kind in PUNCHES && it.sync !is SyncState.Refused }
    .map { punch -> PunchLine(punch, punch.corrected?.let { facts.findLast { it.kind == FactKind.Correction && it.about == punch.fact }?.text }) }

/** What there is to choose about one of the [lines] of a shift; null where it is none of them. */
fun correction(shift: RunningView, lines: List<PunchLine>, punch: FactId, now: UnixMillis): Correction? {
    val place = lines.indexOfFirst { it.fact.fact == punch }
    if (place < 0) return null
    val line = lines[place]
    val detail = shift.shift?.detail
    val before = lines.getOrNull(place - 1)?.counted
    val begun = minOf(lines.minOf { it.fact.at }, detail?.starts ?: Long.MAX_VALUE)
    return Correction(
        line, detail?.zone, begun - OFFERED_BEFORE_MILLIS, now,
        suggested = floored(line.corrected ?: forgottenOut(line, before, detail?.ends) ?: line.fact.at),
        before = before, after = lines.getOrNull(place + 1)?.counted, isLate = comesLate(shift),
    )
}

/** The scheduled end, where the officer clocked out after it. */
private fun forgottenOut(line: PunchLine, before: UnixMillis?, end: UnixMillis?): UnixMillis? =
    end?.takeIf { line.fact.kind == FactKind.Out && it < line.fact.at && (before == null || it > before) }

/** Times are chosen to the minute. */
private fun floored(at: UnixMillis): UnixMillis = at - Math.floorMod(at, MINUTE_MILLIS)

private val PUNCHES = setOf(FactKind.EnRoute, FactKind.In, FactKind.BreakStart, FactKind.BreakEnd, FactKind.WillReturn, FactKind.Out)

/** All facts of a document, page by page. */
suspend fun Screens.allFacts(document: DocumentId): List<FactView> {
    val all = mutableListOf<FactView>()
    do {
        val page = facts(document, all.lastOrNull()?.fact)
        all += page
    } while (page.size == Screens.PAGE)
    return all
}
