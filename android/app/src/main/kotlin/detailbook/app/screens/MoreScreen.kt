package detailbook.app.screens

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.res.painterResource
import androidx.compose.ui.res.stringResource
import detailbook.app.R
import detailbook.app.look.Block
import detailbook.app.look.Page

private val PLACES = listOf(
    R.string.title_notices to Spot.NOTICES,
    R.string.title_trades to Spot.TRADES,
    R.string.title_charges to Spot.CHARGES,
    R.string.title_hours to Spot.HOURS,
    R.string.title_sync to Spot.SYNC,
    R.string.title_settings to Spot.SETTINGS,
)

/** What is needed less often. */
@Composable
fun MoreScreen(trail: Trail) = Page {
    for ((name, spot) in PLACES) {
        item {
            Block(onClick = { trail.go(spot) }) {
                Row(Modifier.fillMaxWidth(), Arrangement.SpaceBetween, Alignment.CenterVertically) {
                    Text(stringResource(name), Modifier.weight(1f), style = MaterialTheme.typography.titleMedium)
                    Icon(painterResource(R.drawable.ic_forward), null, tint = MaterialTheme.colorScheme.onSurfaceVariant)
                }
            }
        }
    }
}
