package detailbook.app.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.imePadding
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Faint
import detailbook.app.look.Heading
import detailbook.app.look.Line
import detailbook.app.look.Page
import detailbook.app.look.Primary
import detailbook.app.look.Secondary

/** The text that every officer on the detail shares, and the way to the notes that they share. [zone] is the detail's, where it is known. */
@Composable
internal fun PassOnBlock(officer: Officer, trail: Trail, detail: String, zone: String?) {
    val text = rememberRead(officer, detail) { passOnText(detail) } ?: return
    Column(verticalArrangement = Arrangement.spacedBy(8.dp)) {
        Heading(stringResource(R.string.pass_on_heading))
        Block {
            if (text.isBlank()) Faint(stringResource(R.string.pass_on_empty)) else Line(text)
            Secondary(stringResource(R.string.pass_on_edit)) { trail.go(Spot.PASS_ON, detail) }
            Secondary(stringResource(R.string.shared_notes)) { trail.go(Spot.SHARED_NOTES, detail, zone) }
        }
    }
}

/** Writes that text anew. What others write in the meantime stays: the phone sends what was changed, and not the whole. */
@Composable
fun PassOnScreen(officer: Officer, trail: Trail, detail: String) {
    val read = rememberRead(officer, detail) { passOnText(detail) }
    // What the officer saw when they began: the change is told against it.
    var begun by rememberSaveable(detail) { mutableStateOf<String?>(null) }
    LaunchedEffect(read) { if (begun == null) begun = read }
    val seen = begun ?: return
    var words by rememberSaveable(detail) { mutableStateOf(seen) }
    val saving = rememberOnce(officer, detail)
    Page(Modifier.imePadding()) {
        item { Faint(stringResource(R.string.pass_on_how)) }
        item {
            OutlinedTextField(words, { words = it }, Modifier.fillMaxWidth(), label = { Text(stringResource(R.string.pass_on_title)) }, minLines = 5)
        }
        item {
            Primary(stringResource(R.string.save), enabled = words != seen && saving.isOpen) {
                val text = words
                saving.tell(after = { if (trail.here.spot == Spot.PASS_ON) trail.back() }) { editPassOn(detail, seen, text) }
            }
        }
    }
}
