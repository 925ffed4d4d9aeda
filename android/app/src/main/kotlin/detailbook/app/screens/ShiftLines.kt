package detailbook.app.screens

import androidx.compose.material3.MaterialTheme
import androidx.compose.runtime.Composable
import androidx.compose.ui.res.stringResource
import detailbook.app.R
import detailbook.app.look.Faint
import detailbook.app.look.Line
import detailbook.app.look.rememberWhen
import detailbook.bindings.Detail
import detailbook.bindings.DetailState
import detailbook.bindings.ShiftView
import detailbook.bindings.Site

/** When and where a shift is. */
@Composable
fun ShiftLines(shift: ShiftView?, now: Long) {
    val detail = shift?.detail ?: return Faint(stringResource(R.string.detail_unknown))
    DetailLines(detail, shift.site, now)
}

/** When and where a detail is. */
@Composable
fun DetailLines(detail: Detail, site: Site?, now: Long) {
    val times = rememberWhen()
    Line("${times.day(detail.starts, now, detail.zone)}, ${times.span(detail.starts, detail.ends, detail.zone)}")
    Faint(listOfNotNull(detail.customerName.ifBlank { null }, site?.name, site?.address?.ifBlank { null }).joinToString(" · "))
    if (detail.state == DetailState.CANCELLED) Line(stringResource(R.string.cancelled), MaterialTheme.colorScheme.error)
}
