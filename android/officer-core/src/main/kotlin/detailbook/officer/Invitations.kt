package detailbook.officer

/** The invitation in a text that was pasted or scanned: without the spaces and line breaks that mail programs add. Null where there is no text. */
fun invitationIn(text: String): String? = text.filterNot { it.isWhitespace() || it in INVISIBLE }.takeIf { it.isNotEmpty() }

private const val INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
