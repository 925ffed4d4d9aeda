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
import androidx.compose.runtime.produceState
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.unit.dp
import detailbook.app.look.DetailbookTheme
import detailbook.app.look.Ground
import detailbook.app.look.words
import detailbook.app.phone.AndroidShell
import detailbook.app.screens.Officer
import detailbook.app.screens.Root
import detailbook.officer.OfficerError

/** The one activity. */
class MainActivity : ComponentActivity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        enableEdgeToEdge()
        // What the officer reads is nobody's business in the list of open apps.
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) setRecentsScreenshotEnabled(false)
        setContent { DetailbookTheme { Opened(detailbook) } }
    }

    override fun onStart() {
        super.onStart()
        AndroidShell(detailbook).syncSoon()
    }
}

@Composable
private fun Opened(app: DetailbookApp) {
    val opened by produceState<Result<Officer>?>(null) {
        value = try {
            Result.success(Officer(app.phone.core(), AndroidShell(app), app.scope))
        } catch (error: OfficerError) {
            Result.failure(error)
        }
    }
    val result = opened
    Ground {
        result?.onSuccess { Root(it) }
        (result?.exceptionOrNull() as? OfficerError)?.let { error ->
            Text(error.words(LocalContext.current), Modifier.safeDrawingPadding().padding(24.dp))
        }
    }
}
