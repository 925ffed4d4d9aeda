package detailbook.app.screens

import android.content.Context
import android.content.Intent
import android.net.Uri
import android.provider.Settings
import androidx.activity.compose.rememberLauncherForActivityResult
import androidx.activity.result.contract.ActivityResultContracts
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.Button
import androidx.compose.material3.ButtonDefaults
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.hapticfeedback.HapticFeedbackType
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.platform.LocalHapticFeedback
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.LifecycleStartEffect
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Faint
import detailbook.app.look.IconLine
import detailbook.app.look.LARGE_LETTERS
import detailbook.app.look.Line
import detailbook.app.look.Page
import detailbook.app.look.Primary
import detailbook.app.look.Secondary
import detailbook.app.look.Title
import detailbook.app.look.rememberNow
import detailbook.app.look.rememberWhen
import detailbook.app.look.words
import detailbook.bindings.Flag
import detailbook.bindings.PunchPlace
import detailbook.bindings.RunningView
import detailbook.bindings.WhichShift
import detailbook.officer.ClockAction
import detailbook.officer.ClockChoice
import detailbook.officer.ClockOffer
import detailbook.officer.ClockQuestion
import detailbook.officer.FinishedShifts
import detailbook.officer.OfficerError
import detailbook.officer.PlaceTone
import detailbook.officer.clockOffer
import detailbook.officer.comesLate
import detailbook.officer.explainable
import detailbook.officer.finished
import detailbook.officer.latestPlace
import detailbook.officer.tone
import detailbook.officer.workedUntil

private const val MINUTE_MILLIS = 60_000L
private const val LOCATION_FINE = android.Manifest.permission.ACCESS_FINE_LOCATION
private const val LOCATION_COARSE = android.Manifest.permission.ACCESS_COARSE_LOCATION

/** The first screen: the shift under way, or the next one, and the clock. */
@Composable
fun ShiftScreen(officer: Officer, trail: Trail) {
    val running by officer.core.screens.running.collectAsStateWithLifecycle()
    val schedule by officer.core.screens.schedule.collectAsStateWithLifecycle()
    val now = rememberNow(officer.shell::now)
    LaunchedEffect(now / MINUTE_MILLIS) { officer.core.screens.refresh() }
    var place by remember { mutableStateOf(officer.shell.place) }
    ListenForPlace(officer) { place = officer.shell.place }
    val shift = running ?: return
    val shown = shift.value
    val isShared = remember(officer) { officer.shell.officers > 1 }
    val owner = if (isShared) rememberOwner(officer) else null
    val finished = rememberFinished(officer, shown)
    val offer = clockOffer(shown, schedule?.items.orEmpty(), now, finished.over.shifts)
    Page {
        owner?.let { item { OwnerBlock(it) } }
        if (offer.isHandInFirst) toHandIn(officer, offer, trail)
        if (shown != null) item { UnderWay(shown, now, trail) } else if (!offer.isHandInFirst) item { Ahead(offer, now, trail) }
        shown?.let(::latestPlace)?.let { place -> item { Verdict(place) } }
        if (place != PlaceRight.PRECISE) item { LocationOff(officer, place) { place = officer.shell.place } }
        item { Clock(officer, offer, now, isCurrent = finished.fits(shown)) }
        finished.over.unread?.let { error -> item { FinishedUnread(error, officer.core.screens::refresh) } }
        // Asked for when there is something to remind of, not before.
        if (offer.main.assignment != null && !officer.shell.mayNotify) item { NotificationsOff(officer.shell) }
        if (!offer.isHandInFirst) toHandIn(officer, offer, trail)
        if (shown == null) return@Page finished.over.shifts.filter(::comesLate).forEach { done -> item(done.log) { HandedIn(done, trail) } }
        items(explainable(shown).size) { index -> FlagBlock(officer, shown, explainable(shown)[index]) }
        item { Secondary(stringResource(R.string.notes_and_photos)) { trail.go(Spot.NOTES, shown.log) } }
        item { Secondary(stringResource(R.string.punches)) { trail.go(Spot.PUNCHES, shown.log) } }
    }
}

private fun LazyListScope.toHandIn(officer: Officer, offer: ClockOffer, trail: Trail) =
    offer.handIn.forEach { done -> item(done.log) { HandIn(officer, done, trail) } }

