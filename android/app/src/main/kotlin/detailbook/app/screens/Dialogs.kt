package detailbook.app.screens

import androidx.compose.foundation.layout.fillMaxWidth
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
import detailbook.app.R

/** Asks once more before something that cannot be taken back. */
@Composable
fun Sure(title: String, text: String, yes: String, onNo: () -> Unit, onYes: () -> Unit) = AlertDialog(
    onDismissRequest = onNo,
    title = { Text(title) },
    text = { Text(text) },
    confirmButton = { TextButton(onYes) { Text(yes) } },
    dismissButton = { TextButton(onNo) { Text(stringResource(R.string.cancel)) } },
)

/** Asks for a few words. */
@Composable
fun AskWords(title: String, onNo: () -> Unit, onWords: (String) -> Unit) {
    var words by rememberSaveable { mutableStateOf("") }
    AlertDialog(
        onDismissRequest = onNo,
        title = { Text(title) },
        text = { OutlinedTextField(words, { words = it }, Modifier.fillMaxWidth(), minLines = 3) },
        confirmButton = { TextButton({ onWords(words.trim()) }, enabled = words.isNotBlank()) { Text(stringResource(R.string.save)) } },
        dismissButton = { TextButton(onNo) { Text(stringResource(R.string.cancel)) } },
    )
}
