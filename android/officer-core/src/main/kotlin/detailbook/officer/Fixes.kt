package detailbook.officer

import detailbook.bindings.Fix
import detailbook.bindings.Provider
import kotlin.math.ceil
import kotlin.math.roundToInt

private const val E7 = 1e7
private const val DECIMETRES = 10.0

/** What a platform says of one location, in its own units. */
data class PlatformFix(
    /** Degrees, north positive (WGS 84). */
    val latitude: Double,
    /** Degrees, east positive (WGS 84). */
    val longitude: Double,
    /** Radius of 68 % confidence in metres; null where the platform gave none. */
    val accuracy: Double?,
    /** Milliseconds between the fix and now, by a clock that cannot be set. */
    val ageMillis: Long,
    /** What the platform calls its source: gps, network, fused. */
    val source: String?,
    /** The platform says that it was simulated. */
    val mock: Boolean,
)

/** The fix as evidence keeps it, or null where it names no place on earth. An accuracy is never made better by rounding. */
fun PlatformFix.asEvidence(): Fix? {
    if (!(latitude in -90.0..90.0 && longitude in -180.0..180.0)) return null
    return Fix(
        latitudeE7 = (latitude * E7).roundToInt(),
        longitudeE7 = (longitude * E7).roundToInt(),
        accuracyDm = accuracy?.let(::decimetres),
        ageMs = ageMillis.coerceIn(0, UInt.MAX_VALUE.toLong()).toUInt(),
        provider = provider(source),
        mock = mock,
    )
}

private fun decimetres(metres: Double): UInt? =
    metres.takeIf { it > 0 && it.isFinite() }?.let { ceil(it * DECIMETRES).toLong().coerceAtMost(UInt.MAX_VALUE.toLong()).toUInt() }

private fun provider(source: String?): Provider = when (source) {
    "gps" -> Provider.Gps
    "network" -> Provider.Network
    "fused" -> Provider.Fused
    else -> Provider.Other(0u)
}
