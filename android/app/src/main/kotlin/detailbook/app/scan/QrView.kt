package detailbook.app.scan

import android.graphics.SurfaceTexture
import android.view.TextureView
import androidx.compose.foundation.layout.aspectRatio
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import androidx.compose.ui.viewinterop.AndroidView

/** What the camera sees, until it has seen a code. */
@Composable
fun QrView(described: String, onCode: (String) -> Unit, onTrouble: () -> Unit) = AndroidView(
    factory = { context ->
        TextureView(context).apply {
            val camera = QrCamera(context, { code -> post { onCode(code) } }, { post(onTrouble) })
            surfaceTextureListener = Shown(camera)
        }
    },
    modifier = Modifier.fillMaxWidth().aspectRatio(QrCamera.SIZE.height.toFloat() / QrCamera.SIZE.width).clip(RoundedCornerShape(20.dp))
        .semantics { contentDescription = described },
)

private class Shown(private val camera: QrCamera) : TextureView.SurfaceTextureListener {
    override fun onSurfaceTextureAvailable(texture: SurfaceTexture, width: Int, height: Int) = camera.open(texture)

    override fun onSurfaceTextureDestroyed(texture: SurfaceTexture): Boolean {
        camera.close()
        return true
    }

    override fun onSurfaceTextureSizeChanged(texture: SurfaceTexture, width: Int, height: Int) = Unit

    override fun onSurfaceTextureUpdated(texture: SurfaceTexture) = Unit
}
