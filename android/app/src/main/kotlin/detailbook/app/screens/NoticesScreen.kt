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
import detailbook.bindings.AcknowledgementView
import detailbook.bindings.NoticeView
import detailbook.officer.canAcknowledge
import detailbook.officer.tellsOfAward

/** What the officer was told of, the newest first. */
@Composable
fun NoticesScreen(officer: Officer) {
    val now = rememberNow(officer.shell::now)
    val notices = rememberPaged(officer, Unit) { mark -> officer.core.screens.notices(mark).let { it.items to it.next } }
    val shown = notices.items ?: return
    Page {
        if (shown.isEmpty()) item { Empty(stringResource(R.string.notices_empty)) }
        items(shown.size, { shown[it].notice.id }) { NoticeBlock(officer, shown[it], now) }
        notices.more?.let { more -> item { Secondary(stringResource(R.string.show_more), onClick = more) } }
    }
}

@Composable
private fun NoticeBlock(officer: Officer, view: NoticeView, now: Long) {
    val (notice, colors) = view.notice to MaterialTheme.colorScheme
    val times = rememberWhen()
    val award = rememberRead(officer, notice.id) { notice.detail?.takeIf { tellsOfAward(view) }?.let { award(it) } }
    Block(color = if (canAcknowledge(view)) colors.primaryContainer else colors.surfaceContainerLow) {
        Faint(times.dayAndClock(notice.at, now))
        Title(notice.title)
        if (award == null) Line(notice.text) else AwardLines(award, null, now)
        when (view.acknowledgement) {
            AcknowledgementView.OPEN -> {
                notice.acknowledgeBy?.let { Faint(stringResource(R.string.notice_acknowledge_by, times.dayAndClock(it, now))) }
                Primary(stringResource(R.string.acknowledge), enabled = mayWish(officer, notice.id)) { officer.wish(notice.id) { acknowledgeNotice(notice.id) } }
            }
            AcknowledgementView.WAITING -> Faint(stringResource(R.string.acknowledge_waiting))
            AcknowledgementView.GIVEN -> Faint(stringResource(R.string.acknowledge_given))
            null -> Unit
        }
    }
}
