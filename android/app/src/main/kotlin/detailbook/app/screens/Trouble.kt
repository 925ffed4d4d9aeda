package detailbook.app.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.safeDrawingPadding
import androidx.compose.material3.MaterialTheme
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Line
import detailbook.app.look.Page
import detailbook.app.look.Secondary
import detailbook.app.look.words
import detailbook.officer.OfficerError
import detailbook.officer.letsBeginBeside
import kotlinx.coroutines.delay

private const val PASSES_MILLIS = 1_000L

/** Nothing can be shown, and why. A book that stays shut keeps nobody from clocking in: another one is begun beside it, or one that is there is opened. */
@Composable
fun TroublePage(error: OfficerError, shell: Shell, onRetry: () -> Unit) = Box(Modifier.safeDrawingPadding()) {
    Page {
        item { TroubleBlock(error, onRetry = onRetry) }
        if (letsBeginBeside(error)) item { Beside(shell) }
        if (shell.officers > 1) item { TurnButton(shell) }
    }
}

@Composable
private fun Beside(shell: Shell) = Block {
    Line(stringResource(R.string.trouble_beside))
    Secondary(stringResource(R.string.enrol_beside)) { shell.beginBeside() }
}

/** Over the page, while something that it shows cannot be read. */
@Composable
internal fun ScreensTrouble(officer: Officer) {
    val trouble by officer.core.screens.trouble.collectAsStateWithLifecycle()
    trouble?.let { error -> Box(Modifier.padding(16.dp)) { TroubleBlock(error, onRetry = officer.core.screens::refresh) } }
}

/** Beside the clock, which goes on all the same: something that is over may be missing there. */
@Composable
internal fun FinishedUnread(error: OfficerError, onRetry: () -> Unit) = TroubleBlock(error, stringResource(R.string.finished_unread), onRetry)

/** What passes by itself is tried again by itself. */
@Composable
private fun TroubleBlock(error: OfficerError, entails: String? = null, onRetry: () -> Unit) {
    LaunchedEffect(error) {
        if (!error.passes) return@LaunchedEffect
        delay(PASSES_MILLIS)
        onRetry()
    }
    Block(Modifier.semantics { liveRegion = LiveRegionMode.Polite }, MaterialTheme.colorScheme.errorContainer) {
        Column(verticalArrangement = Arrangement.spacedBy(12.dp)) {
            entails?.let { Line(it) }
            Line(error.words(LocalContext.current))
            Secondary(stringResource(R.string.retry), onClick = onRetry)
        }
    }
}
