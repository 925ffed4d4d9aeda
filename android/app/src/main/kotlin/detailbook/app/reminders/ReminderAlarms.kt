package detailbook.app.reminders

import android.app.AlarmManager
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import android.os.Build

/**
 * The next alarm. One is enough, since each round sets the one after it: exact where the owner allows it, else as near as the phone sees fit. Both
 * ring while the phone sleeps.
 */
class ReminderAlarms(private val context: Context) {
    private val manager = context.getSystemService(AlarmManager::class.java)

    /** May alarms be exact? */
    val areExact: Boolean get() = Build.VERSION.SDK_INT < Build.VERSION_CODES.S || manager.canScheduleExactAlarms()

    /** Sets the alarm for [next], milliseconds of the wall clock, in place of the one before; none where there is nothing to come. */
    fun set(next: Long?) {
        val ring = ring()
        when {
            next == null -> manager.cancel(ring)
            !areExact || !setExact(next, ring) -> manager.setAndAllowWhileIdle(AlarmManager.RTC_WAKEUP, next, ring)
        }
    }

    // The owner may take the permission back between the question and the alarm.
    private fun setExact(next: Long, ring: PendingIntent): Boolean = try {
        manager.setExactAndAllowWhileIdle(AlarmManager.RTC_WAKEUP, next, ring)
        true
    } catch (_: SecurityException) {
        false
    }

    private fun ring(): PendingIntent = PendingIntent.getBroadcast(
        context, 0, Intent(context, ReminderReceiver::class.java), PendingIntent.FLAG_UPDATE_CURRENT or PendingIntent.FLAG_IMMUTABLE,
    )
}
