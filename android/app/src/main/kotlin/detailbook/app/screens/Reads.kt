package detailbook.app.screens

import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import detailbook.officer.OfficerError
import detailbook.officer.Screens

/** What is read about [key], each time that something changed; null until it was read once, or where there is none. What cannot be read leaves what stood there. */
@Composable
fun <T : Any> rememberRead(officer: Officer, key: Any?, read: suspend Screens.() -> T?): T? {
    val changed by officer.core.screens.changed.collectAsStateWithLifecycle()
    var shown by remember(key) { mutableStateOf<T?>(null) }
    LaunchedEffect(key, changed) {
        try {
            shown = officer.core.screens.read()
        } catch (_: OfficerError) {
            // The screens' own trouble says why.
        }
    }
    return shown
}
