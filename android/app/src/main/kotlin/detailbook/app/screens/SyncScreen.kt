package detailbook.app.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.rememberCoroutineScope
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.res.pluralStringResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Faint
import detailbook.app.look.Heading
import detailbook.app.look.Line
import detailbook.app.look.Page
import detailbook.app.look.Primary
import detailbook.app.look.Secondary
import detailbook.app.look.Title
import detailbook.app.look.rememberNow
import detailbook.app.look.rememberWhen
import detailbook.app.look.words
import detailbook.bindings.ItemView
import detailbook.bindings.SyncView
import detailbook.officer.OfficerError
import detailbook.officer.OtherBooksTold
import detailbook.officer.SyncHealth
import detailbook.officer.canRetry
import detailbook.officer.retry
import kotlinx.coroutines.launch

/** The phone signs with another key than the one that the agency knows. */
private const val KEY_CHANGED = "key_changed"

/** What the agency has and what it does not have yet, item by item. */
@Composable
fun SyncScreen(officer: Officer, trail: Trail) {
    val state by officer.core.screens.syncState.collectAsStateWithLifecycle()
    val unsettled by officer.core.screens.unsettled.collectAsStateWithLifecycle()
    val now = rememberNow(officer.shell::now)
    val view = state ?: return
    Page {
        item { Health(view, now) }
        if (view.revokedAt == null) item { SendNow(officer) }
        if (view.revokedAt != null || view.enrolAgain != null) item { Primary(stringResource(R.string.enrol_again)) { trail.go(Spot.ENROL) } }
        item { Counts(view) }
        item { Others(officer.shell) }
        if (view.updateWanted) item { Line(stringResource(R.string.update_wanted)) }
        val items = unsettled.orEmpty()
        if (items.isNotEmpty()) item { Heading(stringResource(R.string.unsettled)) }
        items(items.size) { ItemBlock(officer, items[it], now) }
    }
}

@Composable
private fun Health(view: SyncView, now: Long) {
    val times = rememberWhen()
    val health = SyncHealth.of(view)
    Block(color = colorOf(health)) {
        Title(healthWords(health))
        when (health) {
            is SyncHealth.OnItsWay -> {
                Faint(stringResource(R.string.health_kept))
                health.retryAt?.let { Faint(stringResource(R.string.health_retry_at, times.dayAndClock(it, now))) }
            }
            is SyncHealth.AllSent -> health.at?.let { Faint(stringResource(R.string.health_settled_at, times.dayAndClock(it, now))) }
            is SyncHealth.Revoked -> Faint(stringResource(R.string.error_revoked))
            is SyncHealth.EnrolAgain -> Faint(if (health.code == KEY_CHANGED) stringResource(R.string.key_changed) else health.reason)
            is SyncHealth.NeedsYou, SyncHealth.NotYet -> Unit
        }
    }
}

/** How the exchange stands, in a line. */
@Composable
fun healthWords(health: SyncHealth): String = when (health) {
    is SyncHealth.Revoked -> stringResource(R.string.health_revoked)
    is SyncHealth.EnrolAgain -> stringResource(R.string.health_enrol_again)
    is SyncHealth.NeedsYou -> stringResource(R.string.health_needs_you)
    is SyncHealth.OnItsWay -> pluralStringResource(R.plurals.health_waiting, health.items.toInt(), health.items.toInt())
    is SyncHealth.AllSent -> stringResource(R.string.health_all_sent)
    SyncHealth.NotYet -> stringResource(R.string.health_not_yet)
}

@Composable
internal fun colorOf(health: SyncHealth) = when (health) {
    is SyncHealth.Revoked, is SyncHealth.EnrolAgain, is SyncHealth.NeedsYou -> MaterialTheme.colorScheme.errorContainer
    is SyncHealth.OnItsWay, SyncHealth.NotYet -> MaterialTheme.colorScheme.secondaryContainer
    is SyncHealth.AllSent -> MaterialTheme.colorScheme.tertiaryContainer
}

@Composable
private fun SendNow(officer: Officer) {
    var runs by remember { mutableStateOf(false) }
    var ended by remember { mutableStateOf<OfficerError?>(null) }
    val scope = rememberCoroutineScope()
    val context = LocalContext.current
    Primary(stringResource(if (runs) R.string.sync_running else R.string.sync_now), enabled = !runs) {
        runs = true
        officer.shell.sendOthers()
        scope.launch {
            ended = try {
                officer.core.sync()
                null
            } catch (error: OfficerError) {
                error
            } finally {
                runs = false
            }
        }
    }
    ended?.let { Faint(it.words(context), Modifier.padding(top = 8.dp)) }
}

@Composable
private fun Counts(view: SyncView) {
    val counts = listOf(
        R.string.facts_waiting to view.factsWaiting,
        R.string.wishes_waiting to view.wishesWaiting,
        R.string.originals_waiting to view.originalsWaiting,
        R.string.originals_failed to view.originalsFailed,
        R.string.facts_refused to view.factsRefused,
        R.string.facts_unsigned to view.factsUnsigned,
    ).filter { (_, count) -> count > 0u }
    if (counts.isEmpty()) return
    Block {
        for ((name, count) in counts) {
            Row(Modifier.fillMaxWidth().semantics(mergeDescendants = true) {}, Arrangement.SpaceBetween) {
                Text(stringResource(name), Modifier.weight(1f), style = MaterialTheme.typography.bodyLarge)
                Text(count.toString(), style = MaterialTheme.typography.bodyLarge)
            }
        }
    }
}

/** What waits in the books of officers who used this phone before: numbers, and never whose they are. */
@Composable
private fun Others(shell: Shell) {
    val standings by shell.others.collectAsStateWithLifecycle()
    val told = OtherBooksTold.of(standings.values)
    if (told.isNothing) return
    Block {
        if (told.waiting > 0u) Line(stringResource(R.string.others_waiting, told.waiting.toLong()))
        if (told.ended > 0u) Line(stringResource(R.string.others_ended, told.ended.toLong()))
        if (told.unread > 0) Line(stringResource(R.string.others_unread, told.unread))
    }
}

@Composable
private fun ItemBlock(officer: Officer, item: ItemView, now: Long) = Block {
    Line(stringResource(item.item.words()))
    Faint(rememberWhen().dayAndClock(item.at, now))
    Line(item.sync.words(LocalContext.current))
    if (canRetry(item)) Secondary(stringResource(R.string.retry)) { officer.tell { retry(item) } }
}
