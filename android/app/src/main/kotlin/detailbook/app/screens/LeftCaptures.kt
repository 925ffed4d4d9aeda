package detailbook.app.screens

import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.res.stringResource
import detailbook.app.R
import detailbook.app.capture.Captures
import detailbook.app.capture.Thumbnail
import detailbook.app.look.Block
import detailbook.app.look.Line
import detailbook.app.look.Secondary
import detailbook.app.look.rememberWhen
import detailbook.bindings.Place
import detailbook.officer.OfficerError
import detailbook.officer.Pictures
import detailbook.officer.hasTakenIn
import java.io.File
import java.io.IOException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/** Takes captured files into a shift or what all on a detail share, and knows those that were never taken in. */
internal class TakenIn(val captures: Captures, private val officer: Officer, val place: Place) {
    /** Captured and never taken in: the app was ended meanwhile, or the phone was full. */
    var left by mutableStateOf(emptyList<File>())
        private set

    /** Looks what is left, and lets go of what the core has: the app may have been ended between the two. */
    suspend fun begin() {
        withContext(Dispatchers.IO) { captures.left() }.forEach { if (isTakenIn(it)) it.delete() }
        look()
    }

    // What cannot be told now is offered.
    private suspend fun isTakenIn(file: File): Boolean = try {
        officer.core.screens.hasTakenIn(file)
    } catch (_: OfficerError) {
        false
    } catch (_: IOException) {
        false
    }

    /** Takes a file in. It goes once the core has its own copy; where that fails it stays and is offered again. */
    fun takeIn(file: File) {
        if (!captures.begin(file)) return
        look()
        officer.tell(after = { file.delete() }, ended = { captures.end(file); look() }) { attach(place, file.path, captures.mediaType(file)) }
    }

    /** Deletes a file for good. */
    fun discard(file: File) {
        file.delete()
        look()
    }

    private fun look() {
        left = captures.left()
    }
}

@Composable
internal fun rememberTakenIn(officer: Officer, place: Place): TakenIn {
    val context = LocalContext.current
    return remember(officer, place) { TakenIn(Captures(context, officer.shell.book), officer, place) }.also { LaunchedEffect(it) { it.begin() } }
}

/** Something that was captured and was never taken in. Where it would go is said: what a shift was meant to hold is not to be shared by mistake. */
@Composable
internal fun LeftBlock(taken: TakenIn, file: File, now: Long) = Block {
    var asked by rememberSaveable { mutableStateOf(false) }
    val said = stringResource(R.string.capture_left, rememberWhen().dayAndClock(file.lastModified(), now))
    if (Pictures.isPhoto(taken.captures.mediaType(file))) Thumbnail(file.path, said)
    Line(said)
    val add = if (taken.place is Place.PassOn) R.string.capture_share else R.string.capture_add
    Secondary(stringResource(add)) { taken.takeIn(file) }
    Secondary(stringResource(R.string.capture_delete)) { asked = true }
    if (asked) {
        val (title, text, yes) = listOf(R.string.capture_delete_sure, R.string.capture_delete_text, R.string.capture_delete).map { stringResource(it) }
        Sure(title, text, yes, { asked = false }) {
            asked = false
            taken.discard(file)
        }
    }
}
