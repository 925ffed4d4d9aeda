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

    /** Logs that something failed unforeseen: its kind and where, but not its message, which may hold anything. */
    fun fault(fault: Throwable) {
        Log.println(Log.ERROR, TAG, "unforeseen: ${fault.javaClass.name} at ${fault.stackTrace.firstOrNull()}")
    }

    private fun priority(level: LogLevel): Int = when (level) {
        LogLevel.WARNING -> Log.WARN
        LogLevel.INFO -> Log.INFO
    }
}
