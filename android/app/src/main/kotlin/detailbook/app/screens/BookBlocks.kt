package detailbook.app.screens

import androidx.compose.material3.MaterialTheme
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Faint
import detailbook.app.look.Secondary
import detailbook.app.look.Title
import detailbook.officer.BookOwner

/** Whose book these screens are of; null until it was read. */
@Composable
internal fun rememberOwner(officer: Officer): BookOwner? = rememberRead(officer, officer) { BookOwner(officer.shell.book, whose()) }

/** Whose book this is, where officers share the phone. Spoken as soon as it is there. */
@Composable
internal fun OwnerBlock(owner: BookOwner) =
    Block(Modifier.semantics(mergeDescendants = true) { liveRegion = LiveRegionMode.Polite }, MaterialTheme.colorScheme.primaryContainer) {
        Title(owner.words())
        Faint(stringResource(R.string.book_signed))
    }

@Composable
private fun BookOwner.words(): String =
    shown?.let { stringResource(R.string.book_of, it) } ?: stringResource(R.string.book_number, book)

/** Turns to the next book on this phone, after asking whether it is the officer's: whoever holds the phone may, and signs as that officer from then on. */
@Composable
internal fun TurnButton(shell: Shell) {
    var isAsked by remember { mutableStateOf(false) }
    var next by remember { mutableStateOf<BookOwner?>(null) }
    LaunchedEffect(isAsked) {
        if (!isAsked) return@LaunchedEffect
        next = shell.nextOwner()
        isAsked = false
    }
    Secondary(stringResource(R.string.enrol_switch), enabled = !isAsked) { isAsked = true }
    val owner = next ?: return
    val who = owner.shown
    val title = if (who == null) stringResource(R.string.turn_number, owner.book) else stringResource(R.string.turn_to, who)
    val text = stringResource(if (who == null) R.string.turn_number_text else R.string.turn_to_text)
    Sure(title, text, stringResource(R.string.turn_yes), { next = null }) {
        next = null
        shell.turnTo(owner.book)
    }
}
