package detailbook.officer

import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.thread
import kotlin.concurrent.withLock

/** The line between phones and a server, which can lose what a phone asks, or what the server answers after the server has done its work. */
internal class Line : AutoCloseable {
    private val listener = ServerSocket(0, 50, InetAddress.getLoopbackAddress())
    private val open = ConcurrentLinkedQueue<Socket>()
    private val holding = ReentrantLock()

    @Volatile private var held: Held? = null
    private val answers = Semaphore(0)

    @Volatile var serverPort = 0
    val url = "http://127.0.0.1:${listener.localPort}"

    init {
        thread(isDaemon = true) { runCatching { while (true) carry(listener.accept()) } }
    }

    /** From now on requests get no further than here. */
    fun holdRequests() = hold(Way.UP)

    /** From now on answers get no further than here. */
    fun holdAnswers() = hold(Way.DOWN)

    /** Waits until a phone has asked something that is held. */
    fun awaitHeldRequest() = awaitHeld()

    /** Waits until the server has answered something that is held. */
    fun awaitHeldAnswer() = awaitHeld()

    /** Lines that were held are dead; new ones work. */
    fun letThrough() = holding.withLock {
        held = null
        hangUp()
    }

    /** Answers are counted from now on. */
    fun countAnswers() {
        answers.drainPermits()
    }

    /** Waits until one more answer has gone down to a phone. */
    fun awaitAnswer() = check(answers.tryAcquire(30, TimeUnit.SECONDS)) { "no answer came" }

    override fun close() {
        listener.close()
        hangUp()
    }

    private fun hold(way: Way) = holding.withLock { held = Held(way) }

    private fun awaitHeld() = check(held!!.came.await(30, TimeUnit.SECONDS)) { "nothing came to hold" }

    private fun hangUp() = generateSequence { open.poll() }.forEach { runCatching { it.close() } }

    private fun carry(phone: Socket) {
        val server = Socket(InetAddress.getLoopbackAddress(), serverPort)
        open += listOf(phone, server)
        thread(isDaemon = true) { copy(Way.UP, phone, server) }
        thread(isDaemon = true) { copy(Way.DOWN, server, phone) }
    }

    private fun passes(way: Way): Boolean {
        val here = held?.takeIf { it.way == way } ?: return true
        here.came.countDown()
        return false
    }

    private fun copy(way: Way, from: Socket, to: Socket) {
        val buffer = ByteArray(16 * 1024)
        try {
            while (true) {
                val count = from.getInputStream().read(buffer)
                if (count < 0) break
                if (!passes(way)) continue
                to.getOutputStream().write(buffer, 0, count)
                if (way == Way.DOWN) answers.release()
            }
        } catch (_: java.io.IOException) {
            // One of the two hung up.
        } finally {
            listOf(from, to).forEach { runCatching { it.close() } }
        }
    }

    private enum class Way { UP, DOWN }

    private class Held(val way: Way) {
        val came = CountDownLatch(1)
    }
}
