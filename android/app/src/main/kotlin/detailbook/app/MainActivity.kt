package detailbook.app

import android.os.Build
import android.os.Bundle
import androidx.activity.ComponentActivity
import androidx.activity.compose.setContent
import androidx.activity.enableEdgeToEdge
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.safeDrawingPadding
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.runtime.mutableIntStateOf
import androidx.compose.runtime.produceState
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.unit.dp
import androidx.lifecycle.compose.collectAsStateWithLifecycle
import detailbook.app.look.DetailbookTheme
import detailbook.app.look.Ground
import detailbook.app.look.words
import detailbook.app.phone.AndroidShell
import detailbook.app.screens.Officer
import detailbook.app.screens.Root
import detailbook.app.screens.TroublePage
import detailbook.app.work.InFront
import detailbook.officer.OfficerError
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch

/** The one activity. */
class MainActivity : ComponentActivity() {
    private var inFront: Job? = null

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        enableEdgeToEdge()
        // What the officer reads is nobody's business in the list of open apps.
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) setRecentsScreenshotEnabled(false)
        setContent { DetailbookTheme { Opened(detailbook) } }
    }

    override fun onStart() {
        super.onStart()
        inFront = detailbook.scope.launch { InFront(detailbook).stay() }
    }

    // The owner may come back from the phone's settings, or from a question over this page, and have allowed what was not.
    override fun onResume() {
        super.onResume()
        detailbook.scope.launch { detailbook.remind() }
    }

    override fun onStop() {
        inFront?.cancel()
        super.onStop()
    }
}

@Composable
private fun Opened(app: DetailbookApp) {
    val store by app.phone.store.collectAsStateWithLifecycle()
    var tries by remember { mutableIntStateOf(0) }
    val opened by produceState<Result<Officer>?>(null, store, tries) {
        value = try {
            Result.success(app.officer())
        } catch (error: OfficerError) {
            Result.failure(error)
        }
    }
    val result = opened
    Ground {
        result?.onSuccess { officer -> key(officer) { Root(officer) } }
        (result?.exceptionOrNull() as? OfficerError)?.let { error -> TroublePage(error, AndroidShell(app, store)) { tries += 1 } }
    }
}
