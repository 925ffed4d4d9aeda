package detailbook.officer

import detailbook.bindings.ClockReading
import detailbook.bindings.FactKind
import detailbook.bindings.Fix
import detailbook.bindings.PhoneState
import detailbook.bindings.Place
import detailbook.bindings.Provider
import detailbook.bindings.Recorded
import detailbook.bindings.WhichShift
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.filterNotNull
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.boolean
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.int
import kotlinx.serialization.json.intOrNull
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import kotlinx.serialization.json.put

/** A phone that does what the steps of a told story say. */
internal class ToldPhone(private val folder: Path) {
    private val keys = newKeys()
    private val secrets = ConcurrentHashMap<String, ByteArray>()

    @Volatile private var locked = false

    @Volatile private lateinit var reading: ClockReading

    @Volatile private var fixes: List<Fix> = emptyList()
    private lateinit var core: OfficerCore

    suspend fun perform(step: JsonObject): JsonObject {
        reading = readingOf(step.getValue("clock").jsonObject)
        fixes = step.getValue("fixes").jsonArray.map { fixOf(it.jsonObject) }
        return try {
            val outcome = comesTo(step)
            buildJsonObject { put("ok", outcome) }
        } catch (error: OfficerError) {
            buildJsonObject {
                put("error", buildJsonObject {
                    put("kind", caseOf(error))
                    put("code", error.code)
                })
            }
        }
    }

    suspend fun close() = core.close()

    private suspend fun open() {
        core = OfficerCore.open(folder.resolve("core").toString(), "Story's phone", parts())
    }

    private fun parts() = PhoneParts(
        JcaSigner(keys.public) { if (locked) error("locked") else keys.private },
        object : SecretStorage {
            override fun read(name: String) = secrets[name]

            override fun write(name: String, secret: ByteArray) {
                secrets[name] = secret
            }
        },
        { reading },
        object : FixSource {
            override fun atHand() = fixes

            override fun phoneState(): PhoneState? = null
        },
        null,
    )

    private suspend fun comesTo(step: JsonObject): JsonElement = when (val what = step.text("do")) {
        "open" -> nothing { open() }
        "restart" -> nothing { core.close().also { open() } }
        "lock_key" -> nothing { locked = true }
        "unlock_key" -> nothing { locked = false }
        "suspend" -> nothing { core.suspend() }
        "resume" -> nothing { core.resume() }
        "close" -> nothing { core.close() }
        "sync" -> nothing { core.sync() }
        "enrol" -> buildJsonObject { put("officer", core.enrol(step.text("invitation")).officer) }
        "sign_pending" -> JsonPrimitive(core.signPending())
        "edit_pass_on" -> nothing { core.editPassOn(step.text("detail"), step.text("seen"), step.text("text")) }
        "see" -> see(step)
        else -> wish(what, step)?.let(::wished) ?: wrote(write(what, step))
    }

    /** A wish of that name, if there is one: its id. */
    private suspend fun wish(what: String, step: JsonObject): String? = when (what) {
        "apply" -> core.apply(step.text("detail"))
        "withdraw" -> core.withdraw(step.text("detail"))
        "acknowledge" -> core.acknowledge(step.text("assignment"))
        "acknowledge_notice" -> core.acknowledgeNotice(step.text("notice"))
        "call_off" -> core.callOff(step.text("assignment"), step.text("reason"))
        "relieve" -> core.relieve(step.text("assignment"), step.yes("comes"))
        "offer_trade_to" -> core.offerTradeTo(step.text("assignment"), step.text("number"))
        "answer_trade" -> core.answerTrade(step.text("trade"), step.yes("takes"))
        "withdraw_trade" -> core.withdrawTrade(step.text("trade"))
        "send_message" -> core.sendMessage(step.text("text"))
        else -> null
    }

    private suspend fun write(what: String, step: JsonObject): Recorded = when (what) {
        "punch" -> core.punch(kindOf(step.text("kind")), shiftOf(step.getValue("shift")))
        "read_orders" -> core.readOrders(shiftOf(step.getValue("shift")))
        "submit" -> core.submit(shiftOf(step.getValue("shift")))
        "explain" -> core.explain(shiftOf(step.getValue("shift")), step.text("about"), step.text("text"))
        "correct" ->
            core.correct(shiftOf(step.getValue("shift")), step.text("punch"), step.number("at"), step.text("reason"))
        "note" -> core.note(placeOf(step.getValue("place")), step.text("text"))
        "incident" -> core.incident(placeOf(step.getValue("place")), step.text("text"))
        "replace_note" -> core.replaceNote(step.text("document"), step.text("note"), step.text("text"))
        "attach" -> {
            val photo = folder.resolve("camera.jpg")
            Files.write(photo, ByteArray(step.number("bytes").toInt()) { 7 })
            val caption = step.getValue("caption").jsonPrimitive.contentOrNull
            core.attach(placeOf(step.getValue("place")), photo.toString(), "image/jpeg", caption)
        }
        else -> error("no such step: $what")
    }

