package detailbook.app.phone

import android.util.Log
import detailbook.bindings.LogLevel
import detailbook.bindings.LogLine
import detailbook.officer.LogSink

private const val TAG = "detailbook"

/** The core's log lines, which hold no personal data, in the phone's log. */
object AndroidLog : LogSink {
    override fun log(line: LogLine) {
        Log.println(priority(line.level), TAG, line.text)
    }

    private fun priority(level: LogLevel): Int = when (level) {
        LogLevel.WARNING -> Log.WARN
        LogLevel.INFO -> Log.INFO
    }
}
