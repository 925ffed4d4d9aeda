package detailbook.app.screens

import android.Manifest
import androidx.activity.compose.rememberLauncherForActivityResult
import androidx.activity.result.contract.ActivityResultContracts
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import detailbook.app.R
import detailbook.app.look.Faint
import detailbook.app.look.Page
import detailbook.app.look.Primary
import detailbook.app.look.Secondary
import detailbook.app.look.words
import detailbook.app.scan.QrView
import detailbook.officer.OfficerError
import detailbook.officer.invitationIn
import kotlinx.coroutines.launch

private enum class Way { CHOOSE, SCAN, TEXT }

/** Signing in: by the camera, or by the text that stands under the code. */
@Composable
fun EnrolScreen(officer: Officer, onEnrolled: () -> Unit) {
    var way by rememberSaveable { mutableStateOf(Way.CHOOSE) }
    var denied by rememberSaveable { mutableStateOf(false) }
    val enrolling = rememberEnrolling(officer, onEnrolled)
    val permission = rememberLauncherForActivityResult(ActivityResultContracts.RequestPermission()) { allowed ->
        denied = !allowed
        way = if (allowed) Way.SCAN else Way.TEXT
    }
    Page {
        item { Text(stringResource(R.string.enrol_title), Modifier.semantics { heading() }, style = MaterialTheme.typography.headlineMedium) }
        item { Faint(stringResource(R.string.enrol_how)) }
        if (denied) item { Faint(stringResource(R.string.enrol_camera_denied)) }
        item { Outcome(enrolling) }
        when (way) {
            Way.CHOOSE -> item { Primary(stringResource(R.string.enrol_scan)) { permission.launch(Manifest.permission.CAMERA) } }
            Way.SCAN -> item {
                // Once it has read a code the camera rests until it is clear what became of it.
                if (!enrolling.runs) QrView(stringResource(R.string.enrol_hold), enrolling.begin) { denied = true; way = Way.TEXT }
            }
            Way.TEXT -> item { InvitationText(enrolling) }
        }
        if (way != Way.TEXT) item { Secondary(stringResource(R.string.enrol_paste)) { way = Way.TEXT } }
        if (way == Way.TEXT && !denied) item { Secondary(stringResource(R.string.enrol_scan)) { permission.launch(Manifest.permission.CAMERA) } }
    }
}

private class Enrolling(val runs: Boolean, val failure: OfficerError?, val begin: (String) -> Unit)

@Composable
private fun rememberEnrolling(officer: Officer, onEnrolled: () -> Unit): Enrolling {
    var runs by remember { mutableStateOf(false) }
    var failure by remember { mutableStateOf<OfficerError?>(null) }
    val scope = rememberCoroutineScope()
    return Enrolling(runs, failure) { text ->
        val invitation = invitationIn(text)
        if (runs || invitation == null) return@Enrolling
        runs = true
        scope.launch {
            try {
                officer.core.enrol(invitation)
                officer.shell.syncSoon()
                onEnrolled()
            } catch (error: OfficerError) {
                failure = error
            } finally {
                runs = false
            }
        }
    }
}

@Composable
private fun Outcome(enrolling: Enrolling) {
    val context = LocalContext.current
    val text = if (enrolling.runs) stringResource(R.string.enrol_working) else enrolling.failure?.words(context) ?: return
    val color = if (enrolling.runs) MaterialTheme.colorScheme.onSurface else MaterialTheme.colorScheme.error
    Text(text, Modifier.semantics { liveRegion = LiveRegionMode.Polite }, color, style = MaterialTheme.typography.bodyLarge)
}

@Composable
private fun InvitationText(enrolling: Enrolling) {
    var text by rememberSaveable { mutableStateOf("") }
    Column(verticalArrangement = Arrangement.spacedBy(12.dp)) {
        OutlinedTextField(text, { text = it }, Modifier.fillMaxWidth(), label = { Text(stringResource(R.string.enrol_text)) }, minLines = 3)
        Primary(stringResource(R.string.enrol_go), enabled = !enrolling.runs && text.isNotBlank()) { enrolling.begin(text) }
    }
}
