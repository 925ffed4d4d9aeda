package detailbook.app.scan

import com.google.zxing.BinaryBitmap
import com.google.zxing.DecodeHintType
import com.google.zxing.LuminanceSource
import com.google.zxing.NotFoundException
import com.google.zxing.PlanarYUVLuminanceSource
import com.google.zxing.ReaderException
import com.google.zxing.common.HybridBinarizer
import com.google.zxing.qrcode.QRCodeReader

private val HINTS = mapOf(DecodeHintType.TRY_HARDER to true)

/** Reads QR codes out of camera pictures, on this phone and without anybody's service. */
class QrReader {
    private val reader = QRCodeReader()

    /** The text of the code in the brightness of a picture, dark on light or light on dark; null where there is none. */
    fun read(brightness: ByteArray, stride: Int, width: Int, height: Int): String? {
        val source = PlanarYUVLuminanceSource(brightness, stride, height, 0, 0, width, height, false)
        return text(source) ?: text(source.invert())
    }

    private fun text(source: LuminanceSource): String? = try {
        reader.decode(BinaryBitmap(HybridBinarizer(source)), HINTS).text
    } catch (_: NotFoundException) {
        null
    } catch (_: ReaderException) {
        // Seen in part, or blurred: the next picture may be better.
        null
    } finally {
        reader.reset()
    }
}
