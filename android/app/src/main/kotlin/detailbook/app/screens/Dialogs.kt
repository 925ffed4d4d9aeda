package detailbook.app.screens

import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import detailbook.app.R

/** Says something that must be seen. */
@Composable
fun Told(title: String, text: String, onSeen: () -> Unit) = AlertDialog(
    onDismissRequest = onSeen,
    title = { Text(title) },
    text = { Text(text, Modifier.verticalScroll(rememberScrollState())) },
    confirmButton = { TextButton(onSeen) { Text(stringResource(R.string.close)) } },
)

/** Asks once more before something that cannot be taken back. */
@Composable
fun Sure(title: String, text: String, yes: String, onNo: () -> Unit, onYes: () -> Unit) = AlertDialog(
    onDismissRequest = onNo,
    title = { Text(title) },
    text = { Text(text, Modifier.verticalScroll(rememberScrollState())) },
    confirmButton = { TextButton(onYes) { Text(yes) } },
    dismissButton = { TextButton(onNo) { Text(stringResource(R.string.cancel)) } },
)
