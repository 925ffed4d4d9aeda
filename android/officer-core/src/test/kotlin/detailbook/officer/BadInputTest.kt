package detailbook.officer

import detailbook.bindings.Place
import detailbook.bindings.WhichShift
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Test

/** What a shell may get wrong: typed errors, nothing lost, and the process lives on. */
internal class BadInputTest : WithAgency() {
    @Test
    fun `texts that are no ids are typed errors`() = story {
        phone().use { phone ->
            val texts = listOf("", "not an id", "0".repeat(10_000), "\u0000\ud83d\ude93", newId().dropLast(1))
            for (text in texts) {
                assertEquals("not_an_id", assertThrowsTyped<OfficerError.Invalid> { phone.core.apply(text) }.code)
                assertThrowsTyped<OfficerError.Invalid> { phone.core.clockIn(WhichShift.Assignment(text)) }
                assertThrowsTyped<OfficerError.Invalid> { phone.core.screens.shift(text) }
                assertThrowsTyped<OfficerError.Invalid> { phone.core.screens.original(text) }
                assertThrowsTyped<OfficerError.Invalid> { phone.core.screens.offers(text) }
            }
            phone.core.clockIn(WhichShift.Unassigned(null))
            assertEquals(1uL, phone.core.screens.syncStateNow().factsWaiting)
        }
    }

    @Test
    fun `an error says its reason and nothing of what was asked`() = story {
        phone().use { phone ->
            val error = assertThrowsTyped<OfficerError.Invalid> { phone.core.apply("Mary had a little lamb") }
            assertFalse("lamb" in error.message!!)
            assertFalse(phone.parts.lines.any { "lamb" in it.text })
        }
    }

    @Test
    fun `a huge text is refused as too large and the shift goes on`() = story {
        phone().use { phone ->
            val shift = WhichShift.Log(phone.core.clockIn(WhichShift.Unassigned(null)).document)
            val error = assertThrowsTyped<OfficerError.Invalid> {
                phone.core.note(Place.Shift(shift), "x".repeat(64 * 1024 * 1024))
            }
            assertEquals("too_large", error.code)
            phone.core.note(Place.Shift(shift), "All quiet. \ud83d\ude93 \u05e9\u05dc\u05d5\u05dd")
            phone.core.sync()
            assertEquals(2, agency.factsOf(shift.v1).size)
        }
    }

    @Test
    fun `a phone that is not enrolled can neither punch nor sync, and a bad invitation changes nothing`() = story {
        TestPhone.new().use { phone ->
            assertThrowsTyped<OfficerError.NotEnrolled> { phone.core.clockIn(WhichShift.Unassigned(null)) }
            assertThrowsTyped<OfficerError.NotEnrolled> { phone.core.sync() }
            assertThrowsTyped<OfficerError.Invalid> { phone.core.enrol("https://example.org/") }
            assertEquals(null, phone.core.enrolled())
            phone.core.enrol(agency.invitationFor(agency.enterOfficer()))
            phone.core.sync()
        }
    }

    @Test
    fun `an invitation that was used is refused by the server`() = story {
        val invitation = agency.invitationFor(agency.enterOfficer())
        TestPhone.new().use { it.core.enrol(invitation) }
        TestPhone.new().use { second ->
            assertThrowsTyped<OfficerError.Server> { second.core.enrol(invitation) }
            assertEquals(null, second.core.enrolled())
        }
    }

    @Test
    fun `a clock, a place or a listener that fails is typed or left out, never a crash`() = story {
        phone().use { phone ->
            val broken = PhoneParts(
                signer = object : KeystoreSigner {
                    override fun publicKey(): ByteArray = error("no key")

                    override fun sign(message: ByteArray): ByteArray = throw OutOfMemoryError("not really")
                },
                secrets = phone.parts.asParts().secrets,
                clock = phone.parts.asParts().clock,
                fixes = { error("no permission") },
                log = { error("full") },
            )
            phone.core.close()
            val core = OfficerCore.open(phone.folder.toString(), "test phone", broken)
            val clockIn = core.clockIn(WhichShift.Unassigned(null))
            assertEquals(false, core.screens.facts(clockIn.document).single().signed)
            core.close()
            assertThrowsTyped<OfficerError.PhonePart> {
                val parts = phone.parts.asParts()
                OfficerCore.open(
                    phone.folder.toString(), "test phone", PhoneParts(parts.signer, parts.secrets, { error("no clock") }, parts.fixes),
                )
            }
        }
    }

    @Test
    fun `a photo that is not there is a typed error, and a folder that cannot be used too`() = story {
        phone().use { phone ->
            val shift = WhichShift.Log(phone.core.clockIn(WhichShift.Unassigned(null)).document)
            assertThrowsTyped<OfficerError> {
                phone.core.attach(Place.Shift(shift), phone.folder.resolve("none.jpg").toString(), "image/jpeg")
            }
            val file = phone.folder.resolve("a file").also { java.nio.file.Files.writeString(it, "x") }
            assertThrowsTyped<OfficerError> { OfficerCore.open(file.toString(), "test phone", phone.parts.asParts()) }
        }
    }

    @Test
    fun `a photo of fifty megabytes arrives whole`() = story {
        phone().use { phone ->
            val shift = WhichShift.Log(phone.core.clockIn(WhichShift.Unassigned(null)).document)
            val photo = phone.folder.resolve("photo.jpg")
            val bytes = ByteArray(50 * 1024 * 1024).also { java.util.Random(1).nextBytes(it) }
            java.nio.file.Files.write(photo, bytes)
            phone.core.attach(Place.Shift(shift), photo.toString(), "image/jpeg", "the scene")
            java.nio.file.Files.delete(photo)
            syncThroughABadLine(phone)
            val original = phone.core.screens.written(shift.v1).items.single().original!!
            assertEquals(bytes.size.toULong(), original.received)
            assertEquals(true, original.complete != null)
        }
    }

    /** As an app does: a chunk that times out on a busy machine ends an exchange, and the next goes on from there. */
    private suspend fun syncThroughABadLine(phone: TestPhone) {
        repeat(20) {
            try {
                phone.core.sync()
                return
            } catch (_: OfficerError.Offline) {
                // Once more.
            }
        }
    }
}
