package detailbook.officer

import kotlin.random.Random
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** What officers are asked while another's book is open. */
internal class QuestionsTest {
    private fun reminder(kind: ReminderKind, key: String, at: Long) = Reminder(kind, key, at, about = 1, shift = null)

    private val ofFirst = listOf(
        reminder(ReminderKind.STARTS_SOON, "starts/b/90/15", 75),
        reminder(ReminderKind.FORGOTTEN_OUT, "out/a/105", 105),
        reminder(ReminderKind.FORGOTTEN_OUT, "out/a/160", 160),
        reminder(ReminderKind.STILL_IN, "review/a/500", 500),
    )

    private fun asked(questions: Questions, open: Int, now: Long, told: Set<String> = emptySet()) =
        questions.toAsk(open, now, told).map { it.kind to it.key to it.at }

    private fun another(key: String, at: Long) = ReminderKind.ANOTHERS to key to at

    @Test
    fun `officers are asked in words of nobody's while their book is not open, and not of shifts that start`() {
        val questions = Questions().noting(1, ofFirst)
        assertEquals(emptyList<Any>(), asked(questions, open = 1, now = 100))
        val all = listOf(another("out/a/105", 105), another("out/a/160", 160), another("review/a/500", 500))
        assertEquals(all, asked(questions, open = 2, now = 100))
        assertEquals(all.drop(1), asked(questions, open = 2, now = 200), "of what is due the last one says it all")
        assertEquals(all.drop(2), asked(questions, open = 2, now = 200, told = setOf("out/a/160")))
        assertEquals(setOf("out/a/160", "review/a/500"), questions.holding(open = 2, now = 200))
    }

    @Test
    fun `who clocked out is asked no more, and nobody else's are lost`() {
        val both = Questions().noting(1, ofFirst).noting(2, listOf(reminder(ReminderKind.STILL_IN, "review/c/300", 300)))
        assertEquals(listOf(another("out/a/105", 105), another("out/a/160", 160), another("review/a/500", 500)), asked(both, open = 2, now = 0))
        assertEquals(listOf(another("review/c/300", 300)), asked(both, open = 1, now = 0))
        assertEquals(emptyList<Any>(), asked(both.noting(1, ofFirst.take(1)), open = 2, now = 0))
        assertEquals(4, both.toAsk(open = 3, now = 0, told = emptySet()).size)
    }

    @Test
    fun `what is kept is read as it was, and what is no line of it is none`() {
        val draws = Random(7)
        repeat(200) {
            val books = (1..draws.nextInt(1, 5)).associateWith { (0..draws.nextInt(1, 4)).associate { n -> "out/$it-$n/${draws.nextLong()}" to draws.nextLong() } }
            assertEquals(Questions(books), Questions.of(Questions(books).toString()))
        }
        assertEquals(Questions(), Questions.of(""))
        assertEquals(Questions(mapOf(1 to mapOf("out/a/1" to 1L))), Questions.of("x\n1\tout/a/1\t1\n1\ty\n\t\t\nz\tout/b/1\t2"))
    }
}
