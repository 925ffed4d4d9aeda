package detailbook.app.screens

import androidx.compose.material3.MaterialTheme
import androidx.compose.runtime.Composable
import androidx.compose.ui.res.stringResource
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Empty
import detailbook.app.look.Faint
import detailbook.app.look.Line
import detailbook.app.look.Page
import detailbook.app.look.Primary
import detailbook.app.look.Secondary
import detailbook.app.look.Title
import detailbook.app.look.rememberNow
import detailbook.app.look.rememberWhen
import detailbook.app.look.words
import detailbook.bindings.PendingView
import detailbook.bindings.ReliefAnswerView
import detailbook.bindings.ReliefAskView
import detailbook.bindings.TradeView
import detailbook.officer.ReliefChoice
import detailbook.officer.TradeChoice
import detailbook.officer.reliefChoices
import detailbook.officer.tradeChoices

/** A question to come instead of somebody. */
@Composable
fun ReliefBlock(officer: Officer, ask: ReliefAskView, now: Long) = Block(color = MaterialTheme.colorScheme.primaryContainer) {
    Faint(stringResource(R.string.relief_title))
    Title(ask.detail?.title ?: stringResource(R.string.detail_unknown))
    ask.detail?.let { DetailLines(it, ask.site, now) }
    ask.ask.answerBy?.takeIf { it > now }?.let { Line(stringResource(R.string.relief_until, rememberWhen().dayAndClock(it, now, ask.detail?.zone))) }
    AnswerLine(ask)
    val assignment = ask.ask.assignment
    val mayWish = mayWish(officer, assignment)
    for (choice in reliefChoices(ask)) {
        when (choice) {
            ReliefChoice.COME -> Primary(stringResource(R.string.relief_come), enabled = mayWish) { officer.wish(assignment) { relieve(assignment, comes = true) } }
            ReliefChoice.DO_NOT_COME ->
                Secondary(stringResource(R.string.relief_do_not_come), enabled = mayWish) { officer.wish(assignment) { relieve(assignment, comes = false) } }
        }
    }
}

@Composable
private fun AnswerLine(ask: ReliefAskView) = when (val answer = ask.answer) {
    ReliefAnswerView.Open -> Faint(ask.ask.reason)
    is ReliefAnswerView.Waiting -> Line(stringResource(if (answer.comes) R.string.relief_come_waiting else R.string.relief_do_not_come_waiting))
    ReliefAnswerView.Declined -> Line(ask.ask.reason)
    is ReliefAnswerView.Refused -> Line(stringResource(R.string.sync_refused, answer.reason))
}

/** One officer's offer of an assignment to another. */
@Composable
fun TradeBlock(officer: Officer, view: TradeView, now: Long) = Block {
    val name = (if (view.mine) view.trade.toName else view.trade.fromName).orEmpty()
    Faint(stringResource(if (view.mine) R.string.trade_mine else R.string.trade_to_me, name))
    Title(view.detail?.title ?: stringResource(R.string.detail_unknown))
    view.detail?.let { DetailLines(it, view.site, now) }
    Line(stringResource(view.trade.state.words()))
    when (val wish = view.wish) {
        is PendingView.Waiting -> Line(stringResource(R.string.sync_on_this_phone))
        is PendingView.Refused -> Line(stringResource(R.string.sync_refused, wish.reason))
        null -> Faint(view.trade.reason)
    }
    val mayWish = mayWish(officer, view.id)
    for (choice in tradeChoices(view, now)) {
        when (choice) {
            TradeChoice.TAKE -> Primary(stringResource(R.string.trade_take), enabled = mayWish) { officer.wish(view.id) { answerTrade(view.id, takes = true) } }
            TradeChoice.DECLINE -> Secondary(stringResource(R.string.trade_decline), enabled = mayWish) { officer.wish(view.id) { answerTrade(view.id, takes = false) } }
            TradeChoice.WITHDRAW -> Secondary(stringResource(R.string.trade_withdraw), enabled = mayWish) { officer.wish(view.id) { withdrawTrade(view.id) } }
        }
    }
}

/** Trades, newest first. */
@Composable
fun TradesScreen(officer: Officer) {
    val now = rememberNow(officer.shell::now)
    val trades = rememberPaged(officer, Unit) { mark -> officer.core.screens.trades(mark).let { it.items to it.next } }
    val shown = trades.items ?: return
    Page {
        if (shown.isEmpty()) item { Empty(stringResource(R.string.trades_empty), stringResource(R.string.trades_empty_text)) }
        items(shown.size, { shown[it].id }) { TradeBlock(officer, shown[it], now) }
        trades.more?.let { more -> item { Secondary(stringResource(R.string.show_more), onClick = more) } }
    }
}
