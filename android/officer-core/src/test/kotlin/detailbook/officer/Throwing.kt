package detailbook.officer

import org.junit.jupiter.api.Assertions.fail

/** The typed error that the call ends with; any other end fails the test. */
internal inline fun <reified E : OfficerError> assertThrowsTyped(call: () -> Unit): E {
    try {
        call()
    } catch (error: OfficerError) {
        return error as? E ?: fail("not ${E::class.simpleName} but ${error.javaClass.simpleName} ${error.code}", error)
    }
    return fail("it went through, and ${E::class.simpleName} was expected")
}
