package detailbook.officer

import detailbook.bindings.UnixMillis

/**
 * When officers are asked whether they are still at work, by the book of each, as it was worked out while their book was open: they are asked also
 * while somebody else's is.
 */
data class Questions(
    /** When each is asked, by its key, of each book. */
    val ofBooks: Map<Int, Map<String, UnixMillis>> = emptyMap(),
) {
    /** With those of the open book as they are now. */
    fun noting(open: Int, reminders: List<Reminder>): Questions {
        val now = reminders.filter { it.kind != ReminderKind.STARTS_SOON }.associate { it.key to it.at }
        return Questions(if (now.isEmpty()) ofBooks - open else ofBooks + (open to now))
    }

    /** The keys of those that hold for books that are not open. The open book has no say in them. */
    fun holding(open: Int, now: UnixMillis): Set<String> = elsewhere(open).flatMap { lastDueAndToCome(it, now) }.map { it.key }.toSet()

    /** Those to ask officers whose books are not open, the next one first; [told] holds the keys of those that were shown. */
    fun toAsk(open: Int, now: UnixMillis, told: Set<String>): List<Reminder> =
        elsewhere(open).flatMap { lastDueAndToCome(it, now) }.filter { it.key !in told }.sortedWith(compareBy({ it.at }, { it.key }))

    private fun elsewhere(open: Int): List<List<Reminder>> = (ofBooks - open).values.map { of ->
        of.map { (key, at) -> Reminder(ReminderKind.ANOTHERS, key, at, about = null, shift = null) }.sortedBy { it.at }
    }

    /** As it is kept. */
    override fun toString(): String = ofBooks.flatMap { (book, of) -> of.map { (key, at) -> "$book\t$key\t$at" } }.joinToString("\n")

    companion object {
        /** What was kept; a line that cannot be read is none. */
        fun of(kept: String): Questions {
            val lines = kept.lines().mapNotNull { line ->
                val (book, key, at) = line.split('\t').takeIf { it.size == 3 } ?: return@mapNotNull null
                Triple(book.toIntOrNull() ?: return@mapNotNull null, key, at.toLongOrNull() ?: return@mapNotNull null)
            }
            return Questions(lines.groupBy({ it.first }, { it.second to it.third }).mapValues { it.value.toMap() })
        }
    }
}
