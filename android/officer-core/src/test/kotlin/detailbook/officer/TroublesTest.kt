package detailbook.officer

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.launchIn
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Test

/** What cannot be read, each thing by itself. */
internal class TroublesTest {
    private val damaged = OfficerError.StoreUnusable("store_damaged", "the store is damaged", null)
    private val busy = OfficerError.Busy("store_busy", "the store is in use elsewhere", null)
    private val senseless = OfficerError.Invalid("detail", "no id", null)

    @Test
    fun `a trouble stands until that very thing could be read, whatever else was`() = story {
        TestPhone.new().use { phone ->
            val screens = phone.core.screens
            var isDamaged = true
            val shown = Channel<String>(Channel.UNLIMITED)
            val one = screens.following { if (isDamaged) throw damaged else "one" }.onEach(shown::send).launchIn(this)
            awaitTrouble(screens, damaged)
            val other = screens.following { "other" }.onEach(shown::send).launchIn(this)
            val live = screens.syncState.launchIn(this)
            repeat(3) {
                assertEquals("other", withTimeout(PATIENCE_MILLIS) { shown.receive() })
                screens.syncState.first { it != null }
                screens.runningNow()
                assertSame(damaged, screens.trouble.value)
                screens.refresh()
            }
            isDamaged = false
            screens.refresh()
            awaitTrouble(screens, null)
            withTimeout(PATIENCE_MILLIS) { while (shown.receive() != "one") continue }
            listOf(one, other, live).forEach { it.cancelAndJoin() }
        }
    }

    @Test
    fun `what nobody follows any more is no trouble, and what still is stays one`() = story {
        TestPhone.new().use { phone ->
            val screens = phone.core.screens
            val left = screens.following<Unit> { throw damaged }.launchIn(this)
            awaitTrouble(screens, damaged)
            val other = OfficerError.StoreUnusable("unreadable", "the store holds what cannot be read", null)
            val stays = screens.following<Unit> { throw other }.launchIn(this)
            screens.syncStateNow()
            assertSame(damaged, screens.trouble.value, "what failed first is told")
            left.cancelAndJoin()
            awaitTrouble(screens, other)
            stays.cancelAndJoin()
            assertNull(screens.trouble.value)
        }
    }

    @Test
    fun `a live view that can be read again leaves the trouble of another one`() = story {
        TestPhone.new().use { phone ->
            val screens = phone.core.screens
            val live = listOf(screens.running, screens.syncState, screens.schedule).map { it.launchIn(this) }
            phone.core.suspend()
            screens.refresh()
            withTimeout(PATIENCE_MILLIS) { screens.trouble.first { it is OfficerError.Suspended } }
            val one = launch(Dispatchers.Default) { screens.following<Unit> { throw damaged }.collect {} }
            phone.core.resume()
            awaitTrouble(screens, damaged)
            (live + one).forEach { it.cancelAndJoin() }
        }
    }

    @Test
    fun `a question that makes no sense, and a look that failed once, are told to whoever asks and to nobody else`() = story {
        TestPhone.new().use { phone ->
            val screens = phone.core.screens
            val asked = Channel<Unit>(Channel.UNLIMITED)
            val following = screens.following<Unit> { asked.send(Unit); throw senseless }.launchIn(this)
            withTimeout(PATIENCE_MILLIS) { asked.receive() }
            assertThrowsTyped<OfficerError.NotEnrolled> { screens.shift(newId()) }
            assertNull(screens.trouble.value)
            following.cancelAndJoin()
        }
    }

    @Test
    fun `of several, one that passes by itself is told first, and the others in the order in which they came`() {
        val troubles = Troubles()
        assertNull(troubles.told.value)
        troubles.stands("a", damaged)
        troubles.stands("b", busy)
        assertSame(busy, troubles.told.value)
        troubles.isOver("b")
        assertSame(damaged, troubles.told.value)
        troubles.isOver("b")
        troubles.stands("c", senseless)
        assertSame(damaged, troubles.told.value)
        troubles.isOver("a")
        assertSame(senseless, troubles.told.value)
        troubles.isOver("c")
        assertNull(troubles.told.value)
    }

    private suspend fun awaitTrouble(screens: Screens, error: OfficerError?) {
        withTimeout(PATIENCE_MILLIS) { screens.trouble.first { it === error } }
    }
}
