package detailbook.app.capture

import android.graphics.BitmapFactory
import androidx.compose.foundation.Image
import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.MaterialTheme
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

/** A photo on this phone, made small enough to show. An empty frame until it is read, and where it cannot be. */
@Composable
fun Thumbnail(path: String, described: String) {
    val picture by produceState<ImageBitmap?>(null, path) { value = withContext(Dispatchers.IO) { small(path) } }
    // Its place is kept from the beginning: a button below it must not move from under a finger once it is read.
    Box(Modifier.fillMaxWidth().height(200.dp).clip(RoundedCornerShape(12.dp)).background(MaterialTheme.colorScheme.surfaceVariant)) {
        picture?.let { Image(it, described, Modifier.fillMaxSize(), contentScale = ContentScale.Crop) }
    }
}

private fun small(path: String): ImageBitmap? {
    val size = BitmapFactory.Options().apply { inJustDecodeBounds = true }
    BitmapFactory.decodeFile(path, size)
    val sample = BitmapFactory.Options().apply { inSampleSize = Pictures.sampleSize(size.outWidth, size.outHeight, BOX_PIXELS) }
    return BitmapFactory.decodeFile(path, sample)?.asImageBitmap()
}
