package detailbook.app.capture

import android.content.Context
import android.net.Uri
import androidx.core.content.FileProvider
import java.io.File

/**
 * Files that the camera writes to: one at a time, in a folder that only this app reads, gone once the core has taken its own copy. What a
 * process that ended left behind goes with the next one.
 */
class Captures(private val context: Context) {
    private val folder = File(context.cacheDir, "captures")

    /** A fresh file and the address by which a camera may write to it. */
    fun fresh(ending: String): Pair<File, Uri> {
        folder.deleteRecursively()
        folder.mkdirs()
        val file = File(folder, "capture.$ending")
        return file to FileProvider.getUriForFile(context, "${context.packageName}.captures", file)
    }
}
