package detailbook.officer

import java.net.URI

/** The invitation in a text that was pasted or scanned: without the spaces and line breaks that mail programs add. Null where there is no text. */
fun invitationIn(text: String): String? = text.filterNot { it.isWhitespace() || it in INVISIBLE }.takeIf { it.isNotEmpty() }

/**
 * The host that an invitation leads to, with its port where it names one, for the officer to look at before anything is sent there. Null where the
 * text is no invitation; all of the address where its host cannot be told.
 */
fun hostOf(invitation: String): String? {
    val server = invitation.takeIf { it.startsWith("detailbook:") }?.substringAfter('@', "")?.takeIf { it.isNotEmpty() } ?: return null
    val address = runCatching { URI(server) }.getOrNull() ?: return server
    val host = address.host ?: return server
    return if (address.port == -1) host else "$host:${address.port}"
}

private const val INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
