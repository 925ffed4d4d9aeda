package detailbook.app.capture

import android.graphics.BitmapFactory
import androidx.compose.foundation.Image
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.produceState
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.ImageBitmap
import androidx.compose.ui.graphics.asImageBitmap
import androidx.compose.ui.layout.ContentScale
import androidx.compose.ui.unit.dp
import detailbook.officer.Pictures
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

private const val BOX_PIXELS = 720

/** A photo on this phone, made small enough to show. Nothing where it cannot be read. */
@Composable
fun Thumbnail(path: String, described: String) {
    val picture by produceState<ImageBitmap?>(null, path) { value = withContext(Dispatchers.IO) { small(path) } }
    picture?.let {
        Image(it, described, Modifier.fillMaxWidth().heightIn(max = 240.dp).clip(RoundedCornerShape(12.dp)), contentScale = ContentScale.Crop)
    }
}

private fun small(path: String): ImageBitmap? {
    val size = BitmapFactory.Options().apply { inJustDecodeBounds = true }
    BitmapFactory.decodeFile(path, size)
    val sample = BitmapFactory.Options().apply { inSampleSize = Pictures.sampleSize(size.outWidth, size.outHeight, BOX_PIXELS) }
    return BitmapFactory.decodeFile(path, sample)?.asImageBitmap()
}
