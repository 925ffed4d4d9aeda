package detailbook.app.scan

import android.annotation.SuppressLint
import android.content.Context
import android.graphics.ImageFormat
import android.graphics.SurfaceTexture
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CaptureRequest
import android.hardware.camera2.params.OutputConfiguration
import android.hardware.camera2.params.SessionConfiguration
import android.media.Image
import android.media.ImageReader
import android.os.Handler
import android.os.HandlerThread
import android.util.Size
import android.view.Surface
import java.util.concurrent.Executor

private const val WIDTH = 1280
private const val HEIGHT = 720
private const val PICTURES = 2

/** The camera while it looks for a code: what it sees goes to the screen and, picture by picture, to the reader. Nothing is kept. */
class QrCamera(context: Context, private val onCode: (String) -> Unit, private val onTrouble: () -> Unit) {
    private val manager = context.getSystemService(CameraManager::class.java)
    private val thread = HandlerThread("qr").apply { start() }
    private val handler = Handler(thread.looper)
    private val reader = QrReader()
    private val pictures = ImageReader.newInstance(WIDTH, HEIGHT, ImageFormat.YUV_420_888, PICTURES)
    // The three of them are the handler's alone.
    private var camera: CameraDevice? = null
    private var isOpening = false
    private var isClosed = false

    /** Shows what the camera sees on [texture], and looks for a code. Needs the permission. */
    fun open(texture: SurfaceTexture) {
        handler.post { if (!isClosed) openNow(texture) }
    }

    @SuppressLint("MissingPermission")
    private fun openNow(texture: SurfaceTexture) {
        texture.setDefaultBufferSize(WIDTH, HEIGHT)
        pictures.setOnImageAvailableListener({ it.acquireLatestImage()?.use(::look) }, handler)
        try {
            val back = manager.cameraIdList.firstOrNull { facesBack(it) } ?: manager.cameraIdList.first()
            manager.openCamera(back, Opened(Surface(texture)), handler)
            isOpening = true
        } catch (_: CameraAccessException) {
            onTrouble()
        } catch (_: SecurityException) {
            onTrouble()
        } catch (_: NoSuchElementException) {
            onTrouble()
        }
    }

    /** Lets go of the camera; of one that is still being opened as soon as it is. */
    fun close() {
        handler.post {
            isClosed = true
            camera?.close()
            pictures.close()
            if (!isOpening) thread.quitSafely()
        }
    }

    /** The camera has answered. Does it come too late? Then nobody needs it any more. */
    private fun isTooLate(device: CameraDevice): Boolean {
        isOpening = false
        if (!isClosed) return false
        device.close()
        thread.quitSafely()
        return true
    }

    private fun facesBack(id: String): Boolean =
        manager.getCameraCharacteristics(id).get(CameraCharacteristics.LENS_FACING) == CameraCharacteristics.LENS_FACING_BACK

    private fun look(picture: Image) {
        val plane = picture.planes[0]
        val brightness = ByteArray(plane.buffer.remaining()).also { plane.buffer.get(it) }
        // The last row may end before its stride does.
        val whole = brightness.copyOf(plane.rowStride * picture.height)
        reader.read(whole, plane.rowStride, picture.width, picture.height)?.let(onCode)
    }

    private inner class Opened(private val screen: Surface) : CameraDevice.StateCallback() {
        override fun onOpened(device: CameraDevice) {
            if (isTooLate(device)) return
            camera = device
            try {
                show(device)
            } catch (_: CameraAccessException) {
                giveUp(device)
            } catch (_: IllegalStateException) {
                giveUp(device)
            } catch (_: IllegalArgumentException) {
                // The screen's surface has gone meanwhile.
                giveUp(device)
            }
        }

        private fun giveUp(device: CameraDevice) {
            device.close()
            onTrouble()
        }

        private fun show(device: CameraDevice) {
            val outputs = listOf(screen, pictures.surface)
            val request = device.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW).apply {
                outputs.forEach(::addTarget)
                set(CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_PICTURE)
            }.build()
            val session = SessionConfiguration(
                SessionConfiguration.SESSION_REGULAR, outputs.map(::OutputConfiguration), Executor(handler::post), Looks(request),
            )
            device.createCaptureSession(session)
        }

        override fun onDisconnected(device: CameraDevice) {
            if (!isTooLate(device)) device.close()
        }

        override fun onError(device: CameraDevice, error: Int) {
            if (!isTooLate(device)) giveUp(device)
        }
    }

    private inner class Looks(private val request: CaptureRequest) : CameraCaptureSession.StateCallback() {
        override fun onConfigured(session: CameraCaptureSession) {
            try {
                session.setRepeatingRequest(request, null, handler)
            } catch (_: CameraAccessException) {
                onTrouble()
            }
        }

        override fun onConfigureFailed(session: CameraCaptureSession) = onTrouble()
    }

    companion object {
        /** What the camera is asked for, to lay it out on screen. */
        val SIZE = Size(WIDTH, HEIGHT)
    }
}
