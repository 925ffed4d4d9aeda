package detailbook.app

import com.google.zxing.BarcodeFormat
import com.google.zxing.qrcode.QRCodeWriter
import detailbook.app.scan.QrReader
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test

/** Reading codes out of what a camera sees. */
class QrReaderTest {
    private val reader = QrReader()

    @Test
    fun `a code is read, dark on light and light on dark, with a stride wider than the picture`() {
        val text = "https://details.example.org/#" + "x".repeat(120)
        for ((dark, light) in listOf(20 to 230, 230 to 20)) assertEquals(text, read(text, dark, light))
    }

    @Test
    fun `a picture without a code says nothing`() {
        assertNull(reader.read(ByteArray(640 * 480) { (it * 7).toByte() }, 640, 640, 480))
    }

    private fun read(text: String, dark: Int, light: Int): String? {
        val (size, stride) = 480 to 512
        val code = QRCodeWriter().encode(text, BarcodeFormat.QR_CODE, size, size)
        val brightness = ByteArray(stride * size) { at -> (if (code[minOf(at % stride, size - 1), at / stride]) dark else light).toByte() }
        return reader.read(brightness, stride, size, size)
    }
}