/** Shifts that are over, and the shift under way at that moment: the two are shown together or not at all. */
private data class Finished(val over: FinishedShifts, val underWay: RunningView?, val wasRead: Boolean) {
    fun fits(running: RunningView?) = wasRead && underWay?.log == running?.log && underWay?.since == running?.since
}

/** Shifts that are over; those without an assignment among them. */
@Composable
private fun rememberFinished(officer: Officer, running: RunningView?): Finished {
    var found by remember { mutableStateOf(Finished(FinishedShifts(emptyList(), null), null, wasRead = false)) }
    rememberRead(officer, running?.log to running?.since) {
        try {
            val underWay = runningNow()
            Finished(finished(officer.shell.now()), underWay, wasRead = true).also { found = it }
        } catch (error: OfficerError) {
            // What stood there stays, and the clock is never locked for it.
            found = found.copy(underWay = running, wasRead = true)
            throw error
        }
    }
    return found
}

/** While the clock is on screen the phone knows where it is, so that a tap need not wait for it. The owner may have answered elsewhere meanwhile. */
@Composable
private fun ListenForPlace(officer: Officer, onBegun: () -> Unit) = LifecycleStartEffect(officer) {
    officer.shell.listenForPlace()
    onBegun()
    onStopOrDispose { officer.shell.restFromPlace() }
}

@Composable
private fun UnderWay(running: RunningView, now: Long, trail: Trail) {
    val times = rememberWhen()
    val detail = running.shift?.detail
    val readAt = remember(running) { now }
    Block(onClick = running.shift?.let { shift -> { trail.go(Spot.ASSIGNMENT, shift.assignment.id) } }) {
        Title(detail?.title ?: stringResource(R.string.unassigned_title))
        if (detail == null) Faint(stringResource(R.string.unassigned)) else ShiftLines(running.shift, now)
        val since = running.since?.at?.let { times.clock(it, detail?.zone) }.orEmpty()
        IconLine(R.drawable.ic_clock, stringResource(running.state.words(), since), MaterialTheme.colorScheme.primary)
        Line(stringResource(R.string.worked, times.length(workedUntil(running, readAt, now))))
        running.sync?.let { Faint(it.words(LocalContext.current)) }
    }
}

@Composable
private fun Ahead(offer: ClockOffer, now: Long, trail: Trail) {
    val shift = offer.main.assignment
    if (shift == null) {
        Block {
            Title(stringResource(R.string.no_assignment_title))
            Faint(stringResource(R.string.no_assignment))
        }
    } else {
        Block(onClick = { trail.go(Spot.ASSIGNMENT, shift.assignment.id) }) {
            Title(shift.detail?.title ?: stringResource(R.string.detail_unknown))
            ShiftLines(shift, now)
        }
    }
}

@Composable
private fun LocationOff(officer: Officer, place: PlaceRight, onAnswer: () -> Unit) {
    val context = LocalContext.current
    // A phone that was told no asks no more: then it is in its settings only.
    var asks by rememberSaveable { mutableStateOf(true) }
    val ask = rememberLauncherForActivityResult(ActivityResultContracts.RequestMultiplePermissions()) { granted ->
        asks = granted[LOCATION_FINE] == true
        officer.shell.listenForPlace()
        onAnswer()
    }
    val isOff = place == PlaceRight.NONE
    Block(color = MaterialTheme.colorScheme.secondaryContainer) {
        Line(stringResource(if (isOff) R.string.location_title else R.string.location_coarse_title))
        Faint(stringResource(if (isOff) R.string.location_why else R.string.location_coarse_why))
        Secondary(stringResource(if (asks) R.string.location_allow else R.string.open_settings)) {
            if (asks) ask.launch(arrayOf(LOCATION_FINE, LOCATION_COARSE)) else context.startActivity(appSettings(context))
        }
    }
}

private fun appSettings(context: Context): Intent =
    Intent(Settings.ACTION_APPLICATION_DETAILS_SETTINGS, Uri.fromParts("package", context.packageName, null))

