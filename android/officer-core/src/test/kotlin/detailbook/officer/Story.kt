package detailbook.officer

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.runBlocking

/** A test's coroutine. It gives nothing back, whatever its last line is: JUnit does not run a test that returns a value. */
internal fun story(tell: suspend CoroutineScope.() -> Unit): Unit = runBlocking { tell() }
