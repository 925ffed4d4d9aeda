package detailbook.app.screens

import androidx.activity.compose.BackHandler
import androidx.annotation.DrawableRes
import androidx.annotation.StringRes
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.safeDrawingPadding
import androidx.compose.foundation.layout.size
import androidx.compose.material3.ExperimentalMaterial3Api
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.NavigationBar
import androidx.compose.material3.NavigationBarItem
import androidx.compose.material3.Scaffold
import androidx.compose.material3.SnackbarHost
import androidx.compose.material3.SnackbarHostState
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.material3.TopAppBar
import androidx.compose.material3.TopAppBarDefaults
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableIntStateOf
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.rememberSaveableStateHolder
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.res.painterResource
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import detailbook.app.R
import detailbook.app.look.Ground
import detailbook.app.look.LARGE_LETTERS
import detailbook.app.look.words
import detailbook.officer.OfficerError
import detailbook.officer.SyncHealth

private class Tab(val spot: Spot, @param:StringRes val name: Int, @param:DrawableRes val icon: Int)

private val TABS = listOf(
    Tab(Spot.SHIFT, R.string.tab_shift, R.drawable.ic_clock),
    Tab(Spot.SCHEDULE, R.string.tab_schedule, R.drawable.ic_schedule),
    Tab(Spot.OFFERS, R.string.tab_offers, R.drawable.ic_offers),
    Tab(Spot.MESSAGES, R.string.tab_messages, R.drawable.ic_messages),
    Tab(Spot.MORE, R.string.tab_more, R.drawable.ic_more),
)

private val BAR = TABS.map { it.spot }

/** What stands behind the door. What cannot be read is not signed out. */
private sealed interface Entry {
    data object Unread : Entry

    data object SignIn : Entry

    data object In : Entry

    class Trouble(val error: OfficerError) : Entry
}

/** The app: signing in, or everything else. */
@Composable
fun Root(officer: Officer, first: Spot = Spot.SHIFT) {
    var entry by remember { mutableStateOf<Entry>(Entry.Unread) }
    var tries by remember { mutableIntStateOf(0) }
    LaunchedEffect(officer, tries) {
        entry = try {
            if (officer.core.enrolled() == null) Entry.SignIn else Entry.In
        } catch (error: OfficerError) {
            Entry.Trouble(error)
        }
    }
    Ground {
        when (val found = entry) {
            Entry.Unread -> Unit
            Entry.SignIn -> Box(Modifier.safeDrawingPadding()) { EnrolScreen(officer, isFirst = true) { entry = Entry.In } }
            Entry.In -> Enrolled(officer, rememberTrail(first))
            is Entry.Trouble -> TroublePage(found.error, officer.shell) { tries += 1 }
        }
    }
}

@Composable
private fun Enrolled(officer: Officer, trail: Trail) {
    val failures = remember { SnackbarHostState() }
    val context = LocalContext.current
    LaunchedEffect(officer) { officer.failures.collect { failures.showSnackbar(it.words(context)) } }
    LaunchedEffect(officer) { officer.remarks.collect { failures.showSnackbar(context.getString(it)) } }
    BackHandler(trail.hasBack) { trail.back() }
    Scaffold(
        topBar = { Top(trail) },
        bottomBar = { if (trail.here.spot in BAR) Bar(trail) },
        snackbarHost = { SnackbarHost(failures) },
        containerColor = MaterialTheme.colorScheme.background,
    ) { inner ->
        Column(Modifier.padding(inner)) {
            SyncStrip(officer, trail)
            ScreensTrouble(officer)
            Here(officer, trail)
        }
    }
}

/** The page that the officer is at. What was typed on another page of the bar, or on one that leads here, is kept; a page that was left begins anew. */
@Composable
private fun Here(officer: Officer, trail: Trail) {
    val pages = rememberSaveableStateHolder()
    val here = trail.here
    pages.SaveableStateProvider(here.toString()) { PageOf(officer, trail) }
    DisposableEffect(here) {
        onDispose { if (!trail.holds(here) && here.spot !in BAR) pages.removeState(here.toString()) }
    }
}

