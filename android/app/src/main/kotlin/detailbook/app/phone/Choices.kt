package detailbook.app.phone

import android.content.Context
import androidx.core.content.edit
import detailbook.officer.Books
import detailbook.officer.Questions
import detailbook.officer.ReminderWishes

private const val BEFORE_START = "reminder.before_start_minutes"
private const val TOLD = "reminder.told"
private const val QUESTIONS = "reminder.questions"
private const val STORE = "store"
private const val EMPTY_STORES = "stores.empty"
private const val NEVER = -1
private const val KEPT = 200

/** What the officer has chosen on this phone, and what the phone has reminded of already. */
class Choices(context: Context) {
    private val kept = context.getSharedPreferences("choices", Context.MODE_PRIVATE)

    /** When to remind. */
    var reminders: ReminderWishes
        get() = ReminderWishes(kept.getInt(BEFORE_START, 0) != NEVER)
        set(wishes) = kept.edit { if (wishes.beforeStart) remove(BEFORE_START) else putInt(BEFORE_START, NEVER) }

    /** Which of the officers' stores on this phone is open; the first one is 1. */
    val store: Int get() = kept.getInt(STORE, 1)

    /** Stores in which nothing waits to be sent. */
    val emptyStores: Set<Int> get() = kept.getStringSet(EMPTY_STORES, null).orEmpty().mapNotNull { it.toIntOrNull() }.toSet()

    /** Remembers which store is open and in which nothing waits, both or neither. */
    fun keep(books: Books) = kept.edit(commit = true) {
        putInt(STORE, books.open)
        putStringSet(EMPTY_STORES, books.empty.map { it.toString() }.toSet())
    }

    /** Keys of reminders that were shown, the oldest first. */
    val told: List<String> get() = kept.getString(TOLD, "").orEmpty().split('\n').filter { it.isNotEmpty() }

    /** When the officers of this phone are asked whether they are still at work. */
    var questions: Questions
        get() = Questions.of(kept.getString(QUESTIONS, "").orEmpty())
        set(questions) = kept.edit(commit = true) { putString(QUESTIONS, questions.toString()) }

    /** Remembers that these were shown. */
    fun tell(keys: List<String>) = kept.edit(commit = true) { putString(TOLD, (told + keys).distinct().takeLast(KEPT).joinToString("\n")) }
}
