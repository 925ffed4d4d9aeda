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
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
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
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import detailbook.app.R
import detailbook.app.look.Faint
import detailbook.app.look.Page
import detailbook.app.look.Primary
import detailbook.app.look.Secondary
import detailbook.app.look.words
import detailbook.app.scan.QrView
import detailbook.officer.OfficerError
import detailbook.officer.hostOf
import detailbook.officer.invitationIn

private enum class Way { CHOOSE, SCAN, TEXT }

/** Signing in: by the camera, or by the text that stands under the code. Before anything is sent the officer sees where it goes. */
@Composable
fun EnrolScreen(officer: Officer, isFirst: Boolean = false, onEnrolled: () -> Unit) {
    var way by rememberSaveable { mutableStateOf(Way.CHOOSE) }
    var denied by rememberSaveable { mutableStateOf(false) }
    var asked by rememberSaveable { mutableStateOf<String?>(null) }
    val enrolment by officer.enrolment.collectAsStateWithLifecycle()
    val permission = rememberLauncherForActivityResult(ActivityResultContracts.RequestPermission()) { allowed ->
        denied = !allowed
        way = if (allowed) Way.SCAN else Way.TEXT
    }
    LaunchedEffect(enrolment) {
        if (enrolment == Enrolment.Done) {
            officer.enrolmentSeen()
            onEnrolled()
        }
    }
    fun begin(text: String) {
        val invitation = invitationIn(text) ?: return
        // A code is looked at once; what it leads to is said, and the next one is scanned when the officer wants it.
        if (way == Way.SCAN) way = Way.CHOOSE
        // What is no invitation goes nowhere: the library says what is wrong with it.
        if (hostOf(invitation) == null) officer.enrol(invitation) else asked = invitation
    }
    val runs = enrolment == Enrolment.Runs
    Page {
        item { Text(stringResource(R.string.enrol_title), Modifier.semantics { heading() }, style = MaterialTheme.typography.headlineMedium) }
        item { Faint(stringResource(R.string.enrol_how)) }
        if (denied) item { Faint(stringResource(R.string.enrol_camera_denied)) }
        item { Outcome(officer, enrolment) }
        when (way) {
            Way.CHOOSE -> item { Primary(stringResource(R.string.enrol_scan), enabled = !runs) { permission.launch(Manifest.permission.CAMERA) } }
            Way.SCAN -> item { QrView(stringResource(R.string.enrol_hold), ::begin) { denied = true; way = Way.TEXT } }
            Way.TEXT -> item { InvitationText(runs, ::begin) }
        }
        if (way != Way.TEXT) item { Secondary(stringResource(R.string.enrol_paste)) { way = Way.TEXT } }
        if (way == Way.TEXT && !denied) item { Secondary(stringResource(R.string.enrol_scan)) { permission.launch(Manifest.permission.CAMERA) } }
        // A book that nobody signed in to is not the end of the way.
        if (isFirst && officer.shell.officers > 1) item { TurnButton(officer.shell) }
    }
    asked?.let { invitation -> WhereTo(invitation, { asked = null }) { asked = null; officer.enrol(invitation) } }
}

@Composable
private fun WhereTo(invitation: String, onNo: () -> Unit, onYes: () -> Unit) = Sure(
    stringResource(R.string.enrol_sure, hostOf(invitation).orEmpty()), stringResource(R.string.enrol_sure_text), stringResource(R.string.enrol_go), onNo, onYes,
)

@Composable
private fun Outcome(officer: Officer, enrolment: Enrolment) {
    val context = LocalContext.current
    val failure = (enrolment as? Enrolment.Failed)?.error
    val text = if (enrolment == Enrolment.Runs) stringResource(R.string.enrol_working) else failure?.words(context) ?: return
    val color = if (failure == null) MaterialTheme.colorScheme.onSurface else MaterialTheme.colorScheme.error
    Column(verticalArrangement = Arrangement.spacedBy(12.dp)) {
        Text(text, Modifier.semantics { liveRegion = LiveRegionMode.Polite }, color, style = MaterialTheme.typography.bodyLarge)
        if (failure is OfficerError.OtherOfficer) {
            Faint(stringResource(R.string.enrol_beside_text))
            Secondary(stringResource(R.string.enrol_beside)) { officer.shell.beginBeside() }
        }
    }
}

@Composable
private fun InvitationText(runs: Boolean, onText: (String) -> Unit) {
    var text by rememberSaveable { mutableStateOf("") }
    Column(verticalArrangement = Arrangement.spacedBy(12.dp)) {
        OutlinedTextField(text, { text = it }, Modifier.fillMaxWidth(), label = { Text(stringResource(R.string.enrol_text)) }, minLines = 3)
        Primary(stringResource(R.string.enrol_go), enabled = !runs && text.isNotBlank()) { onText(text) }
    }
}
