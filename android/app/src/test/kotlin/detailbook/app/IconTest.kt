package detailbook.app

import android.content.Context
import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.drawable.AdaptiveIconDrawable
import android.graphics.drawable.Drawable
import androidx.test.core.app.ApplicationProvider
import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

private const val SIZE = 432

/** The app's icon and that of its notifications, as the system draws them. */
@RunWith(RobolectricTestRunner::class)
@Config(application = PlainApp::class)
internal class IconTest {
    private val context get() = ApplicationProvider.getApplicationContext<Context>()

    @Test
    fun `the icon is adaptive, has a silhouette, and keeps to the part that no mask cuts off`() {
        val icon = context.getDrawable(R.mipmap.ic_launcher) as AdaptiveIconDrawable
        assertNotNull(icon.monochrome)
        for (layer in listOf(icon.foreground, icon.monochrome!!)) {
            val drawn = drawn(layer)
            val (middle, safe) = SIZE / 2 to SIZE * 33 / 108
            val outside = (0 until SIZE).flatMap { x -> (0 until SIZE).filter { y -> Color.alpha(drawn.getPixel(x, y)) > 0 }.map { x to it } }
                .filter { (x, y) -> (x - middle) * (x - middle) + (y - middle) * (y - middle) > safe * safe }
            assertEquals("points that may be cut off", 0, outside.size)
        }
        keep("icon-light", drawn(icon))
    }

    @Test
    @Config(qualifiers = "+night")
    fun `at night the icon is dark`() {
        val icon = context.getDrawable(R.mipmap.ic_launcher) as AdaptiveIconDrawable
        val drawn = drawn(icon)
        keep("icon-dark", drawn)
        assertTrue(Color.luminance(drawn.getPixel(SIZE / 2, SIZE / 20)) < 0.1f)
        assertNotEquals(drawn.getPixel(SIZE / 2, SIZE / 20), drawn.getPixel(SIZE / 2, SIZE * 7 / 10))
    }

    @Test
    fun `the icon of notifications is white and nothing else`() {
        val drawn = drawn(context.getDrawable(R.drawable.ic_notice)!!)
        keep("icon-notice", Bitmap.createBitmap(SIZE, SIZE, Bitmap.Config.ARGB_8888).also { Canvas(it).apply { drawColor(Color.BLACK) }.drawBitmap(drawn, 0f, 0f, null) })
        val points = (0 until SIZE * SIZE).map { drawn.getPixel(it % SIZE, it / SIZE) }
        val seen = points.filter { Color.alpha(it) == 255 }
        assertEquals(setOf(Color.WHITE), seen.toSet())
        assertTrue(seen.size in SIZE * SIZE / 5..SIZE * SIZE * 3 / 5)
    }

    private fun drawn(drawable: Drawable): Bitmap = Bitmap.createBitmap(SIZE, SIZE, Bitmap.Config.ARGB_8888).also {
        drawable.setBounds(0, 0, SIZE, SIZE)
        drawable.draw(Canvas(it))
    }

    private fun keep(name: String, bitmap: Bitmap) =
        File(System.getProperty("screenshots")!!, "$name.png").outputStream().use { bitmap.compress(Bitmap.CompressFormat.PNG, 100, it) }
}