/** A tick in the hand for a punch that was written down; words that stay until they are seen for one that was not. */
@Composable
private fun Punched(officer: Officer) {
    val haptic = LocalHapticFeedback.current
    val punches by officer.punches.collectAsStateWithLifecycle()
    val before = remember { punches }
    LaunchedEffect(punches) { if (punches > before) haptic.performHapticFeedback(HapticFeedbackType.Confirm) }
    val failure by officer.punchFailure.collectAsStateWithLifecycle()
    failure?.let { Told(stringResource(R.string.punch_not_written), it.words(LocalContext.current), officer::punchFailureSeen) }
}

/** The huge button and what else makes sense; small where handing in comes first. What the decision wants asked is asked first; everything else is one tap. */
@Composable
private fun Clock(officer: Officer, offer: ClockOffer, now: Long, isCurrent: Boolean) {
    // By name, so that what is offered no more is asked no more.
    var asked by rememberSaveable { mutableStateOf<String?>(null) }
    val punching by officer.isPunching.collectAsStateWithLifecycle()
    // Until all of it is read, a shift that was just clocked out of would be offered anew.
    val isOpen = !punching && isCurrent
    fun press(choice: ClockChoice) {
        asked = null
        officer.punch(choice.action.fact, choice.shift)
    }
    Punched(officer)
    val choose = { choice: ClockChoice -> if (choice.question == null) press(choice) else asked = choice.name() }
    Column(verticalArrangement = Arrangement.spacedBy(12.dp)) {
        if (offer.isHandInFirst) {
            Secondary(offer.main.words(), enabled = isOpen) { choose(offer.main) }
        } else {
            HugeButton(offer.main, isOpen) { choose(offer.main) }
        }
        Others(offer.others, isOpen, choose)
    }
    val choice = (listOf(offer.main) + offer.others).find { it.name() == asked } ?: return
    val (title, text) = choice.question?.words(now) ?: return
    Sure(title, text, choice.words(), { asked = null }) { press(choice) }
}

private fun ClockChoice.name(): String = "$action $shift"

/** What stands on a button of the clock. */
@Composable
private fun ClockChoice.words(): String {
    val title = assignment?.detail?.title?.takeIf { isNamed } ?: return stringResource(action.words())
    return stringResource(R.string.clock_in_here, title)
}

/** What is asked, and a sentence about it. */
@Composable
private fun ClockQuestion.words(now: Long): Pair<String, String> {
    val times = rememberWhen()
    val (title, text) = when (this) {
        is ClockQuestion.Out -> R.string.clock_out_sure to stringResource(R.string.clock_out_sure_text, times.length(worked))
        is ClockQuestion.Early -> R.string.clock_in_early to shift.detail.let { detail ->
            stringResource(R.string.clock_in_early_text, detail?.title.orEmpty(), times.dayAndClock(detail?.starts ?: now, now, detail?.zone))
        }
        ClockQuestion.Other -> R.string.clock_in_other to stringResource(R.string.clock_in_other_text)
        ClockQuestion.OnceMore -> R.string.clock_in_again_sure to stringResource(R.string.clock_in_again_text)
        ClockQuestion.Unassigned -> R.string.clock_in_unassigned_sure to stringResource(R.string.clock_in_unassigned_text)
    }
    return stringResource(title) to text
}

/** Two side by side; below each other where there are more, or letters are large. */
@Composable
private fun Others(choices: List<ClockChoice>, enabled: Boolean, onChoose: (ClockChoice) -> Unit) {
    if (choices.size > 2 || LocalDensity.current.fontScale > LARGE_LETTERS) {
        for (choice in choices) Secondary(choice.words(), enabled = enabled) { onChoose(choice) }
    } else {
        Row(horizontalArrangement = Arrangement.spacedBy(12.dp)) {
            for (choice in choices) Secondary(choice.words(), Modifier.weight(1f), enabled) { onChoose(choice) }
        }
    }
}

@Composable
private fun HugeButton(choice: ClockChoice, enabled: Boolean, onClick: () -> Unit) {
    val colors = MaterialTheme.colorScheme
    val isOut = choice.action == ClockAction.CLOCK_OUT
    val (container, content) = if (isOut) colors.primary to colors.onPrimary else colors.tertiary to colors.onTertiary
    Button(
        onClick, Modifier.fillMaxWidth().heightIn(min = 168.dp), enabled, shape = RoundedCornerShape(36.dp),
        colors = ButtonDefaults.buttonColors(containerColor = container, contentColor = content),
    ) {
        val style = if (choice.isNamed) MaterialTheme.typography.headlineSmall else MaterialTheme.typography.displaySmall
        Text(choice.words(), textAlign = TextAlign.Center, style = style, fontWeight = FontWeight.SemiBold)
    }
}

