package detailbook.app.screens

import android.app.DatePickerDialog
import android.app.TimePickerDialog
import android.content.Context
import android.text.format.DateFormat
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableLongStateOf
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Faint
import detailbook.app.look.Heading
import detailbook.app.look.IconLine
import detailbook.app.look.Line
import detailbook.app.look.Page
import detailbook.app.look.Primary
import detailbook.app.look.Secondary
import detailbook.app.look.Title
import detailbook.app.look.rememberNow
import detailbook.app.look.rememberWhen
import detailbook.app.look.words
import detailbook.bindings.WhichShift
import detailbook.officer.Correction
import detailbook.officer.correction
import java.time.LocalDate
import java.time.LocalTime

/** Says what time a punch should have had, and why. The punch itself stays as it was made. */
@Composable
fun CorrectionScreen(officer: Officer, trail: Trail, log: String, punch: String) {
    val now = rememberNow(officer.shell::now)
    val punches = rememberPunches(officer, log) ?: return
    val correction = correction(punches.shift, punches.lines, punch, now)
        ?: return Page { item { Line(stringResource(R.string.punches_empty)) } }
    var at by rememberSaveable(punch) { mutableLongStateOf(correction.suggested) }
    var reason by rememberSaveable(punch) { mutableStateOf("") }
    val saving = rememberOnce(officer, punch)
    Page {
        item { Original(correction, now) }
        item { Heading(stringResource(R.string.correct_to)) }
        item { Chosen(correction, at, now) { at = it } }
        item { OutlinedTextField(reason, { reason = it }, Modifier.fillMaxWidth(), label = { Text(stringResource(R.string.correct_reason)) }, minLines = 3) }
        item { Faint(stringResource(R.string.correct_stays)) }
        item {
            Primary(stringResource(R.string.correct_save), enabled = !correction.isSame(at) && reason.isNotBlank() && saving.isOpen) {
                val (to, why) = at to reason.trim()
                saving.tell(after = { if (trail.here.spot == Spot.CORRECTION) trail.back() }) { correct(WhichShift.Log(log), punch, to, why) }
            }
        }
    }
}

@Composable
private fun Original(correction: Correction, now: Long) = Block {
    val line = correction.line
    Title(stringResource(line.fact.kind.words()))
    Line(stringResource(R.string.correct_made, rememberWhen().dayAndClock(line.fact.at, now, correction.zone)))
    Corrected(line, now, correction.zone)
}

/** The time that was chosen, what is worth a word about it, and the phone's own pickers. */
@Composable
private fun Chosen(correction: Correction, at: Long, now: Long, onChoose: (Long) -> Unit) = Block {
    val context = LocalContext.current
    Title(rememberWhen().dayAndClock(at, now, correction.zone))
    Column(Modifier.semantics { liveRegion = LiveRegionMode.Polite }, Arrangement.spacedBy(6.dp)) {
        if (correction.isSame(at)) {
            IconLine(R.drawable.ic_attention, stringResource(R.string.correct_same), MaterialTheme.colorScheme.error)
        } else {
            for (remark in correction.remarks(at)) IconLine(R.drawable.ic_attention, stringResource(remark.words()))
        }
    }
    Secondary(stringResource(R.string.correct_time)) { pickTime(context, correction, at, onChoose) }
    Secondary(stringResource(R.string.correct_day)) { pickDay(context, correction, at, onChoose) }
}

private fun pickTime(context: Context, correction: Correction, at: Long, onChoose: (Long) -> Unit) {
    val there = correction.at(at)
    val chosen = TimePickerDialog.OnTimeSetListener { _, hour, minute -> onChoose(correction.atTime(at, LocalTime.of(hour, minute))) }
    TimePickerDialog(context, chosen, there.hour, there.minute, DateFormat.is24HourFormat(context)).show()
}

private fun pickDay(context: Context, correction: Correction, at: Long, onChoose: (Long) -> Unit) {
    val there = correction.at(at)
    DatePickerDialog(
        context, { _, year, month, day -> onChoose(correction.onDay(at, LocalDate.of(year, month + 1, day))) },
        there.year, there.monthValue - 1, there.dayOfMonth,
    ).show()
}
