package detailbook.officer

import detailbook.bindings.OfficerName
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

internal class BooksTest {
    private val now = instant("2026-05-01T18:00-04:00[America/New_York]")

    @Test
    fun `a book begun beside is the open one, and what was written before is looked after until it is empty`() {
        assertEquals(emptyList<Int>(), Books().toSend)
        val two = Books().begunBeside()
        assertEquals(Triple(2, 2, listOf(1)), Triple(two.open, two.count, two.toSend))
        val three = two.begunBeside()
        assertEquals(listOf(1, 2), three.toSend)
        val looked = three.noting(mapOf(1 to BookStanding.Empty, 2 to BookStanding.Waiting(2u)))
        assertEquals(listOf(2), looked.toSend)
        assertEquals(listOf(2), looked.noting(mapOf(2 to BookStanding.Ended(2u))).toSend, "the officer is told as long as it is so")
        assertEquals(listOf(2), looked.noting(mapOf(2 to BookStanding.Unread)).toSend)
    }

    @Test
    fun `officers take turns, and what one wrote in the meantime is looked after again`() {
        assertEquals(Books(), Books().turnedTo(2), "there is no other")
        val second = Books().begunBeside().noting(mapOf(1 to BookStanding.Empty))
        val first = second.turnedTo(second.next)
        assertEquals(1 to listOf(2), first.open to first.toSend)
        val noted = first.noting(mapOf(1 to BookStanding.Empty, 2 to BookStanding.Empty))
        assertEquals(emptyList<Int>(), noted.toSend)
        assertEquals(2 to listOf(1), noted.turnedTo(2).let { it.open to it.toSend }, "the open book is never called empty")
    }

    @Test
    fun `books come one after the other, and the last is followed by the first`() {
        val three = Books().begunBeside().begunBeside()
        assertEquals(listOf(2, 3, 1), listOf(1, 2, 3).map { three.turnedTo(it).next })
    }

    @Test
    fun `an owner is told by number and name, as far as there are any, and else not at all`() {
        fun shown(name: String, number: String) = BookOwner(2, OfficerName(name, number)).shown
        assertEquals(listOf("7002 Officer B", "Officer B", "7002", null), listOf(shown("Officer B", "7002"), shown("Officer B", " "), shown("", "7002"), shown("", "")))
        assertNull(BookOwner(2, null).shown)
    }

    @Test
    fun `beside a book that stays shut another may be begun, and not where waiting helps`() {
        fun error(of: (String, String, Throwable?) -> OfficerError) = of("code", "reason", null)
        assertTrue(letsBeginBeside(error(OfficerError::StoreUnusable)) && letsBeginBeside(error(OfficerError::PhonePart)))
        for (passing in listOf(error(OfficerError::Busy), error(OfficerError::StorageFull), error(OfficerError::Internal))) assertFalse(letsBeginBeside(passing))
    }

    @Test
    fun `a book stands as what waits in it, and what a phone whose enrolment ended has left goes nowhere`() {
        assertEquals(BookStanding.Empty, BookStanding.of(sampleSync()))
        assertEquals(BookStanding.Empty, BookStanding.of(sampleSync(givenUp = 1, refused = 1)), "sent no more until its officer says so")
        assertEquals(BookStanding.Waiting(4u), BookStanding.of(sampleSync(facts = 1, originals = 3)))
        assertEquals(BookStanding.Ended(1u), BookStanding.of(sampleSync(facts = 1, revokedAt = now)))
    }

    @Test
    fun `the officer is told numbers of other books, and nothing where the agency has everything`() {
        assertTrue(OtherBooksTold.of(listOf(BookStanding.Empty)).isNothing)
        val standings = listOf(BookStanding.Waiting(2u), BookStanding.Waiting(3u), BookStanding.Ended(4u), BookStanding.Unread, BookStanding.Empty)
        assertEquals(OtherBooksTold(waiting = 5u, ended = 4u, unread = 1), OtherBooksTold.of(standings))
        for (one in standings.dropLast(1)) assertFalse(OtherBooksTold.of(listOf(one)).isNothing)
    }

    @Test
    fun `other books are looked into when the app opens, is online again, is asked, or has time, else every quarter of an hour`() {
        fun looks(occasion: Occasion, lastLook: Long?) = SyncSchedule.looksIntoOthers(occasion, lastLook, now)
        for (occasion in listOf(Occasion.ASKED, Occasion.OPENED, Occasion.NETWORK_CAME, Occasion.BACKGROUND)) assertTrue(looks(occasion, now))
        assertFalse(looks(Occasion.WROTE, null))
        assertEquals(listOf(true, false, true), listOf(null, now - 14 * MINUTE, now - 15 * MINUTE).map { looks(Occasion.MINUTE, it) })
        assertTrue(looks(Occasion.MINUTE, now + 1), "the clock was set back")
    }

    @Test
    fun `another book exchanges only for what waits in it, and not before the server's time unless it is asked`() {
        fun isDue(asked: Boolean, facts: Int = 1, retryAt: Long? = null, revokedAt: Long? = null) =
            SyncSchedule.isDueBeside(sampleSync(facts, settledAt = null, retryAt = retryAt, revokedAt = revokedAt), asked, now)
        assertFalse(isDue(asked = true, facts = 0))
        assertTrue(isDue(asked = false))
        assertFalse(isDue(asked = false, retryAt = now + 1))
        assertTrue(isDue(asked = false, retryAt = now))
        assertTrue(isDue(asked = false, retryAt = now + 24 * HOUR), "the clock was put back")
        assertTrue(isDue(asked = true, retryAt = now + 1))
        assertFalse(isDue(asked = true, revokedAt = now))
    }

    @Test
    fun `the scheduler looks again while something waits or could not be read, and not for what is sent no more`() {
        assertEquals(15 * MINUTE, SyncSchedule.othersAgainAfter(listOf(BookStanding.Empty, BookStanding.Waiting(1u))))
        assertEquals(15 * MINUTE, SyncSchedule.othersAgainAfter(listOf(BookStanding.Unread)))
        assertNull(SyncSchedule.othersAgainAfter(listOf(BookStanding.Ended(1u), BookStanding.Empty)))
        assertNull(SyncSchedule.othersAgainAfter(emptyList()))
    }
}
