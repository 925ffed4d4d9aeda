package detailbook.app.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.imePadding
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.pluralStringResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Empty
import detailbook.app.look.Faint
import detailbook.app.look.Line
import detailbook.app.look.Page
import detailbook.app.look.Primary
import detailbook.app.look.Secondary
import detailbook.app.look.rememberNow
import detailbook.app.look.rememberWhen
import detailbook.bindings.Correspondent
import detailbook.bindings.MessageView
import detailbook.officer.canAcknowledge

/** Messages with the agency, the newest first. */
@Composable
fun MessagesScreen(officer: Officer, trail: Trail) {
    val now = rememberNow(officer.shell::now)
    val messages = rememberPaged(officer, Unit) { mark -> officer.core.screens.messages(mark).let { it.items to it.next } }
    val shown = messages.items ?: return
    val asked = rememberRead(officer, Unit) { notices(null).items }.orEmpty().count(::canAcknowledge)
    Column(Modifier.imePadding()) {
        Page(Modifier.weight(1f)) {
            if (asked > 0) item { Secondary(pluralStringResource(R.plurals.notices_asked, asked, asked)) { trail.go(Spot.NOTICES) } }
            if (shown.isEmpty()) item { Empty(stringResource(R.string.messages_empty)) }
            items(shown.size) { MessageBlock(shown[it], now) }
            messages.more?.let { more -> item { Secondary(stringResource(R.string.show_more), onClick = more) } }
        }
        Write(officer)
    }
}

@Composable
private fun MessageBlock(message: MessageView, now: Long) {
    val colors = MaterialTheme.colorScheme
    val own = message is MessageView.OnThisPhone || (message as? MessageView.Sent)?.message?.from == Correspondent.OFFICER
    Block(Modifier.semantics(mergeDescendants = true) {}, if (own) colors.primaryContainer else colors.surfaceContainerLow) {
        Faint(stringResource(if (own) R.string.from_you else R.string.from_agency))
        when (message) {
            is MessageView.Sent -> {
                Line(message.message.text)
                Faint(rememberWhen().dayAndClock(message.message.sentAt, now))
            }
            is MessageView.OnThisPhone -> {
                Line(message.text)
                val refused = message.refused
                Faint(if (refused == null) stringResource(R.string.sync_on_this_phone) else stringResource(R.string.sync_refused, refused))
            }
        }
    }
}

@Composable
private fun Write(officer: Officer) {
    val draft = rememberDraft(officer)
    Column(Modifier.fillMaxWidth().padding(16.dp), Arrangement.spacedBy(8.dp)) {
        OutlinedTextField(draft.words, { draft.words = it }, Modifier.fillMaxWidth(), label = { Text(stringResource(R.string.message_hint)) }, maxLines = 5)
        Primary(stringResource(R.string.send), enabled = draft.isReady) { draft.send { sendMessage(it) } }
    }
}
