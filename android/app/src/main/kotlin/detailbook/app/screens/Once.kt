package detailbook.app.screens

import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.MutableState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import detailbook.officer.OfficerCore

/** Something that is to be done once: while it is under way, and after it was done, another tap does nothing. Where it failed it may be tried again. */
internal class Once(private val officer: Officer) {
    /** A tap would do it. */
    var isOpen by mutableStateOf(true)
        private set

    /** Does it, unless it is under way or done. */
    fun tell(after: () -> Unit = {}, act: suspend OfficerCore.() -> Unit) {
        if (!isOpen) return
        isOpen = false
        var isDone = false
        officer.tell(after = { isDone = true; after() }, ended = { isOpen = !isDone }, act = act)
    }
}

/** May a wish about that be told now? */
@Composable
internal fun mayWish(officer: Officer, about: String): Boolean {
    val wishes by officer.wishes.collectAsStateWithLifecycle()
    return about !in wishes
}

@Composable
internal fun rememberOnce(officer: Officer, key: Any?): Once = remember(officer, key) { Once(officer) }

/**
 * Words that are being written. They stay on screen until they are kept: a full disk must not eat them. A second tap does not send them again, and what
 * was typed in the meantime stays.
 */
internal class Draft(private val officer: Officer, text: MutableState<String>) {
    private class End(val sent: String, val isKept: Boolean, val after: () -> Unit)

    private var end by mutableStateOf<End?>(null)
    private var isSending by mutableStateOf(false)

    /** What stands in the field. */
    var words by text

    /** There is something to send, and nothing is being sent. */
    val isReady: Boolean get() = words.isNotBlank() && !isSending

    /** Sends what stands there; [after] where it was kept. */
    fun send(after: () -> Unit = {}, act: suspend OfficerCore.(String) -> Unit) {
        if (isSending) return
        isSending = true
        val sent = words
        var isKept = false
        officer.tell(after = { isKept = true }, ended = { end = End(sent, isKept, after) }) { act(sent.trim()) }
    }

    /** Ends it on the thread that types. */
    @Composable
    fun Settle() = LaunchedEffect(end) {
        val end = end ?: return@LaunchedEffect
        if (end.isKept && words == end.sent) words = ""
        isSending = false
        this@Draft.end = null
        if (end.isKept) end.after()
    }
}

/** Words about [key], which outlive a turned screen. */
@Composable
internal fun rememberDraft(officer: Officer, key: Any? = null, first: String = ""): Draft {
    val text = rememberSaveable(key) { mutableStateOf(first) }
    return remember(officer, text) { Draft(officer, text) }.also { it.Settle() }
}
