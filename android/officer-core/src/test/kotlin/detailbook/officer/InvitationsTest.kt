package detailbook.officer

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test

internal class InvitationsTest {
    @Test
    fun `the host that an invitation leads to is the one after all that only looks like it`() {
        assertEquals("details.example.org", hostOf("detailbook:AAAA.BBBB@https://details.example.org"))
        assertEquals("127.0.0.1:8080", hostOf("detailbook:AAAA.BBBB@http://127.0.0.1:8080/agency"))
        assertEquals("other.example", hostOf("detailbook:AAAA.BBBB@https://details.example.org@other.example/"))
        assertEquals("https://what is this", hostOf("detailbook:AAAA.BBBB@https://what is this"))
    }

    @Test
    fun `what is no invitation leads nowhere`() {
        for (text in listOf("hello", "https://details.example.org", "detailbook:AAAA.BBBB", "detailbook:AAAA.BBBB@")) assertNull(hostOf(text), text)
    }
}