    private suspend fun see(step: JsonObject): JsonElement = core.screens.run {
        when (val view = step.text("view")) {
            "running" -> runningNow()?.inFewWords() ?: JsonNull
            "shift" -> shift(step.text("log")).inFewWords()
            "schedule" -> listed(schedule(null).items) { it.inFewWords() }
            "past_shifts" -> listed(pastShifts(null).items) { it.inFewWords() }
            "unassigned_shifts" -> listed(unassignedShifts(null).items) { it.inFewWords() }
            "offers" -> listed(offers(null).items) { it.inFewWords() }
            "terms" -> terms(step.text("detail"))?.inFewWords() ?: JsonNull
            "advice" -> advice(step.text("detail")).inFewWords()
            "award" -> award(step.text("detail"))?.inFewWords() ?: JsonNull
            "charges" -> listed(charges(null).items) { it.inFewWords() }
            "notices" -> listed(notices(null).items) { it.inFewWords() }
            "relief_asks" -> listed(reliefAsks()) { it.inFewWords() }
            "trades" -> listed(trades(null).items) { it.inFewWords() }
            "facts" -> listed(facts(step.text("document"))) { it.inFewWords() }
            "written" -> listed(written(step.text("document")).items) { it.inFewWords() }
            "pass_on_text" -> JsonPrimitive(passOnText(step.text("detail")))
            "sync_state" -> syncStateNow().inFewWords()
            "messages" -> listed(messages(null).items) { it.inFewWords() }
            "unsettled" -> live(unsettled, step) { listed(it) { item -> item.inFewWords() } }
            "wishes" -> live(wishes, step) { listed(it) { wish -> wish.inFewWords() } }
            else -> error("no such view: $view")
        }
    }

    /** What a flow comes to show. It reads again by itself, so what it shows at last is what counts. */
    private suspend fun <T : Any> live(flow: StateFlow<T?>, step: JsonObject, say: (T) -> JsonElement): JsonElement {
        withTimeoutOrNull(PATIENCE_MILLIS) { while (say(flow.filterNotNull().first()) != step["expect"]) delay(10) }
        return say(flow.filterNotNull().first())
    }

    private inline fun nothing(work: () -> Unit): JsonElement {
        work()
        return JsonNull
    }

    private fun wished(command: String): JsonElement = buildJsonObject { put("command", command) }

    private fun wrote(recorded: Recorded): JsonElement = buildJsonObject {
        put("document", recorded.document)
        put("fact", recorded.fact)
    }

    private fun readingOf(clock: JsonObject) = ClockReading(
        wall = clock.number("wall"),
        zone = clock.text("zone"),
        monotonic = clock.number("monotonic").toULong(),
        boot = clock.number("boot").toUInt(),
    )

    private fun fixOf(fix: JsonObject) = Fix(
        latitudeE7 = fix.getValue("latitude_e7").jsonPrimitive.int,
        longitudeE7 = fix.getValue("longitude_e7").jsonPrimitive.int,
        accuracyDm = fix.getValue("accuracy_dm").jsonPrimitive.intOrNull?.toUInt(),
        ageMs = fix.number("age_ms").toUInt(),
        provider = when (fix.text("provider")) {
            "gps" -> Provider.Gps
            "network" -> Provider.Network
            "fused" -> Provider.Fused
            else -> Provider.Other(0u)
        },
        mock = fix.getValue("mock").jsonPrimitive.boolean,
    )

    private fun kindOf(name: String): FactKind = when (name) {
        "enRoute" -> FactKind.EnRoute
        "in" -> FactKind.In
        "breakStart" -> FactKind.BreakStart
        "breakEnd" -> FactKind.BreakEnd
        "willReturn" -> FactKind.WillReturn
        "out" -> FactKind.Out
        "note" -> FactKind.Note
        else -> error("no such kind: $name")
    }

    private fun shiftOf(shift: JsonElement): WhichShift = when {
        shift !is JsonObject -> WhichShift.Running
        "assignment" in shift -> WhichShift.Assignment(shift.text("assignment"))
        "log" in shift -> WhichShift.Log(shift.text("log"))
        else -> WhichShift.Unassigned(shift.getValue("unassigned").jsonPrimitive.contentOrNull)
    }

    private fun placeOf(place: JsonElement): Place = place.jsonObject.let {
        if ("pass_on" in it) Place.PassOn(it.text("pass_on")) else Place.Shift(shiftOf(it.getValue("shift")))
    }
}

private fun JsonObject.number(name: String): Long = getValue(name).jsonPrimitive.long

private fun JsonObject.yes(name: String): Boolean = getValue(name).jsonPrimitive.boolean
