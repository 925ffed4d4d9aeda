package detailbook.app.screens

import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.semantics.semantics
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Empty
import detailbook.app.look.Faint
import detailbook.app.look.Line
import detailbook.app.look.Page
import detailbook.app.look.Secondary
import detailbook.app.look.rememberNow
import detailbook.app.look.rememberWhen
import detailbook.app.look.words
import detailbook.bindings.ChargeView
import detailbook.officer.Charged
import detailbook.officer.charged

private const val MINUTE_MILLIS = 60_000L

/** What the opportunity ledger holds of the officer, the newest first. */
@Composable
fun ChargesScreen(officer: Officer) {
    val now = rememberNow(officer.shell::now)
    val charges = rememberPaged(officer, Unit) { mark -> officer.core.screens.charges(mark).let { it.items to it.next } }
    val shown = charges.items ?: return
    Page {
        item { Faint(stringResource(R.string.charges_how)) }
        if (shown.isEmpty()) item { Empty(stringResource(R.string.charges_empty)) }
        items(shown.size, { shown[it].id }) { ChargeBlock(shown[it], now) }
        charges.more?.let { more -> item { Secondary(stringResource(R.string.show_more), onClick = more) } }
    }
}

@Composable
private fun ChargeBlock(charge: ChargeView, now: Long) {
    val times = rememberWhen()
    Block(Modifier.semantics(mergeDescendants = true) {}) {
        Line(stringResource(charge.kind.words()))
        when (val minutes = charged(charge)) {
            Charged.Nothing -> Faint(stringResource(R.string.charge_nothing))
            is Charged.Minutes -> Line(stringResource(R.string.charge_minutes, times.length(minutes.minutes * MINUTE_MILLIS)))
            is Charged.GivenBack -> Line(stringResource(R.string.charge_given_back, times.length(minutes.minutes * MINUTE_MILLIS)))
        }
        Faint(times.dayAndClock(charge.at, now))
        for (words in listOf(charge.list, charge.rule, charge.note)) if (words.isNotBlank()) Faint(words)
    }
}
