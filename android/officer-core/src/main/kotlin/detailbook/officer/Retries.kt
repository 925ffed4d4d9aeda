package detailbook.officer

import detailbook.bindings.ItemKind
import detailbook.bindings.ItemView
import detailbook.bindings.SyncState

/** Can this item be tried again by hand? What waits goes by itself; a wish that was refused is simply wished again. */
fun canRetry(item: ItemView): Boolean = item.sync is SyncState.Refused && item.item !is ItemKind.Wish

/** Tries an item again that was refused or given up. */
suspend fun OfficerCore.retry(item: ItemView) {
    when (val what = item.item) {
        is ItemKind.Fact -> retryFact(what.document, what.fact)
        is ItemKind.Original -> retryOriginal(what.hash)
        is ItemKind.Wish -> Unit
    }
}
