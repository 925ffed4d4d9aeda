package detailbook.officer

import detailbook.bindings.OfficerName
import detailbook.bindings.SyncView

/** The records of everybody who uses this phone: a book for each officer, numbered from one, none ever deleted. One is open at a time. */
data class Books(
    /** The one that is open. */
    val open: Int = 1,
    /** How many there are. */
    val count: Int = 1,
    /** Those in which nothing waits. */
    val empty: Set<Int> = emptySet(),
) {
    /** Those that may hold something that the agency does not have, the oldest first: they are opened now and then until they do not. */
    val toSend: List<Int> get() = (1..count).filter { it != open && it !in empty }

    /** With a fresh book open; the one before stays as it is. */
    fun begunBeside(): Books = copy(count = count + 1).run { turnedTo(count) }

    /** The one that comes after the open one, round and round. */
    val next: Int get() = open % count + 1

    /** With that book open, if there is one. Whatever is written there from now on has to be sent again. */
    fun turnedTo(book: Int): Books = if (book in 1..count) copy(open = book, empty = empty - book) else this

    /** With what was found out about some of them. */
    fun noting(standings: Map<Int, BookStanding>): Books =
        copy(empty = empty + standings.filter { (book, standing) -> standing == BookStanding.Empty && book != open }.keys)
}

/** Whose book it is, as far as that can be told: officers who share a phone have nothing else to tell their books apart by. */
data class BookOwner(
    /** Its number on this phone. */
    val book: Int,
    /** As the agency names them; null until its record of the officer has come, or where the book cannot be opened. */
    val officer: OfficerName?,
) {
    /** Employee number and name, as far as there are any; null where nothing can be said but the number of the book. */
    val shown: String? get() = officer?.let { listOf(it.employeeNumber, it.name) }.orEmpty().filter { it.isNotBlank() }.joinToString(" ").ifEmpty { null }
}

/**
 * May the officer go on in a book beside one that could not be opened? Where a store or a part of the phone is what keeps it shut, waiting may help
 * nobody; what is there stays and is tried again later.
 */
fun letsBeginBeside(error: OfficerError): Boolean = error is OfficerError.StoreUnusable || error is OfficerError.PhonePart

/** How a book stands that is not the open one. */
sealed interface BookStanding {
    /** The agency has everything that it will get. */
    data object Empty : BookStanding

    /** So many items wait to be sent. */
    data class Waiting(val items: ULong) : BookStanding

    /** The agency has ended that enrolment: so many items stay here and are sent no more. */
    data class Ended(val items: ULong) : BookStanding

    /** It cannot be opened or read now. */
    data object Unread : BookStanding

    companion object {
        /** Of a book as its exchange stands. */
        fun of(view: SyncView): BookStanding = when {
            waiting(view) == 0uL -> Empty
            view.revokedAt == null -> Waiting(waiting(view))
            else -> Ended(waiting(view))
        }
    }
}

/** What an officer is told about the other books on this phone: numbers, and never whose they are. */
data class OtherBooksTold(
    /** Items that wait in them. */
    val waiting: ULong,
    /** Items that the agency takes no more. */
    val ended: ULong,
    /** Books that cannot be read now. */
    val unread: Int,
) {
    /** There is nothing to tell. */
    val isNothing: Boolean get() = waiting == 0uL && ended == 0uL && unread == 0

    companion object {
        /** The sums of all of them. */
        fun of(standings: Collection<BookStanding>) = OtherBooksTold(
            standings.filterIsInstance<BookStanding.Waiting>().sumOf { it.items },
            standings.filterIsInstance<BookStanding.Ended>().sumOf { it.items },
            standings.count { it == BookStanding.Unread },
        )
    }
}
