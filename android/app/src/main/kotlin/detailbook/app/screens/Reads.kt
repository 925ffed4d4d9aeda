package detailbook.app.screens

import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberUpdatedState
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import detailbook.officer.Screens

/**
 * What is read about [about], now and each time that something changed; null until it was read once, or where there is none. What cannot be read leaves
 * what stood there, and the screens' own trouble says why for as long as this is on screen. Where [further] is another one it is read anew, and what
 * stood there stays until then.
 */
@Composable
fun <T : Any> rememberRead(officer: Officer, about: Any?, further: Any? = null, read: suspend Screens.() -> T?): T? = key(about) {
    val latest by rememberUpdatedState(read)
    val views = remember(officer, further) { officer.core.screens.following { latest() } }
    views.collectAsStateWithLifecycle(null).value
}
