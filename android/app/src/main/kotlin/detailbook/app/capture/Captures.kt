package detailbook.app.capture

import android.content.Context
import android.net.Uri
import androidx.core.content.FileProvider
import detailbook.officer.Pictures
import java.io.File
import java.util.UUID
import java.util.concurrent.ConcurrentHashMap

// Of the whole process: a page that is shown anew must not offer what an earlier one is still taking in.
private val BEING_TAKEN_IN: MutableSet<String> = ConcurrentHashMap.newKeySet()

/**
 * Files that the camera writes to for a book of this phone, each under a name of its own, in a folder that only this app reads and that neither
 * backups nor a full phone empty. A file goes when the core has taken its own copy, and not before: what an app that was ended left behind is offered again.
 */
class Captures(private val context: Context, book: Int) {
    // Each officer's own: what one of them photographed is nobody else's to take in, to delete, or to see.
    private val folder = File(context.noBackupFilesDir, "captures").let { if (book == 1) it else File(it, "$book") }

    /** A fresh file and the address by which a camera may write to it. */
    fun fresh(ending: String): Pair<File, Uri> {
        folder.mkdirs()
        val file = File(folder, "${UUID.randomUUID()}.$ending")
        return file to FileProvider.getUriForFile(context, "${context.packageName}.captures", file)
    }

    /** What was captured and never taken in, the oldest first. */
    fun left(): List<File> =
        folder.listFiles().orEmpty().filter { it.isFile && it.length() > 0 && it.path !in BEING_TAKEN_IN }.sortedBy { it.lastModified() }

    /** Is about to be taken in; false where it already is. */
    fun begin(file: File): Boolean = BEING_TAKEN_IN.add(file.path)

    /** Is not being taken in any more, whatever became of it. */
    fun end(file: File) {
        BEING_TAKEN_IN -= file.path
    }

    /** What kind of thing a captured file is. */
    fun mediaType(file: File): String = if (file.extension == PHOTO_ENDING) Pictures.PHOTO else Pictures.VIDEO

    companion object {
        /** How names of photos end. */
        const val PHOTO_ENDING = "jpg"

        /** How names of videos end. */
        const val VIDEO_ENDING = "mp4"
    }
}
