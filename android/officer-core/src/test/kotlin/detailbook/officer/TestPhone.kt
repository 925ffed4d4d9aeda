package detailbook.officer

import detailbook.bindings.ClockReading
import detailbook.bindings.Fix
import detailbook.bindings.LogLine
import detailbook.bindings.PhoneState
import detailbook.bindings.Place
import detailbook.bindings.Provider
import detailbook.bindings.WhichShift
import java.nio.file.Files
import java.nio.file.Path
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.spec.ECGenParameterSpec
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.runBlocking

/** A phone's parts on a desktop: a software key, secrets in memory, clocks that a test may move, and a place that it is at. */
internal class DesktopParts(private val keys: KeyPair = newKeys()) {
    @Volatile var place: List<Fix> = listOf(atSite())

    @Volatile var clockIsOff: Long = 0

    @Volatile var keyWorks = true
    val lines = CopyOnWriteArrayList<LogLine>()

    @Volatile var secretsWork = true
    val secrets = ConcurrentHashMap<String, ByteArray>()

    fun now(): Long = System.currentTimeMillis() + clockIsOff

    fun asParts() = PhoneParts(
        JcaSigner(keys.public) { if (keyWorks) keys.private else error("locked") },
        object : SecretStorage {
            override fun read(name: String) = if (secretsWork) secrets[name] else error("locked")

            override fun write(name: String, secret: ByteArray) {
                if (secretsWork) secrets[name] = secret else error("locked")
            }
        },
        { ClockReading(now(), "America/New_York", (System.nanoTime() / 1_000_000).toULong(), boot = 7u) },
        object : FixSource {
            override fun atHand() = place

            override fun phoneState() = PhoneState(battery = 80u, saver = false, preciseLocation = true)
        },
        { lines += it },
    )
}

/** A phone of an officer's over a folder, which outlives the phone where a test opens another one on it. */
internal class TestPhone(val core: OfficerCore, val parts: DesktopParts, val folder: Path) : AutoCloseable {
    lateinit var officer: String

    override fun close() {
        runBlocking { core.close() }
        folder.toFile().deleteRecursively()
    }

    companion object {
        suspend fun new(): TestPhone = over(Files.createTempDirectory("detailbook-phone"), DesktopParts())

        suspend fun over(folder: Path, parts: DesktopParts): TestPhone =
            TestPhone(OfficerCore.open(folder.toString(), "test phone", parts.asParts()), parts, folder)

        suspend fun enrolled(agency: Agency, name: String = "Officer", number: String = ""): TestPhone = new().apply {
            officer = agency.enterOfficer(name, number)
            core.enrol(agency.invitationFor(officer))
        }

        /** Over what is left of the folder and parts of a phone whose storage has lost what its shift on [assignment] says; what the agency has it has. */
        suspend fun damaged(phone: TestPhone, assignment: String): TestPhone {
            phone.core.clockIn(WhichShift.Assignment(assignment))
            repeat(40) { phone.core.note(Place.Shift(WhichShift.Running), "Cone $it ${"stands. ".repeat(80)}") }
            phone.core.clockOut()
            phone.core.sync()
            phone.core.close()
            damage(phone.folder, "stands. ")
            return over(phone.folder, phone.parts)
        }
    }
}

/** Damages the store of a phone that is closed, as failing storage does: one page of those where a document says [words], in their middle. */
internal fun damage(folder: Path, words: String) {
    val file = folder.resolve("phone.db")
    val store = Files.readAllBytes(file)
    val text = String(store, Charsets.ISO_8859_1)
    val leaves = store.indices.step(PAGE_BYTES).filter { store[it] == LEAF_OF_FACTS && text.indexOf(words, it) in it until it + PAGE_BYTES }
    val middle = leaves[leaves.size / 2]
    store.fill(0, middle, middle + PAGE_BYTES)
    Files.write(file, store)
}

private const val PAGE_BYTES = 4096

/** The first byte of a page of facts that has nothing below it. */
private const val LEAF_OF_FACTS: Byte = 10

internal fun newKeys(): KeyPair =
    KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }.generateKeyPair()

/** A fix so many metres north of the site's middle. */
internal fun atSite(metresNorth: Int = 0, accuracyMetres: Int? = 5): Fix = Fix(
    latitudeE7 = SITE_LATITUDE + metresNorth * 90,
    longitudeE7 = SITE_LONGITUDE,
    accuracyDm = accuracyMetres?.let { (it * 10).toUInt() },
    ageMs = 1_000u,
    provider = Provider.Gps,
    mock = false,
)
