package detailbook.app.screens

import androidx.annotation.StringRes
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Faint
import detailbook.app.look.Line
import detailbook.app.look.Primary
import detailbook.app.look.Secondary
import detailbook.app.look.rememberWhen
import detailbook.bindings.PendingView
import detailbook.bindings.ShiftState
import detailbook.bindings.ShiftView
import detailbook.officer.CallOffStanding
import detailbook.officer.LeavingChoice
import detailbook.officer.OfficerCore
import detailbook.officer.callOffEntails
import detailbook.officer.callOffStanding
import detailbook.officer.leavingChoices
import detailbook.officer.takeBackOffer

/** For who cannot or will not work a shift: how far that is, and what can be done. */
@Composable
fun LeavingBlock(officer: Officer, shift: ShiftView, now: Long) {
    val state = rememberRead(officer, shift.log) { shift(shift.log).state } ?: ShiftState.OFF
    Column(verticalArrangement = Arrangement.spacedBy(12.dp)) {
        CallOffLine(callOffStanding(shift))
        OfferedLine(shift)
        for (choice in leavingChoices(shift, state, now)) Leave(officer, shift, choice, now)
    }
}

@Composable
private fun CallOffLine(standing: CallOffStanding) {
    val words = when (standing) {
        CallOffStanding.None -> return
        CallOffStanding.Waiting -> stringResource(R.string.call_off_waiting)
        is CallOffStanding.Refused -> stringResource(R.string.call_off_refused, standing.reason)
        is CallOffStanding.Taken -> stringResource(R.string.call_off_taken, standing.reason)
    }
    Block { Line(words) }
}

@Composable
private fun OfferedLine(shift: ShiftView) {
    val leaving = shift.leaving ?: return
    val offered = leaving.offered
    val words = when (val wish = leaving.offer) {
        is PendingView.Waiting -> stringResource(R.string.trade_offer_waiting)
        is PendingView.Refused -> stringResource(R.string.sync_refused, wish.reason)
        null -> offered?.let { stringResource(R.string.trade_offered_to, it.toName.orEmpty(), it.reason) } ?: return
    }
    Block { Line(words) }
}

@Composable
private fun Leave(officer: Officer, shift: ShiftView, choice: LeavingChoice, now: Long) {
    var asked by rememberSaveable(choice) { mutableStateOf(false) }
    val assignment = shift.assignment.id
    when (choice) {
        LeavingChoice.WITHDRAW_TRADE -> Secondary(stringResource(R.string.trade_withdraw), enabled = mayWish(officer, assignment)) {
            officer.wish(assignment) { if (takeBackOffer(assignment) == null) officer.remark(R.string.trade_not_offered) }
        }
        LeavingChoice.CALL_OFF -> if (asked) {
            Ask(officer, stringResource(R.string.call_off_sure), entails(shift, now), stringResource(R.string.call_off_reason), R.string.call_off, { asked = false }) {
                callOff(assignment, it)
            }
        } else {
            Secondary(stringResource(R.string.call_off)) { asked = true }
        }
        LeavingChoice.OFFER_TRADE -> if (asked) {
            Ask(officer, stringResource(R.string.trade_offer), stringResource(R.string.trade_entails), stringResource(R.string.trade_number), R.string.send, { asked = false }) {
                offerTradeTo(assignment, it)
            }
        } else {
            Secondary(stringResource(R.string.trade_offer)) { asked = true }
        }
    }
}

/** Says what follows, and asks for the words that go with it. They stay until they are kept. */
@Composable
private fun Ask(
    officer: Officer,
    title: String,
    follows: String,
    hint: String,
    @StringRes yes: Int,
    onEnd: () -> Unit,
    act: suspend OfficerCore.(String) -> Unit,
) = Block {
    val draft = rememberDraft(officer)
    Line(title)
    Faint(follows)
    OutlinedTextField(draft.words, { draft.words = it }, Modifier.fillMaxWidth(), label = { Text(hint) }, maxLines = 5)
    Primary(stringResource(yes), enabled = draft.isReady) { draft.send(after = onEnd, act) }
    Secondary(stringResource(R.string.cancel), onClick = onEnd)
}

/** What calling off entails. */
@Composable
private fun entails(shift: ShiftView, now: Long): String {
    val entails = callOffEntails(shift, now)
    val notice = entails.noticeMillis?.let { stringResource(R.string.call_off_notice, rememberWhen().length(it)) }
    val begun = if (entails.begun) stringResource(R.string.call_off_begun) else null
    return listOfNotNull(notice, begun, stringResource(R.string.call_off_entails)).joinToString(" ")
}
