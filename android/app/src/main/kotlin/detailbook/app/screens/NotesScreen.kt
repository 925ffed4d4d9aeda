package detailbook.app.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.selection.toggleable
import androidx.compose.material3.Checkbox
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.unit.dp
import detailbook.app.R
import detailbook.app.capture.CaptureButtons
import detailbook.app.capture.Thumbnail
import detailbook.app.look.Block
import detailbook.app.look.Empty
import detailbook.app.look.Faint
import detailbook.app.look.Line
import detailbook.app.look.Page
import detailbook.app.look.Primary
import detailbook.app.look.Secondary
import detailbook.app.look.rememberNow
import detailbook.app.look.rememberWhen
import detailbook.app.look.words
import detailbook.bindings.FactKind
import detailbook.bindings.OriginalView
import detailbook.bindings.Place
import detailbook.bindings.RunningView
import detailbook.bindings.WhichShift
import detailbook.bindings.WrittenView
import detailbook.officer.Pictures
import detailbook.officer.canReplace

private const val PERCENT = 100uL

/** Notes, incidents, photos and videos of a shift. One that has not begun has no document yet and is known by its [assignment]. */
@Composable
fun NotesScreen(officer: Officer, document: String, assignment: String?) {
    val shift = rememberShift(officer, document)
    val place = Place.Shift(assignment?.let { WhichShift.Assignment(it) } ?: WhichShift.Log(document))
    Notes(officer, Pad(document, place, shift, shift?.shift?.detail?.zone))
}

/** The same for everyone on a detail, whose notes belong to no shift. [zone] is the detail's, where it is known. */
@Composable
fun SharedNotesScreen(officer: Officer, detail: String, zone: String?) = Notes(officer, Pad(detail, Place.PassOn(detail), null, zone)) {
    Faint(stringResource(R.string.shared_notes_how))
}

/** What notes are written into; [shift] is null where they belong to none, or until it was read. */
private class Pad(val document: String, val place: Place, val shift: RunningView?, val zone: String?)

@Composable
private fun Notes(officer: Officer, pad: Pad, above: (@Composable () -> Unit)? = null) {
    val now = rememberNow(officer.shell::now)
    val written = rememberPaged(officer, pad.document) { mark -> officer.core.screens.written(pad.document, mark).let { it.items to it.next } }
    val captures = rememberTakenIn(officer, pad.place)
    Page {
        above?.let { item { it() } }
        item { WriteNote(officer, pad.place) }
        item {
            CaptureButtons(captures.captures, captures::takeIn)
        }
        items(captures.left.size, { captures.left[it].path }) { LeftBlock(captures, captures.left[it], now) }
        val shown = written.items.orEmpty()
        if (written.items?.isEmpty() == true) item { Empty(stringResource(R.string.notes_empty)) }
        items(shown.size, { shown[it].written.fact }) { WrittenBlock(officer, pad, shown[it], now) }
        written.more?.let { more -> item { Secondary(stringResource(R.string.show_more), onClick = more) } }
    }
}

/** How the shift stands; null until it was read. Times of what was written are said as they are where it is worked. */
@Composable
private fun rememberShift(officer: Officer, document: String): RunningView? = rememberRead(officer, document) { shift(document) }

@Composable
private fun WriteNote(officer: Officer, place: Place) {
    val draft = rememberDraft(officer)
    var isIncident by rememberSaveable { mutableStateOf(false) }
    Column(verticalArrangement = Arrangement.spacedBy(8.dp)) {
        OutlinedTextField(draft.words, { draft.words = it }, Modifier.fillMaxWidth(), label = { Text(stringResource(R.string.note_hint)) }, minLines = 3)
        Row(
            Modifier.fillMaxWidth().heightIn(min = 48.dp).toggleable(isIncident, role = Role.Checkbox) { isIncident = it },
            verticalAlignment = Alignment.CenterVertically, horizontalArrangement = Arrangement.spacedBy(12.dp),
        ) {
            Checkbox(isIncident, null)
            Text(stringResource(R.string.note_incident))
        }
        Primary(stringResource(R.string.note_add), enabled = draft.isReady) {
            val incident = isIncident
            draft.send(after = { isIncident = false }) { if (incident) incident(place, it) else note(place, it) }
        }
    }
}

@Composable
private fun WrittenBlock(officer: Officer, pad: Pad, written: WrittenView, now: Long) = Block {
    var edits by rememberSaveable(written.written.fact) { mutableStateOf(false) }
    val time = rememberWhen().dayAndClock(written.written.at, now, pad.zone)
    val attachment = written.written.attachment
    Faint("${stringResource(kindOf(written))} · $time")
    if (attachment != null && Pictures.isPhoto(attachment.mediaType)) Photo(officer, attachment.hash, time)
    if (edits) EditNote(officer, pad.document, written) { edits = false } else if (written.written.text.isNotBlank()) Line(written.written.text)
    Faint(written.sync.words(LocalContext.current))
    if (!edits && canReplace(written, pad.shift)) Secondary(stringResource(R.string.note_edit)) { edits = true }
    written.original?.let { OriginalLine(officer, it) }
}

/** Writes a note anew. The old words stay in its document. */
@Composable
private fun EditNote(officer: Officer, document: String, written: WrittenView, onEnd: () -> Unit) {
    val (fact, before) = written.written.fact to written.written.text
    val draft = rememberDraft(officer, fact, before)
    OutlinedTextField(draft.words, { draft.words = it }, Modifier.fillMaxWidth(), label = { Text(stringResource(R.string.note_edit)) }, minLines = 3)
    Primary(stringResource(R.string.save), enabled = draft.isReady && draft.words.trim() != before) {
        draft.send(after = onEnd) { replaceNote(document, fact, it) }
    }
    Secondary(stringResource(R.string.cancel), onClick = onEnd)
}

@Composable
private fun Photo(officer: Officer, hash: String, time: String) {
    val path = rememberRead(officer, hash) { original(hash) }
    path?.let { Thumbnail(it, stringResource(R.string.photo_described, time)) }
}

@Composable
private fun OriginalLine(officer: Officer, original: OriginalView) {
    val failed = original.failed
    when {
        failed != null -> {
            Line(stringResource(R.string.sync_refused, failed))
            Secondary(stringResource(R.string.retry)) { officer.tell { retryOriginal(original.hash) } }
        }
        original.complete == null && original.size > 0uL ->
            Faint(stringResource(R.string.sent_part, (original.received * PERCENT / original.size).toInt()))
    }
}

private fun kindOf(written: WrittenView): Int {
    val attachment = written.written.attachment
    return when {
        attachment != null -> if (Pictures.isPhoto(attachment.mediaType)) R.string.written_photo else R.string.written_video
        written.written.kind == FactKind.Incident -> R.string.written_incident
        written.written.kind == FactKind.Note -> R.string.written_note
        else -> R.string.written_other
    }
}
