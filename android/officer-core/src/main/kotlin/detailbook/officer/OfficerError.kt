package detailbook.officer

import detailbook.bindings.CoreException
import detailbook.bindings.InternalException
import detailbook.bindings.UnixMillis

/**
 * Why a call could not be done, sorted by what the app does about it. [code] is stable and exact: it is what an app compares and a
 * report names. The message is a sentence; neither holds personal data.
 */
sealed class OfficerError(val code: String, reason: String, cause: Throwable?) : Exception(reason, cause) {
    /** Does it pass by itself? Then it is tried again without being asked to. */
    val passes: Boolean get() = this is Busy || this is Suspended

    /** Enrol first. */
    class NotEnrolled internal constructor(code: String, reason: String, cause: Throwable?) : OfficerError(code, reason, cause)

    /** The folder holds another officer's phone: open one of its own. */
    class OtherOfficer internal constructor(code: String, reason: String, cause: Throwable?) : OfficerError(code, reason, cause)

    /** The agency has ended this phone's enrolment. */
    class Revoked internal constructor(code: String, reason: String, cause: Throwable?) : OfficerError(code, reason, cause)

    /** [OfficerCore.resume] first. */
    class Suspended internal constructor(code: String, reason: String, cause: Throwable?) : OfficerError(code, reason, cause)

    /** [OfficerCore.close] was called: open another. */
    class Closed internal constructor(code: String, reason: String, cause: Throwable?) : OfficerError(code, reason, cause)

    /** The phone's storage is full. Nothing was written. */
    class StorageFull internal constructor(code: String, reason: String, cause: Throwable?) : OfficerError(code, reason, cause)

    /** Another call is at it: try again in a moment. */
    class Busy internal constructor(code: String, reason: String, cause: Throwable?) : OfficerError(code, reason, cause)

    /** The store cannot be used as it is; a person has to look. */
    class StoreUnusable internal constructor(code: String, reason: String, cause: Throwable?) : OfficerError(code, reason, cause)

    /** What was asked makes no sense; the message tells the officer why. */
    class Invalid internal constructor(code: String, reason: String, cause: Throwable?) : OfficerError(code, reason, cause)

    /** A part of the phone did not answer: key, secure storage, clocks. */
    class PhonePart internal constructor(code: String, reason: String, cause: Throwable?) : OfficerError(code, reason, cause)

    /** The agency's server refused, or its answer makes no sense. */
    class Server internal constructor(code: String, reason: String, cause: Throwable?) : OfficerError(code, reason, cause)

    /** No signal, or the server is not there. */
    class Offline internal constructor(code: String, reason: String, cause: Throwable?) : OfficerError(code, reason, cause)

    /** The server cannot right now: try again [at] that time. */
    class TryLater internal constructor(code: String, reason: String, val at: UnixMillis, cause: Throwable?) :
        OfficerError(code, reason, cause)

    /** The exchange was ended by [OfficerCore.cancelExchange]. A coroutine that is cancelled ends with its own exception instead. */
    class Cancelled internal constructor(code: String, reason: String, cause: Throwable?) : OfficerError(code, reason, cause)

    /** A fault of the library's. */
    class Internal internal constructor(code: String, reason: String, cause: Throwable?) : OfficerError(code, reason, cause)

    companion object {
        internal fun of(error: CoreException): OfficerError = when (error) {
            is CoreException.NotEnrolled -> NotEnrolled(error.code, error.reason, error)
            is CoreException.OtherOfficer -> OtherOfficer(error.code, error.reason, error)
            is CoreException.Revoked -> Revoked(error.code, error.reason, error)
            is CoreException.Suspended -> Suspended(error.code, error.reason, error)
            is CoreException.Closed -> Closed(error.code, error.reason, error)
            is CoreException.StorageFull -> StorageFull(error.code, error.reason, error)
            is CoreException.Busy -> Busy(error.code, error.reason, error)
            is CoreException.StoreUnusable -> StoreUnusable(error.code, error.reason, error)
            is CoreException.Invalid -> Invalid(error.code, error.reason, error)
            is CoreException.PhonePart -> PhonePart(error.code, error.reason, error)
            is CoreException.Server -> Server(error.code, error.reason, error)
            is CoreException.Offline -> Offline(error.code, error.reason, error)
            is CoreException.TryLater -> TryLater(error.code, error.reason, error.at, error)
            is CoreException.Cancelled -> Cancelled(error.code, error.reason, error)
            is CoreException.Internal -> Internal(error.code, error.reason, error)
        }

        // What the library says of its own fault may quote anything, so the message does not repeat it.
        internal fun of(fault: InternalException): OfficerError =
            Internal("internal", "the library has a fault", fault)

        // What keeps the library from being loaded, such as a phone that it was not built for.
        internal fun ofOpening(fault: Throwable): OfficerError =
            fault as? OfficerError ?: Internal("library", "the library could not be loaded", fault)

        internal fun closed(cause: Throwable? = null): OfficerError = Closed("closed", "the phone's core was closed", cause)
    }
}

/** Runs a call of the library's and lets nothing but an [OfficerError] out of it. */
internal inline fun <T> typed(call: () -> T): T = try {
    call()
} catch (error: CoreException) {
    throw OfficerError.of(error)
} catch (fault: InternalException) {
    throw OfficerError.of(fault)
}

/** The same for the first call of all, which loads the library: nothing else leaves it, since an app that ends there cannot even say why. */
internal inline fun <T> typedOpening(call: () -> T): T = try {
    typed(call)
} catch (fault: Throwable) {
    throw OfficerError.ofOpening(fault)
}
