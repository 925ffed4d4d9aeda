package detailbook.officer

import detailbook.bindings.Sha256
import java.io.File
import java.security.MessageDigest
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

private const val PART_BYTES = 1 shl 16

/**
 * Has the core a copy of its own of this file? So it does where an app was ended after it took the file in and before the file went. Not told of what
 * the agency has had for so long that the copy was removed.
 */
suspend fun Screens.hasTakenIn(file: File): Boolean = original(withContext(Dispatchers.IO) { hashOf(file) }) != null

/** A hash by which originals are known, in the way the library writes it. */
internal fun hashOf(file: File): Sha256 {
    val digest = MessageDigest.getInstance("SHA-256")
    file.inputStream().use { stream ->
        val part = ByteArray(PART_BYTES)
        generateSequence { stream.read(part).takeIf { it >= 0 } }.forEach { digest.update(part, 0, it) }
    }
    return digest.digest().joinToString("") { "%02x".format(it) }
}
