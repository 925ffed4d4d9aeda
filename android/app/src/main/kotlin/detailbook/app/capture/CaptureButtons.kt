package detailbook.app.capture

import android.Manifest
import android.content.ActivityNotFoundException
import android.content.pm.PackageManager
import android.net.Uri
import androidx.activity.compose.rememberLauncherForActivityResult
import androidx.activity.result.contract.ActivityResultContract
import androidx.activity.result.contract.ActivityResultContracts
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.unit.dp
import androidx.core.content.ContextCompat
import detailbook.app.R
import detailbook.app.look.Secondary
import java.io.File

/** Photo and video, taken by the phone's own camera app. [onTaken] gets the file. */
@Composable
fun CaptureButtons(captures: Captures, onTaken: (File) -> Unit) = Column(verticalArrangement = Arrangement.spacedBy(8.dp)) {
    CaptureButton(R.string.photo_take, Captures.PHOTO_ENDING, captures, ActivityResultContracts.TakePicture(), onTaken)
    CaptureButton(R.string.video_take, Captures.VIDEO_ENDING, captures, ActivityResultContracts.CaptureVideo(), onTaken)
}

@Composable
private fun CaptureButton(
    name: Int,
    ending: String,
    captures: Captures,
    contract: ActivityResultContract<Uri, Boolean>,
    onTaken: (File) -> Unit,
) {
    val context = LocalContext.current
    var awaited by rememberSaveable { mutableStateOf<String?>(null) }
    var trouble by remember { mutableStateOf<Int?>(null) }
    val camera = rememberLauncherForActivityResult(contract) { taken ->
        awaited?.let(::File)?.let { if (taken && it.length() > 0) onTaken(it) else it.delete() }
        awaited = null
    }
    fun capture() {
        val (file, address) = captures.fresh(ending)
        awaited = file.path
        trouble = null
        try {
            camera.launch(address)
        } catch (_: ActivityNotFoundException) {
            trouble = R.string.error_no_camera
        }
    }
    // An app that may use the camera itself has to be allowed to before it may ask another app to.
    val permission = rememberLauncherForActivityResult(ActivityResultContracts.RequestPermission()) { allowed ->
        if (allowed) capture() else trouble = R.string.error_camera_off
    }
    Secondary(stringResource(name)) {
        val allowed = ContextCompat.checkSelfPermission(context, Manifest.permission.CAMERA) == PackageManager.PERMISSION_GRANTED
        if (allowed) capture() else permission.launch(Manifest.permission.CAMERA)
    }
    trouble?.let { Text(stringResource(it)) }
}
