package detailbook.officer

import detailbook.bindings.WhichShift
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** A phone of several books, the first of them number one, and which was opened how often. */
private class Shelf(private val phones: List<TestPhone>) {
    val opened = CopyOnWriteArrayList<Int>()
    val others = OtherBooks { book ->
        opened += book
        val phone = phones.getOrNull(book - 1) ?: throw OfficerError.PhonePart("folder", "there is no such book", null)
        TestPhone.over(phone.folder, phone.parts).core
    }
}

/** A phone that another officer takes over before everything was sent. */
internal class OtherBooksTest : WithAgency() {
    /** An officer's book with two punches that nobody has seen. */
    private suspend fun leftBehind(agency: Agency = this.agency): Pair<TestPhone, String> {
        val phone = TestPhone.enrolled(agency)
        val assignment = agency.award(agency.postDetail(), phone.officer, origin = "ordered")
        phone.core.sync()
        phone.core.clockIn(WhichShift.Assignment(assignment))
        phone.core.clockOut()
        phone.core.close()
        return phone to assignment
    }

    @Test
    fun `what the officer before could not send is sent beside the new officer's work, and then their book is left alone`() = story {
        val (left, assignment) = leftBehind()
        left.use {
            val shelf = Shelf(listOf(left))
            var books = Books().begunBeside()
            agency.goDown()
            val offline = shelf.others.send(books.toSend)
            assertEquals(mapOf(1 to BookStanding.Waiting(2u)), offline)
            books = books.noting(offline)
            assertEquals(offline, shelf.others.send(books.toSend), "the core waits before it tries again")

            agency.comeBack()
            val online = shelf.others.send(books.toSend, asked = true)
            assertEquals(mapOf<Int, BookStanding>(1 to BookStanding.Empty), online)
            books = books.noting(online)
            assertEquals(2, agency.facts(assignment).size)
            assertTrue(shelf.others.send(books.toSend).isEmpty())
            assertEquals(listOf(1, 1, 1), shelf.opened)
        }
    }

    @Test
    fun `a book that cannot be opened does not keep the others from being sent, and one that nobody signed in on is empty`() = story {
        val (left, assignment) = leftBehind()
        val unused = TestPhone.new().also { it.core.close() }
        val standings = Shelf(listOf(unused, left)).others.send(listOf(8, 1, 2))
        assertEquals(mapOf(8 to BookStanding.Unread, 1 to BookStanding.Empty, 2 to BookStanding.Empty), standings)
        assertEquals(2, agency.facts(assignment).size)
        listOf(left, unused).forEach { it.close() }
    }

    @Test
    fun `whose a book is can be asked, also while a round hangs on it, and no two ever have it open`() = story {
        Line().use { line ->
            Agency.open(line).use { agency ->
                val phone = TestPhone.enrolled(agency, "Officer B", number = "7002")
                phone.core.sync()
                phone.core.clockIn(WhichShift.Unassigned(null))
                phone.core.close()
                val unused = TestPhone.new().also { it.core.close() }
                val shelf = Shelf(listOf(phone, unused))
                line.holdAnswers()
                val sending = async(Dispatchers.Default) { shelf.others.send(listOf(1)) }
                withContext(Dispatchers.IO) { line.awaitHeldAnswer() }
                val owners = withTimeout(AT_ONCE_MILLIS) { listOf(1, 2, 8).map { shelf.others.whose(it) } }
                assertEquals(listOf("7002 Officer B", null, null), owners.map { it.shown })
                assertEquals(mapOf<Int, BookStanding>(1 to BookStanding.Waiting(1u)), sending.await())
                line.letThrough()
                shelf.others.end()
                assertEquals(null, shelf.others.whose(1).officer, "ended for good")
                assertEquals(listOf(1, 1, 2, 8), shelf.opened)
                listOf(phone, unused).forEach { it.close() }
            }
        }
    }

    @Test
    fun `where the agency has ended that enrolment what is left is counted and sent no more`() = story {
        phone().use { phone ->
            agency.revoke(phone.core.enrolled()!!.device)
            assertThrowsTyped<OfficerError.Revoked> { repeat(2) { phone.core.sync() } }
            phone.core.clockIn(WhichShift.Unassigned(null))
            phone.core.close()
            val standings = Shelf(listOf(phone)).others.send(listOf(1), asked = true)
            assertEquals(mapOf<Int, BookStanding>(1 to BookStanding.Ended(1u)), standings)
        }
    }

    @Test
    fun `no book is open any more when the others rest, even where the server hangs, and ended for good nothing is opened again`() = story {
        Line().use { line ->
            Agency.open(line).use { agency ->
                val (left, _) = leftBehind(agency)
                val shelf = Shelf(listOf(left, left))
                line.holdAnswers()
                val sending = async(Dispatchers.Default) { shelf.others.send(listOf(1, 2)) }
                withContext(Dispatchers.IO) { line.awaitHeldAnswer() }
                withTimeout(AT_ONCE_MILLIS) { shelf.others.end() }
                assertEquals(mapOf<Int, BookStanding>(1 to BookStanding.Waiting(2u)), sending.await())
                assertTrue(shelf.others.send(listOf(1)).isEmpty())
                assertEquals(listOf(1), shelf.opened)
                line.letThrough()
                // The file is free: its own officer may open it again.
                TestPhone.over(left.folder, left.parts).use { assertEquals(2uL, it.core.screens.syncStateNow().factsWaiting) }
            }
        }
    }

    @Test
    fun `when the phone takes its time back the round ends, whoever began it`() = story {
        Line().use { line ->
            Agency.open(line).use { agency ->
                val (left, _) = leftBehind(agency)
                val shelf = Shelf(listOf(left))
                line.holdAnswers()
                val sending = async(Dispatchers.Default) { shelf.others.send(listOf(1)) }
                withContext(Dispatchers.IO) { line.awaitHeldAnswer() }
                val sharing = launch(start = CoroutineStart.UNDISPATCHED) { shelf.others.send(listOf(1)) }
                sharing.cancel()
                val first = withTimeout(AT_ONCE_MILLIS) { sending.await() }
                assertEquals(mapOf<Int, BookStanding>(1 to BookStanding.Waiting(2u)), first)
                assertEquals(listOf(1), shelf.opened)
                line.letThrough()
                left.close()
            }
        }
    }
}
