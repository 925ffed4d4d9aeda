package detailbook.officer

import detailbook.bindings.ClockReading
import detailbook.bindings.Fix
import detailbook.bindings.LogLine
import detailbook.bindings.PhoneState

/**
 * The device's P-256 key, in the Keystore on a phone. It must be usable in the background after the first unlock. Called on any
 * thread but the main one; may block and may throw.
 */
interface KeystoreSigner {
    /** The public half as a SubjectPublicKeyInfo in DER. Always the same one. */
    fun publicKey(): ByteArray

    /** Signs SHA-256 of [message] with ECDSA, in DER. Throws where the key cannot be used now: what waits is signed later. */
    fun sign(message: ByteArray): ByteArray
}

/** Keeps small secrets where backups do not go. Called on any thread; may block and may throw. */
interface SecretStorage {
    /** The secret of that name, null where there is none. Throws where storage cannot be reached: null means that it is not there. */
    fun read(name: String): ByteArray?

    /** Keeps a secret under a name, in place of what was there. */
    fun write(name: String, secret: ByteArray)
}

/** The phone's clocks. Read at once on whichever thread an officer taps on: must not block. */
fun interface PhoneClock {
    /** What they say now; the anchor stays empty, the core fills it in. */
    fun read(): ClockReading
}

/** Where the phone is, as far as it knows. Asked at each tap, on its thread: gives what is at hand and must not block. */
fun interface FixSource {
    /** Fixes of the last 20 s, else the last known one, with their age at this moment. */
    fun atHand(): List<Fix>

    /** How the phone is doing, if known. */
    fun phoneState(): PhoneState? = null
}

/** Takes the core's log lines, which never hold personal data. Called on any thread. */
fun interface LogSink {
    /** Takes a line. */
    fun log(line: LogLine)
}

/** What the phone gives to the core. */
class PhoneParts(
    val signer: KeystoreSigner,
    val secrets: SecretStorage,
    val clock: PhoneClock,
    val fixes: FixSource,
    val log: LogSink? = null,
)