/** Where the last punch was, and why the phone thinks so. Spoken as soon as it is there. */
@Composable
private fun Verdict(place: PunchPlace) {
    val colors = MaterialTheme.colorScheme
    val tone = tone(place.verdict.state)
    val (icon, title, background) = when (tone) {
        PlaceTone.GOOD -> Triple(R.drawable.ic_inside, R.string.place_inside, colors.tertiaryContainer)
        PlaceTone.OPEN -> Triple(R.drawable.ic_open, R.string.place_uncertain, colors.secondaryContainer)
        PlaceTone.ATTENTION -> Triple(R.drawable.ic_attention, R.string.place_outside, colors.errorContainer)
    }
    Block(Modifier.semantics(mergeDescendants = true) { liveRegion = LiveRegionMode.Polite }, background) {
        IconLine(icon, stringResource(title))
        Faint(place.verdict.sentence)
    }
}

/** Something that a coordinator will see, and the officer's own words about it before that. */
@Composable
internal fun FlagBlock(officer: Officer, running: RunningView, flag: Flag) {
    val about = flag.facts.first()
    var asked by rememberSaveable(about) { mutableStateOf(false) }
    val draft = rememberDraft(officer, about)
    Block {
        Line(flag.sentence)
        if (asked) {
            OutlinedTextField(
                draft.words, { draft.words = it }, Modifier.fillMaxWidth(), label = { Text(stringResource(R.string.explain_title)) }, minLines = 3,
            )
            if (comesLate(running)) Faint(stringResource(R.string.comes_late))
            Secondary(stringResource(R.string.save), enabled = draft.isReady) { draft.send { explain(WhichShift.Log(running.log), about, it) } }
        } else {
            Secondary(stringResource(R.string.explain)) { asked = true }
        }
    }
}

/** A shift that is over: what a coordinator will see of it, and handing it in. */
@Composable
internal fun HandIn(officer: Officer, done: RunningView, trail: Trail) {
    val times = rememberWhen()
    val detail = done.shift?.detail
    Column(verticalArrangement = Arrangement.spacedBy(12.dp)) {
        Block {
            Title(detail?.title ?: stringResource(R.string.unassigned_title))
            IconLine(R.drawable.ic_clock, stringResource(done.state.words(), done.since?.at?.let { times.clock(it, detail?.zone) }.orEmpty()))
            Line(stringResource(R.string.worked, times.length(done.workedSoFar)))
            Secondary(stringResource(R.string.notes_and_photos)) { trail.go(Spot.NOTES, done.log) }
            Secondary(stringResource(R.string.punches)) { trail.go(Spot.PUNCHES, done.log) }
            HandInButton(officer, done)
        }
        for (flag in explainable(done)) FlagBlock(officer, done, flag)
    }
}

/** Hands a shift in, once, after a question. */
@Composable
internal fun HandInButton(officer: Officer, done: RunningView) {
    var asked by rememberSaveable(done.log) { mutableStateOf(false) }
    val handing = rememberOnce(officer, done.log)
    Primary(stringResource(R.string.hand_in), enabled = handing.isOpen) { asked = true }
    if (!asked) return
    Sure(stringResource(R.string.hand_in_sure), stringResource(R.string.hand_in_sure_text), stringResource(R.string.hand_in), { asked = false }) {
        asked = false
        handing.tell { submit(WhichShift.Log(done.log)) }
    }
}

/** A shift that was handed in lately: what was forgotten can still be said. */
@Composable
internal fun HandedIn(done: RunningView, trail: Trail) = Block {
    val zone = done.shift?.detail?.zone
    Line(done.shift?.detail?.title ?: stringResource(R.string.unassigned_title))
    done.submitted?.let { Faint(stringResource(R.string.handed_in_at, rememberWhen().clock(it, zone))) }
    Secondary(stringResource(R.string.punches)) { trail.go(Spot.PUNCHES, done.log) }
}
