package detailbook.app.screens

import android.content.Context
import android.content.Intent
import android.net.Uri
import android.os.Build
import android.provider.Settings
import androidx.activity.compose.rememberLauncherForActivityResult
import androidx.activity.result.contract.ActivityResultContracts
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.material3.RadioButton
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.LifecycleResumeEffect
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Faint
import detailbook.app.look.Heading
import detailbook.app.look.Line
import detailbook.app.look.Page
import detailbook.app.look.Secondary
import detailbook.app.look.Title
import detailbook.app.look.rememberNow
import detailbook.app.look.rememberWhen
import detailbook.bindings.Enrolled
import detailbook.bindings.Report
import detailbook.bindings.libraryVersions
import detailbook.officer.BookOwner
import detailbook.officer.ReminderWishes

private val BEFORE_START = listOf(true to R.string.remind_before, false to R.string.remind_never)

/** What the officer may choose, and what this phone is. */
@Composable
fun SettingsScreen(officer: Officer, trail: Trail) {
    val now = rememberNow(officer.shell::now)
    val owner = rememberOwner(officer)
    val enrolled = rememberRead(officer, Unit) { officer.core.enrolled() }
    val reports = rememberRead(officer, Unit) { officer.core.reports() }.orEmpty()
    Page {
        item { Heading(stringResource(R.string.settings_reminders)) }
        item { BeforeStart(officer.shell) }
        item { NotificationsOff(officer.shell) }
        item { ExactAlarms(officer.shell) }
        item { Heading(stringResource(R.string.settings_phone)) }
        item { ThisPhone(enrolled, owner) }
        item { Secondary(stringResource(R.string.enrol_again)) { trail.go(Spot.ENROL) } }
        if (officer.shell.officers > 1) item { TurnButton(officer.shell) }
        if (reports.isNotEmpty()) item { Heading(stringResource(R.string.settings_reports)) }
        items(reports.size) { ReportBlock(reports[it], now) }
    }
}

@Composable
private fun BeforeStart(shell: Shell) {
    var chosen by remember { mutableStateOf(shell.reminders.beforeStart) }
    Column(Modifier.selectableGroup()) {
        for ((wish, name) in BEFORE_START) {
            Row(
                Modifier.fillMaxWidth().heightIn(min = 48.dp).selectable(chosen == wish, role = Role.RadioButton) {
                    chosen = wish
                    shell.reminders = ReminderWishes(wish)
                },
                Arrangement.spacedBy(12.dp), Alignment.CenterVertically,
            ) {
                RadioButton(chosen == wish, null)
                Text(stringResource(name))
            }
        }
    }
}

/** Says so where the app may not notify, and asks. */
@Composable
internal fun NotificationsOff(shell: Shell) {
    val context = LocalContext.current
    var allowed by remember { mutableStateOf(shell.mayNotify) }
    // A phone that does not ask, or asks no more, has it in its settings only.
    var asks by rememberSaveable { mutableStateOf(Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) }
    val ask = rememberLauncherForActivityResult(ActivityResultContracts.RequestPermission()) {
        allowed = shell.mayNotify
        asks = allowed
    }
    LifecycleResumeEffect(Unit) {
        allowed = shell.mayNotify
        onPauseOrDispose { }
    }
    if (allowed) return
    Block {
        Line(stringResource(R.string.settings_notifications))
        Faint(stringResource(R.string.settings_notifications_text))
        Secondary(stringResource(if (asks) R.string.settings_notifications_allow else R.string.open_settings)) {
            if (asks) ask.launch(android.Manifest.permission.POST_NOTIFICATIONS) else context.startActivity(notificationSettings(context))
        }
    }
}

private fun notificationSettings(context: Context): Intent =
    Intent(Settings.ACTION_APP_NOTIFICATION_SETTINGS).putExtra(Settings.EXTRA_APP_PACKAGE, context.packageName)

@Composable
private fun ExactAlarms(shell: Shell) {
    val context = LocalContext.current
    if (shell.alarmsAreExact || Build.VERSION.SDK_INT < Build.VERSION_CODES.S) return
    Block {
        Line(stringResource(R.string.settings_exact))
        Faint(stringResource(R.string.settings_exact_text))
        Secondary(stringResource(R.string.settings_exact_allow)) {
            context.startActivity(Intent(Settings.ACTION_REQUEST_SCHEDULE_EXACT_ALARM, Uri.parse("package:${context.packageName}")))
        }
    }
}

@Composable
private fun ThisPhone(enrolled: Enrolled?, owner: BookOwner?) = Block {
    val versions = remember { libraryVersions() }
    owner?.shown?.let { Title(stringResource(R.string.book_of, it)) }
    enrolled?.let {
        Faint(stringResource(R.string.settings_officer, it.officer))
        Faint(stringResource(R.string.settings_device, it.device))
    }
    Faint(stringResource(R.string.settings_library, versions.library))
    if (versions.encrypted) Faint(stringResource(R.string.settings_encrypted))
}

@Composable
private fun ReportBlock(report: Report, now: Long) = Block {
    Faint(rememberWhen().dayAndClock(report.at, now))
    Line(report.reason)
    report.words?.let { Line(stringResource(R.string.your_words, it)) }
}
