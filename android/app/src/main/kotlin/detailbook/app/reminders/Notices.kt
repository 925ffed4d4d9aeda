package detailbook.app.reminders

import android.Manifest
import android.annotation.SuppressLint
import android.app.Notification
import android.app.PendingIntent
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.os.Build
import androidx.core.app.NotificationChannelCompat
import androidx.core.app.NotificationCompat
import androidx.core.app.NotificationManagerCompat
import androidx.core.content.ContextCompat
import detailbook.app.MainActivity
import detailbook.app.R
import detailbook.app.look.When
import detailbook.officer.Reminder
import detailbook.officer.ReminderKind

private const val SHIFTS = "shifts"
private const val CLOCK_OUT = "clock_out"
private const val SENDING = "sending"
private const val REMINDER = 1

/**
 * What the app says outside of its screens. No notification names a detail, a customer or a site: most phones show all of it on a locked screen.
 * Where the owner hides what is private, it says only what kind of thing it is.
 */
class Notices(private val context: Context) {
    private val manager = NotificationManagerCompat.from(context)

    /** May the app say anything? */
    val areAllowed: Boolean get() = manager.areNotificationsEnabled()

    /** Makes the channels, which the owner may silence one by one. */
    fun makeChannels() = manager.createNotificationChannelsCompat(
        listOf(
            channel(SHIFTS, R.string.channel_shifts, NotificationManagerCompat.IMPORTANCE_DEFAULT),
            channel(CLOCK_OUT, R.string.channel_clock_out, NotificationManagerCompat.IMPORTANCE_HIGH),
            channel(SENDING, R.string.channel_sync, NotificationManagerCompat.IMPORTANCE_MIN),
        ),
    )

    /** Shows a reminder; false where the owner does not let the app say anything. */
    @SuppressLint("MissingPermission")
    fun show(reminder: Reminder, now: Long): Boolean {
        if (!areAllowed || !mayNotify()) return false
        manager.notify(reminder.key, REMINDER, notification(reminder, now))
        return true
    }

    /** Keys of the reminders that can be seen now. */
    val shown: List<String> get() = manager.activeNotifications.filter { it.id == REMINDER }.mapNotNull { it.tag }

    /** Takes away what no longer holds. */
    fun takeAway(keys: List<String>) = keys.forEach { manager.cancel(it, REMINDER) }

    /** What urgent work shows while it runs. */
    fun sending(): Notification = NotificationCompat.Builder(context, SENDING).setSmallIcon(R.drawable.ic_notice)
        .setContentTitle(context.getString(R.string.notice_sending)).setOngoing(true).setSilent(true).build()

    private fun channel(id: String, name: Int, importance: Int): NotificationChannelCompat =
        NotificationChannelCompat.Builder(id, importance).setName(context.getString(name)).build()

    private fun notification(reminder: Reminder, now: Long): Notification {
        val starts = reminder.kind == ReminderKind.STARTS_SOON
        val shown = context.getString(openly(reminder.kind))
        val channel = if (starts) SHIFTS else CLOCK_OUT
        val locked = NotificationCompat.Builder(context, channel).setSmallIcon(R.drawable.ic_notice).setContentTitle(shown).build()
        val (title, text) = words(reminder, now)
        return NotificationCompat.Builder(context, channel)
            .setSmallIcon(R.drawable.ic_notice)
            .setContentTitle(title)
            .setContentText(text)
            .setStyle(NotificationCompat.BigTextStyle().bigText(text))
            .setCategory(NotificationCompat.CATEGORY_REMINDER)
            .setVisibility(NotificationCompat.VISIBILITY_PRIVATE)
            .setPublicVersion(locked)
            .setContentIntent(openShift())
            .setAutoCancel(true)
            .build()
    }

    /** What kind of thing it is, for everybody to see. */
    private fun openly(kind: ReminderKind): Int = when (kind) {
        ReminderKind.STARTS_SOON -> R.string.notice_public_starts
        ReminderKind.FORGOTTEN_OUT, ReminderKind.STILL_IN -> R.string.notice_public_out
        ReminderKind.ANOTHERS -> R.string.notice_another
    }

    private fun words(reminder: Reminder, now: Long): Pair<String, String> {
        val time = reminder.about?.let { When(context).dayAndClock(it, now, reminder.shift?.detail?.zone) }
        return when (reminder.kind) {
            ReminderKind.STARTS_SOON -> context.getString(R.string.notice_starts, time.orEmpty()) to context.getString(R.string.notice_starts_text)
            ReminderKind.FORGOTTEN_OUT -> context.getString(R.string.notice_out) to
                (time?.let { context.getString(R.string.notice_out_text, it) } ?: context.getString(R.string.notice_out_text_unscheduled))
            ReminderKind.ANOTHERS -> context.getString(R.string.notice_another) to context.getString(R.string.notice_another_text)
            ReminderKind.STILL_IN -> context.getString(R.string.notice_still_in) to context.getString(R.string.notice_still_in_text)
        }
    }

    private fun openShift(): PendingIntent = PendingIntent.getActivity(
        context, 0, Intent(context, MainActivity::class.java).addFlags(Intent.FLAG_ACTIVITY_SINGLE_TOP),
        PendingIntent.FLAG_UPDATE_CURRENT or PendingIntent.FLAG_IMMUTABLE,
    )

    private fun mayNotify(): Boolean = Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU ||
        ContextCompat.checkSelfPermission(context, Manifest.permission.POST_NOTIFICATIONS) == PackageManager.PERMISSION_GRANTED
}
