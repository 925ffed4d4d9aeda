package detailbook.app.phone

import android.Manifest
import android.content.Context
import android.content.pm.PackageManager
import android.location.Location
import android.location.LocationListener
import android.location.LocationManager
import android.os.BatteryManager
import android.os.Build
import android.os.Looper
import android.os.PowerManager
import android.os.SystemClock
import androidx.core.content.ContextCompat
import detailbook.bindings.Fix
import detailbook.bindings.PhoneState
import detailbook.officer.FixSource
import detailbook.officer.PlatformFix
import detailbook.officer.recentFixes
import java.util.concurrent.CopyOnWriteArrayList

private const val EVERY_MILLIS = 2_000L
private const val KEPT = 12
private const val NANOS_PER_MILLI = 1_000_000L

/**
 * Where the phone is, by the platform's own providers: no service of anybody's is needed. It listens only while the clock is on screen, and what
 * it heard is at hand at the tap.
 */
class AndroidFixes(private val context: Context) : FixSource {
    private val manager = context.getSystemService(LocationManager::class.java)
    private val heard = CopyOnWriteArrayList<Location>()
    private val listener = LocationListener { location ->
        heard += location
        while (heard.size > KEPT) heard.removeAt(0)
    }

    /** May the app read a place at all? */
    val isAllowed: Boolean get() = isPrecise || granted(Manifest.permission.ACCESS_COARSE_LOCATION)

    /** May it read the place itself, and not only about where that is? */
    val isPrecise: Boolean get() = granted(Manifest.permission.ACCESS_FINE_LOCATION)

    /** Listens from now on. Without permission it hears nothing, and punches go without a place. */
    fun listen() {
        if (!isAllowed) return
        for (provider in providers()) {
            runCatching { manager.requestLocationUpdates(provider, EVERY_MILLIS, 0f, listener, Looper.getMainLooper()) }
        }
    }

    /** Listens no longer. */
    fun rest() = manager.removeUpdates(listener)

    override fun atHand(): List<Fix> = recentFixes(heard.map(::fix)) { if (isAllowed) lastKnown().map(::fix) else emptyList() }

    override fun phoneState(): PhoneState {
        val charge = context.getSystemService(BatteryManager::class.java).getIntProperty(BatteryManager.BATTERY_PROPERTY_CAPACITY)
        return PhoneState(
            battery = charge.takeIf { it in 0..100 }?.toUByte(),
            saver = context.getSystemService(PowerManager::class.java).isPowerSaveMode,
            preciseLocation = isPrecise,
        )
    }

    private fun lastKnown(): List<Location> =
        providers().mapNotNull { provider -> runCatching { manager.getLastKnownLocation(provider) }.getOrNull() }

    private fun providers(): List<String> = manager.allProviders.filter { it != LocationManager.PASSIVE_PROVIDER }

    private fun fix(location: Location) = PlatformFix(
        latitude = location.latitude,
        longitude = location.longitude,
        accuracy = if (location.hasAccuracy()) location.accuracy.toDouble() else null,
        ageMillis = (SystemClock.elapsedRealtimeNanos() - location.elapsedRealtimeNanos) / NANOS_PER_MILLI,
        source = location.provider,
        mock = isMock(location),
    )

    @Suppress("DEPRECATION")
    private fun isMock(location: Location): Boolean =
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) location.isMock else location.isFromMockProvider

    private fun granted(permission: String): Boolean =
        ContextCompat.checkSelfPermission(context, permission) == PackageManager.PERMISSION_GRANTED
}
