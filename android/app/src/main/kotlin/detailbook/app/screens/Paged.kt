package detailbook.app.screens

import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import detailbook.bindings.PageMark

/** A long list: what was read of it so far, and whether there is more. */
class Paged<T>(val items: List<T>?, val more: (() -> Unit)?)

/** Reads a list from its beginning each time that something changed, as far as it was asked for. */
@Composable
fun <T> rememberPaged(officer: Officer, about: Any?, read: suspend (PageMark?) -> Pair<List<T>, PageMark?>): Paged<T> {
    var pages by remember(about) { mutableStateOf(1) }
    val wanted = pages
    val shown = rememberRead(officer, about, further = wanted) { readPages(wanted, read) }
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
