package detailbook.officer

import detailbook.bindings.Fix

/** A fix older than this says where the phone was, not where it is. In milliseconds. */
private const val RECENT_MILLIS = 20_000L

/** The fixes of a punch: those of the last 20 s among what was [heard], and only where there is none the [last] known ones. */
fun recentFixes(heard: List<PlatformFix>, last: () -> List<PlatformFix>): List<Fix> {
    val recent = heard.filter { it.ageMillis <= RECENT_MILLIS }.mapNotNull { it.asEvidence() }
    return recent.ifEmpty { last().mapNotNull { it.asEvidence() } }
}
