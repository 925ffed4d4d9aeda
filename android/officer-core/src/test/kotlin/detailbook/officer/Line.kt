package detailbook.officer

import java.io.InputStream
import java.io.OutputStream
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.thread
import kotlin.concurrent.withLock

/** The line between phones and a server, which can lose what the server answers after the server has done its work. */
internal class Line : AutoCloseable {
    private val listener = ServerSocket(0, 50, InetAddress.getLoopbackAddress())
    private val open = ConcurrentLinkedQueue<Socket>()
    private val holding = ReentrantLock()

    @Volatile private var held: CountDownLatch? = null

    @Volatile var serverPort = 0
    val url = "http://127.0.0.1:${listener.localPort}"

    init {
        thread(isDaemon = true) { runCatching { while (true) carry(listener.accept()) } }
    }

    /** From now on answers get no further than here. */
    fun holdAnswers() = holding.withLock { held = CountDownLatch(1) }

    /** Waits until the server has answered something that is held. */
    fun awaitHeldAnswer() = check(held!!.await(30, TimeUnit.SECONDS)) { "no answer came to hold" }

    /** Lines that were held are dead; new ones work. */
    fun letAnswersThrough() = holding.withLock {
        held = null
        hangUp()
    }

    override fun close() {
        listener.close()
        hangUp()
    }

    private fun hangUp() = generateSequence { open.poll() }.forEach { runCatching { it.close() } }

    private fun carry(phone: Socket) {
        val server = Socket(InetAddress.getLoopbackAddress(), serverPort)
        open += listOf(phone, server)
        thread(isDaemon = true) { copy(phone.getInputStream(), server.getOutputStream(), listOf(phone, server)) { true } }
        thread(isDaemon = true) { copy(server.getInputStream(), phone.getOutputStream(), listOf(phone, server), ::passes) }
    }

    private fun passes(): Boolean {
        held?.countDown() ?: return true
        return false
    }

    private fun copy(from: InputStream, to: OutputStream, both: List<Socket>, passes: () -> Boolean) {
        val buffer = ByteArray(16 * 1024)
        try {
            while (true) {
                val count = from.read(buffer)
                if (count < 0) break
                if (passes()) to.write(buffer, 0, count)
            }
        } catch (_: java.io.IOException) {
            // One of the two hung up.
        } finally {
            both.forEach { runCatching { it.close() } }
        }
    }
}