@Composable
private fun PageOf(officer: Officer, trail: Trail) {
    val about = trail.here.about.orEmpty()
    when (trail.here.spot) {
        Spot.SHIFT -> ShiftScreen(officer, trail)
        Spot.SCHEDULE -> ScheduleScreen(officer, trail)
        Spot.OFFERS -> OffersScreen(officer, trail)
        Spot.MESSAGES -> MessagesScreen(officer, trail)
        Spot.MORE -> MoreScreen(trail)
        Spot.OFFER -> OfferScreen(officer, about)
        Spot.ASSIGNMENT -> AssignmentScreen(officer, trail, about)
        Spot.NOTES -> NotesScreen(officer, about, trail.here.of)
        Spot.PASS_ON -> PassOnScreen(officer, trail, about)
        Spot.SHARED_NOTES -> SharedNotesScreen(officer, about, trail.here.of)
        Spot.PUNCHES -> PunchesScreen(officer, trail, about)
        Spot.CORRECTION -> CorrectionScreen(officer, trail, trail.here.of.orEmpty(), about)
        Spot.NOTICES -> NoticesScreen(officer)
        Spot.TRADES -> TradesScreen(officer)
        Spot.CHARGES -> ChargesScreen(officer)
        Spot.HOURS -> HoursScreen(officer, trail)
        Spot.UNASSIGNED -> UnassignedScreen(officer, trail, about)
        Spot.SYNC -> SyncScreen(officer, trail)
        Spot.SETTINGS -> SettingsScreen(officer, trail)
        Spot.ENROL -> EnrolScreen(officer) { trail.switch(Spot.SHIFT) }
    }
}

@OptIn(ExperimentalMaterial3Api::class)
@Composable
private fun Top(trail: Trail) = TopAppBar(
    title = { Text(stringResource(nameOf(trail.here.spot)), Modifier.semantics { heading() }) },
    navigationIcon = {
        if (trail.here.spot !in BAR) {
            IconButton({ trail.back() }) { Icon(painterResource(R.drawable.ic_back), stringResource(R.string.back)) }
        }
    },
    colors = TopAppBarDefaults.topAppBarColors(containerColor = MaterialTheme.colorScheme.background),
)

/** Five places. Where letters are large the pictures stand alone, and their names are read out. */
@Composable
private fun Bar(trail: Trail) = NavigationBar(containerColor = MaterialTheme.colorScheme.surfaceContainer) {
    val large = LocalDensity.current.fontScale > LARGE_LETTERS
    for (tab in TABS) {
        val name = stringResource(tab.name)
        NavigationBarItem(
            selected = trail.here.spot == tab.spot,
            onClick = { trail.switch(tab.spot) },
            icon = { Icon(painterResource(tab.icon), name.takeIf { large }, Modifier.size(if (large) 36.dp else 24.dp)) },
            label = if (large) null else ({ Text(name, maxLines = 1) }),
        )
    }
}

/** Says so, on every page, while the agency does not have everything; leads to what waits. */
@Composable
private fun SyncStrip(officer: Officer, trail: Trail) {
    val state by officer.core.screens.syncState.collectAsStateWithLifecycle()
    val health = SyncHealth.of(state ?: return)
    if (health is SyncHealth.AllSent || trail.here.spot == Spot.SYNC) return
    Surface(color = colorOf(health)) {
        val row = Modifier.fillMaxWidth().heightIn(min = 48.dp).clickable { trail.go(Spot.SYNC) }
        Box(row.padding(horizontal = 16.dp, vertical = 8.dp), Alignment.CenterStart) {
            Text(healthWords(health), style = MaterialTheme.typography.labelLarge)
        }
    }
}

@StringRes
private fun nameOf(spot: Spot): Int = TABS.find { it.spot == spot }?.name ?: when (spot) {
    Spot.OFFER, Spot.ASSIGNMENT -> R.string.title_detail
    Spot.NOTES -> R.string.title_notes
    Spot.SHARED_NOTES -> R.string.shared_notes
    Spot.PASS_ON -> R.string.pass_on_title
    Spot.PUNCHES -> R.string.title_punches
    Spot.CORRECTION -> R.string.title_correction
    Spot.NOTICES -> R.string.title_notices
    Spot.TRADES -> R.string.title_trades
    Spot.CHARGES -> R.string.title_charges
    Spot.HOURS -> R.string.title_hours
    Spot.UNASSIGNED -> R.string.unassigned_title
    Spot.SYNC -> R.string.title_sync
    Spot.ENROL -> R.string.enrol_go
    else -> R.string.title_settings
}
