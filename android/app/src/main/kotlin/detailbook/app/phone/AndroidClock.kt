package detailbook.app.phone

import android.content.ContentResolver
import android.os.SystemClock
import android.provider.Settings
import detailbook.bindings.ClockReading
import detailbook.officer.PhoneClock
import java.util.TimeZone

/** The phone's clocks: the one on the wall, the one that cannot be set, and which boot it counts from. */
class AndroidClock(resolver: ContentResolver) : PhoneClock {
    // It cannot change while this process lives.
    private val boot = Settings.Global.getInt(resolver, Settings.Global.BOOT_COUNT, 0).toUInt()

    override fun read() = ClockReading(
        wall = System.currentTimeMillis(),
        zone = TimeZone.getDefault().id,
        monotonic = SystemClock.elapsedRealtime().toULong(),
        boot = boot,
    )
}
