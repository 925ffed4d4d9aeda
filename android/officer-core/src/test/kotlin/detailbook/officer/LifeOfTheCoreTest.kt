package detailbook.officer

import detailbook.bindings.WhichShift
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.launchIn
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Suspended, resumed, closed, called from everywhere at once. */
internal class LifeOfTheCoreTest : WithAgency() {
    @Test
    fun `a suspended core refuses calls and a resumed one goes on`() = story {
        phone().use { phone ->
            val clockIn = phone.core.clockIn(WhichShift.Unassigned(null))
            phone.core.suspend()
            assertThrowsTyped<OfficerError.Suspended> { phone.core.clockOut() }
            assertThrowsTyped<OfficerError.Suspended> { phone.core.sync() }
            phone.core.resume()
            phone.core.clockOut()
            phone.core.sync()
            assertEquals(2, agency.factsOf(clockIn.document).size)
        }
    }

    @Test
    fun `a closed core refuses calls, may be closed again, and another opens over its folder`() = story {
        val phone = phone()
        val clockIn = phone.core.clockIn(WhichShift.Unassigned(null))
        phone.core.close()
        phone.core.close()
        assertThrowsTyped<OfficerError.Closed> { phone.core.clockOut() }
        assertThrowsTyped<OfficerError.Closed> { phone.core.sync() }
        assertThrowsTyped<OfficerError.Closed> { phone.core.screens.runningNow() }
        TestPhone.over(phone.folder, phone.parts).use { again ->
            assertEquals(clockIn.document, again.core.screens.runningNow()?.log)
        }
    }

    @Test
    fun `closing while others call ends every call with an answer or as closed`() = story {
        repeat(5) {
            val phone = TestPhone.new()
            coroutineScope {
                repeat(8) {
                    launch(Dispatchers.Default) {
                        assertThrowsTyped<OfficerError.Closed> { while (true) phone.core.screens.syncStateNow() }
                    }
                }
                phone.core.close()
            }
            phone.close()
        }
    }

    @Test
    fun `two threads that write and one that syncs lose nothing`() = story {
        phone().use { phone ->
            val shift = WhichShift.Log(phone.core.clockIn(WhichShift.Unassigned(null)).document)
            val written = withContext(Dispatchers.Default) {
                val syncing = launch { repeat(10) { phone.core.sync() } }
                val notes = List(2) { thread ->
                    async { List(25) { phone.core.note(detailbook.bindings.Place.Shift(shift), "$thread: $it").fact } }
                }.awaitAll().flatten()
                syncing.join()
                notes
            }
            phone.core.sync()
            assertEquals(50, written.toSet().size)
            assertEquals(51, agency.factsOf(shift.v1).size)
            assertTrue(phone.core.screens.syncStateNow().allSynced)
        }
    }

    @Test
    fun `a punch asked for by a coroutine that is cancelled is written all the same`() = story {
        phone().use { phone ->
            val asking = launch {
                coroutineContext.cancel()
                phone.core.clockIn(WhichShift.Unassigned(null))
            }
            asking.join()
            assertTrue(asking.isCancelled)
            assertNotNull(phone.core.screens.runningNow())
        }
    }

    @Test
    fun `what is written under a tap has the moment of the tap, however late a thread was free`() = story {
        phone().use { phone ->
            val tap = phone.core.tapped()
            val before = phone.parts.now()
            phone.parts.clockIsOff += HOUR
            phone.parts.place = emptyList()
            val log = withContext(tap) { phone.core.clockIn(WhichShift.Unassigned(null)) }.document
            val at = phone.core.screens.allFacts(log).single().at
            assertTrue(at <= before && at > before - MINUTE, "$at is not $before")
            phone.core.clockOut()
            assertTrue(phone.core.screens.allFacts(log).last().at >= before + HOUR, "without a tap it is the moment of the call")
        }
    }

    @Test
    fun `a screen that is collected follows what the officer does and stays as it was while suspended`() = story {
        phone().use { phone ->
            val screens = phone.core.screens
            val collecting = screens.running.launchIn(this)
            withTimeout(PATIENCE_MILLIS) { assertNull(screens.running.first { it != null }!!.value) }
            phone.core.clockIn(WhichShift.Unassigned(null))
            val shown = withTimeout(PATIENCE_MILLIS) { screens.running.first { it?.value != null } }
            phone.core.suspend()
            screens.refresh()
            withTimeout(PATIENCE_MILLIS) { screens.trouble.first { it is OfficerError.Suspended } }
            assertEquals(shown, screens.running.value)
            phone.core.resume()
            withTimeout(PATIENCE_MILLIS) { screens.trouble.first { it == null } }
            collecting.cancel()
        }
    }

    @Test
    fun `two exchanges at once are one and a refusal as busy`() = story {
        Line().use { line ->
            Agency.open(line).use { agency ->
                TestPhone.enrolled(agency).use { phone ->
                    line.holdAnswers()
                    val first = async(Dispatchers.Default) { runCatching { phone.core.sync() } }
                    line.awaitHeldAnswer()
                    assertThrowsTyped<OfficerError.Busy> { phone.core.sync() }
                    phone.core.cancelExchange()
                    assertTrue(first.await().exceptionOrNull() is OfficerError.Cancelled)
                }
            }
        }
    }

    @Test
    fun `cancelling the coroutine ends the exchange, and the next one does it all`() = story {
        Line().use { line ->
            Agency.open(line).use { agency ->
                TestPhone.enrolled(agency).use { phone ->
                    val clockIn = phone.core.clockIn(WhichShift.Unassigned(null))
                    line.holdAnswers()
                    var end: Throwable? = null
                    val syncing = launch(Dispatchers.Default) {
                        try {
                            phone.core.sync()
                        } catch (error: Throwable) {
                            end = error
                            throw error
                        }
                    }
                    line.awaitHeldAnswer()
                    syncing.cancel()
                    withTimeout(AT_ONCE_MILLIS) { syncing.join() }
                    assertTrue(end is CancellationException, "$end")
                    line.letThrough()
                    phone.core.sync()
                    assertEquals(1, agency.factsOf(clockIn.document).size)
                    assertTrue(phone.core.screens.syncStateNow().allSynced)
                }
            }
        }
    }

    @Test
    fun `closing ends an exchange under way`() = story {
        Line().use { line ->
            Agency.open(line).use { agency ->
                val phone = TestPhone.enrolled(agency)
                line.holdAnswers()
                val syncing = async(Dispatchers.Default) { runCatching { phone.core.sync() } }
                line.awaitHeldAnswer()
                withTimeout(AT_ONCE_MILLIS) { phone.close() }
                val end = withTimeout(AT_ONCE_MILLIS) { syncing.await() }.exceptionOrNull()
                assertTrue(end is OfficerError.Cancelled || end is OfficerError.Closed, "$end")
            }
        }
    }
}
