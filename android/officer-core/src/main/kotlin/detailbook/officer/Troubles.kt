package detailbook.officer

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow

/** Why things that are followed cannot be read now, each by itself: that another one could be read says nothing of it. */
internal class Troubles {
    private val standing = LinkedHashMap<Any, OfficerError>()
    private val shown = MutableStateFlow<OfficerError?>(null)

    /** One of those that stand; null where none does. One that passes by itself comes first: while it is shown it is tried again. */
    val told: StateFlow<OfficerError?> = shown.asStateFlow()

    /** That cannot be read, and why. */
    @Synchronized
    fun stands(what: Any, error: OfficerError) {
        standing[what] = error
        tell()
    }

    /** That could be read, or nobody follows it any more. */
    @Synchronized
    fun isOver(what: Any) {
        if (standing.remove(what) != null) tell()
    }

    private fun tell() {
        shown.value = standing.values.firstOrNull { it.passes } ?: standing.values.firstOrNull()
    }
}
