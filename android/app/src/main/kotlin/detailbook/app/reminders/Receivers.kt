package detailbook.app.reminders

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import detailbook.app.detailbook
import kotlinx.coroutines.launch

/** The alarm rings. */
class ReminderReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) = round(context)
}

/** The phone has started, the app is new, or the clock or zone has changed. */
class RestartReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        if (intent.action !in HEARD) return
        // The regular exchange itself is set up by the process, which begins with this.
        round(context)
    }

    private companion object {
        val HEARD = setOf(
            Intent.ACTION_BOOT_COMPLETED,
            Intent.ACTION_MY_PACKAGE_REPLACED,
            Intent.ACTION_TIME_CHANGED,
            Intent.ACTION_TIMEZONE_CHANGED,
            "android.app.action.SCHEDULE_EXACT_ALARM_PERMISSION_STATE_CHANGED",
        )
    }
}

private fun BroadcastReceiver.round(context: Context) {
    val pending = goAsync()
    context.detailbook.scope.launch {
        try {
            ReminderRound(context).go()
        } finally {
            pending.finish()
        }
    }
}
