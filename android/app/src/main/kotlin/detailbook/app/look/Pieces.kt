package detailbook.app.look

import androidx.annotation.DrawableRes
import androidx.compose.foundation.BorderStroke
import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.Spacer
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.LazyListScope
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.Button
import androidx.compose.material3.ButtonDefaults
import androidx.compose.material3.Card
import androidx.compose.material3.CardDefaults
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableLongStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.platform.LocalConfiguration
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.res.painterResource
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import java.time.ZoneId
import kotlinx.coroutines.delay

private const val TICK_MILLIS = 15_000L

/** From this many times the usual size on, letters need the whole width. */
const val LARGE_LETTERS = 1.3f

/** Times in the phone's own way, in the zone that it is in now. */
@Composable
fun rememberWhen(): When {
    val zone = ZoneId.systemDefault()
    val context = LocalContext.current
    val configuration = LocalConfiguration.current
    return remember(context, configuration, zone) { When(context, zone) }
}

/** What time it is, every few seconds, while it is on screen. */
@Composable
fun rememberNow(clock: () -> Long): Long {
    var now by remember { mutableLongStateOf(clock()) }
    LaunchedEffect(Unit) {
        while (true) {
            now = clock()
            delay(TICK_MILLIS)
        }
    }
    return now
}

/** A page that scrolls. */
@Composable
fun Page(modifier: Modifier = Modifier, content: LazyListScope.() -> Unit) = LazyColumn(
    modifier.fillMaxSize(),
    contentPadding = PaddingValues(horizontal = 16.dp, vertical = 16.dp),
    verticalArrangement = Arrangement.spacedBy(12.dp),
    content = content,
)

/** Something that belongs together. With [onClick] all of it is one button. */
@Composable
fun Block(
    modifier: Modifier = Modifier,
    color: Color = MaterialTheme.colorScheme.surfaceContainerLow,
    onClick: (() -> Unit)? = null,
    content: @Composable ColumnScope.() -> Unit,
) {
    val colors = CardDefaults.cardColors(containerColor = color)
    val inner: @Composable ColumnScope.() -> Unit = {
        Column(Modifier.padding(16.dp), Arrangement.spacedBy(6.dp), content = content)
    }
    if (onClick == null) {
        Card(modifier.fillMaxWidth(), RoundedCornerShape(20.dp), colors, content = inner)
    } else {
        Card(onClick, modifier.fillMaxWidth(), shape = RoundedCornerShape(20.dp), colors = colors, content = inner)
    }
}

/** The name of a part of a page; screen readers jump from one to the next. */
@Composable
fun Heading(text: String, modifier: Modifier = Modifier) = Text(
    text, modifier.padding(top = 8.dp).semantics { heading() }, MaterialTheme.colorScheme.onSurfaceVariant,
    style = MaterialTheme.typography.titleSmall,
)

/** What a block is called. */
@Composable
fun Title(text: String) = Text(text, style = MaterialTheme.typography.titleLarge, fontWeight = FontWeight.SemiBold)

/** A line of a block. */
@Composable
fun Line(text: String, color: Color = Color.Unspecified) = Text(text, color = color, style = MaterialTheme.typography.bodyLarge)

/** A line of lesser weight. */
@Composable
fun Faint(text: String, modifier: Modifier = Modifier) =
    Text(text, modifier, MaterialTheme.colorScheme.onSurfaceVariant, style = MaterialTheme.typography.bodyMedium)

/** An icon with a line; the icon says nothing that the line does not. */
@Composable
fun IconLine(@DrawableRes icon: Int, text: String, color: Color = MaterialTheme.colorScheme.onSurface) =
    Row(verticalAlignment = Alignment.CenterVertically) {
        Icon(painterResource(icon), null, Modifier.size(20.dp), color)
        Spacer(Modifier.width(10.dp))
        Text(text, color = color, style = MaterialTheme.typography.bodyLarge)
    }

/** The one thing to do on a page. */
@Composable
fun Primary(text: String, modifier: Modifier = Modifier, enabled: Boolean = true, onClick: () -> Unit) = Button(
    onClick, modifier.fillMaxWidth().heightIn(min = 56.dp), enabled, RoundedCornerShape(18.dp),
) { Text(text, textAlign = TextAlign.Center, style = MaterialTheme.typography.titleMedium) }

/** Something else that can be done. */
@Composable
fun Secondary(text: String, modifier: Modifier = Modifier, enabled: Boolean = true, onClick: () -> Unit) = OutlinedButton(
    onClick, modifier.fillMaxWidth().heightIn(min = 52.dp), enabled, RoundedCornerShape(18.dp),
    ButtonDefaults.outlinedButtonColors(contentColor = MaterialTheme.colorScheme.primary),
    border = BorderStroke(1.dp, MaterialTheme.colorScheme.outlineVariant), contentPadding = PaddingValues(horizontal = 12.dp, vertical = 10.dp),
) { Text(text, textAlign = TextAlign.Center, style = MaterialTheme.typography.titleSmall) }

/** A word about how something stands. */
@Composable
fun Tag(text: String, background: Color, color: Color) = Surface(color = background, shape = RoundedCornerShape(50)) {
    Text(text, Modifier.padding(horizontal = 12.dp, vertical = 5.dp), color, style = MaterialTheme.typography.labelLarge)
}

/** There is nothing here, and why. */
@Composable
fun Empty(title: String, text: String? = null) = Column(
    Modifier.fillMaxWidth().padding(vertical = 64.dp, horizontal = 24.dp), Arrangement.spacedBy(8.dp), Alignment.CenterHorizontally,
) {
    Text(title, style = MaterialTheme.typography.titleMedium, textAlign = TextAlign.Center)
    if (text != null) {
        Text(text, color = MaterialTheme.colorScheme.onSurfaceVariant, textAlign = TextAlign.Center, style = MaterialTheme.typography.bodyLarge)
    }
}

/** Behind everything. */
@Composable
fun Ground(content: @Composable () -> Unit) =
    Surface(Modifier.fillMaxSize().background(MaterialTheme.colorScheme.background), color = MaterialTheme.colorScheme.background, content = content)
