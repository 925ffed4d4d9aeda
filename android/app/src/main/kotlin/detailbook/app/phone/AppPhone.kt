package detailbook.app.phone

import android.content.Context
import android.os.Build
import detailbook.app.keys.WrappedSecrets
import detailbook.app.keys.DeviceKeystoreKey
import detailbook.officer.OfficerCore
import detailbook.officer.OfficerError
import detailbook.officer.PhoneParts
import java.io.File
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext

/** The one core of this process: opened when it is first asked for, by a screen, a worker or an alarm, and kept. */
class AppPhone(private val context: Context) {
    private val opening = Mutex()
    private var opened: OfficerCore? = null

    /** Where the phone is. */
    val fixes = AndroidFixes(context)

    /** The phone's clocks. */
    val clock = AndroidClock(context.contentResolver)

    /** The core. Fails with an [OfficerError]; the next call tries again. */
    suspend fun core(): OfficerCore = opening.withLock { opened ?: open().also { opened = it } }

    private suspend fun open(): OfficerCore {
        val parts = withContext(Dispatchers.IO) { parts() }
        return OfficerCore.open(File(context.noBackupFilesDir, "officer").path, Build.MODEL, parts)
    }

    private fun parts(): PhoneParts =
        PhoneParts(DeviceKeystoreKey(), WrappedSecrets(File(context.noBackupFilesDir, "secrets")), clock, fixes, AndroidLog)
}
