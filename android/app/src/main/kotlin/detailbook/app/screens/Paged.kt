package detailbook.app.screens

import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import detailbook.bindings.PageMark
import detailbook.officer.OfficerError

/** A long list: what was read of it so far, and whether there is more. */
class Paged<T>(val items: List<T>?, val more: (() -> Unit)?)

/**
 * Reads a list from its beginning each time that something changed, as far as it was asked for. What cannot be read leaves what stood there: the
 * screens' own trouble says why.
 */
@Composable
fun <T> rememberPaged(officer: Officer, key: Any?, read: suspend (PageMark?) -> Pair<List<T>, PageMark?>): Paged<T> {
    val changed by officer.core.screens.changed.collectAsStateWithLifecycle()
    var pages by remember(key) { mutableStateOf(1) }
    var shown by remember(key) { mutableStateOf<Pair<List<T>, Boolean>?>(null) }
    LaunchedEffect(key, changed, pages) {
        try {
            shown = readPages(pages, read)
        } catch (_: OfficerError) {
            // What stood there stays.
        }
    }
    return Paged(shown?.first, if (shown?.second == true) ({ pages += 1 }) else null)
}

private suspend fun <T> readPages(pages: Int, read: suspend (PageMark?) -> Pair<List<T>, PageMark?>): Pair<List<T>, Boolean> {
    val all = mutableListOf<T>()
    var mark: PageMark? = null
    repeat(pages) { page ->
        if (page > 0 && mark == null) return@repeat
        val (items, next) = read(mark)
        all += items
        mark = next
    }
    return all to (mark != null)
}
