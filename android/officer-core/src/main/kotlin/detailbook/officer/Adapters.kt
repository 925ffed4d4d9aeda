package detailbook.officer

import detailbook.bindings.ClockReading
import detailbook.bindings.DeviceClock
import detailbook.bindings.DeviceKey
import detailbook.bindings.LogLine
import detailbook.bindings.LogListener
import detailbook.bindings.SecureStorage
import detailbook.bindings.ShellException

// A part that throws is one that did not answer. Only the kind of what it throws goes over: its message may hold anything. Errors too:
// nothing but a declared exception may leave a method that the library calls.
private inline fun <T> answered(part: () -> T): T = try {
    part()
} catch (error: Throwable) {
    throw ShellException.Failed(error.javaClass.simpleName)
}

internal class KeyOf(private val signer: KeystoreSigner) : DeviceKey {
    override fun publicKey(): ByteArray = answered { signer.publicKey() }

    override fun sign(message: ByteArray): ByteArray = answered { signer.sign(message) }
}

internal class StorageOf(private val secrets: SecretStorage) : SecureStorage {
    override fun read(name: String): ByteArray? = answered { secrets.read(name) }

    override fun write(name: String, secret: ByteArray) = answered { secrets.write(name, secret) }
}

internal class ClockOf(private val clock: PhoneClock) : DeviceClock {
    override fun read(): ClockReading = answered { clock.read() }
}

internal class LogOf(private val sink: LogSink) : LogListener {
    override fun log(line: LogLine) = answered { sink.log(line) }
}
