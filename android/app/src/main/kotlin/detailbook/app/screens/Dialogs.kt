package detailbook.app.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import detailbook.app.R

/** Asks once more before something that cannot be taken back. */
@Composable
fun Sure(title: String, text: String, yes: String, onNo: () -> Unit, onYes: () -> Unit) = AlertDialog(
    onDismissRequest = onNo,
    title = { Text(title) },
    text = { Text(text, Modifier.verticalScroll(rememberScrollState())) },
    confirmButton = { TextButton(onYes) { Text(yes) } },
    dismissButton = { TextButton(onNo) { Text(stringResource(R.string.cancel)) } },
)

/** Asks for some words, and says before what follows from them. */
@Composable
fun Ask(title: String, text: String, hint: String, yes: String, onNo: () -> Unit, onWords: (String) -> Unit) {
    var words by rememberSaveable { mutableStateOf("") }
    AlertDialog(
        onDismissRequest = onNo,
        title = { Text(title) },
        text = {
            Column(Modifier.verticalScroll(rememberScrollState()), Arrangement.spacedBy(12.dp)) {
                Text(text)
                OutlinedTextField(words, { words = it }, Modifier.fillMaxWidth(), label = { Text(hint) }, maxLines = 5)
            }
        },
        confirmButton = { TextButton({ onWords(words.trim()) }, enabled = words.isNotBlank()) { Text(yes) } },
        dismissButton = { TextButton(onNo) { Text(stringResource(R.string.cancel)) } },
    )
}
