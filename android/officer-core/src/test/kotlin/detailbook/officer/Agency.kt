package detailbook.officer

import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.nio.file.Files
import java.nio.file.Path
import java.util.UUID
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonArray
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject

/** Where the fence of the tests stands, in 1e-7 degrees. */
internal const val SITE_LATITUDE = 423_600_000
internal const val SITE_LONGITUDE = -710_580_000

/** A `detailbook` server process of its own with one agency, and its coordinator over HTTP. */
internal class Agency private constructor(private val folder: Path, private var server: ServerProcess) : AutoCloseable {
    private val http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
    private val token: String

    init {
        command("agency", "create", "--name", "Harbor Police", "--zone", "America/New_York")
        token = command("token", "create", "--name", "coordinator", "--scopes", "all")
    }

    val site: String by lazy { enterSite() }

    fun enterOfficer(name: String = "Officer", number: String = ""): String =
        created(post("/officers", record { put("name", name); put("employee_number", number) }))

    fun invitationFor(officer: String): String = post("/officers/$officer/invitations").text("text")

    fun postDetail(startsInMinutes: Long = -10, hours: Long = 4, title: String = "Road works"): String =
        created(post("/details", buildJsonObject { put("record", detail(startsInMinutes, hours, title)) }))

    /** A detail whose window closes after so long, and which is awarded then by lot. */
    fun postWindow(closesInMillis: Long, startsInMinutes: Long = 600, title: String = "Road works"): String {
        val method = buildJsonObject { put("name", "lottery"); put("version", 1); put("criteria", buildJsonArray { }) }
        val posting = buildJsonObject {
            put("method", method)
            put("closes", System.currentTimeMillis() + closesInMillis)
            put("acknowledge_within", 2 * 3_600_000)
        }
        return created(post("/details", buildJsonObject { put("record", detail(startsInMinutes, 4, title)); put("posting", posting) }))
    }

    private fun detail(startsInMinutes: Long, hours: Long, title: String): JsonObject {
        val starts = System.currentTimeMillis() + startsInMinutes * 60_000
        return buildJsonObject {
            put("site", site)
            put("title", title)
            put("job_type", "road")
            put("starts", starts)
            put("ends", starts + hours * 3_600_000)
            put("zone", "America/New_York")
            put("positions", buildJsonArray { add(buildJsonObject { put("name", "Officer") }) })
        }
    }

    /** From now on no officer may work more than so many hours of details in 24. */
    fun limitDetails(hours: Int, severity: String = "block") {
        val rules = """
            name = "Town"
            version = 1
            effective_from = "2015-01-01"
            zone = "America/New_York"
            week_starts = "sunday"
            day_starts = "0:00"
            ranks = ["officer"]

            [[rule]]
            id = "day"
            title = "At most $hours hours of details in any 24"
            severity = { apply = "$severity" }
            [rule.hours]
            counts = ["detail"]
            window = { rolling = "24:00" }
            limit = "$hours:00"
        """
        post("/rule_sets", buildJsonObject { put("text", rules.trimIndent()) })
    }

    /** Rules for call-offs, relief and trades from now on. */
    fun settle(rules: JsonObject) {
        val written = "/staffing_rules?version=${versionOf("/staffing_rules")}"
        ask(HttpRequest.newBuilder().PUT(HttpRequest.BodyPublishers.ofString(rules.toString())), written)
    }

    /** The version of something that is written whole. */
    private fun versionOf(path: String): String =
        send(HttpRequest.newBuilder().GET(), path).headers().firstValue("etag").orElseThrow().trim('"')

    /** Everybody on the detail is told. */
    fun changeOrders(detail: String, orders: String) {
        val before = get("/details/$detail")
        val kept = before.getValue("record").jsonObject.filterKeys { it in DRAFTED }
        val positions = kept.getValue("positions").jsonArray.map { JsonObject(it.jsonObject.filterKeys { name -> name == "id" || name == "name" }) }
        val record = JsonObject(kept + ("post_orders" to JsonPrimitive(orders)) + ("positions" to JsonArray(positions)))
        val change = buildJsonObject { put("version", before.getValue("version")); put("record", record) }
        ask(HttpRequest.newBuilder().PUT(HttpRequest.BodyPublishers.ofString(change.toString())), "/details/$detail")
    }

    /** Gives an officer another employee number. */
    fun renumber(officer: String, number: String) {
        val before = get("/officers/$officer")
        val record = JsonObject(before.getValue("record").jsonObject - "id" + ("employee_number" to JsonPrimitive(number)))
        val change = buildJsonObject { put("version", before.getValue("version")); put("record", record) }
        ask(HttpRequest.newBuilder().PUT(HttpRequest.BodyPublishers.ofString(change.toString())), "/officers/$officer")
    }

    /** Sets an officer's charge right by so many minutes. */
    fun charge(officer: String, minutes: Int, note: String) {
        post("/officers/$officer/ledger", buildJsonObject { put("minutes", minutes); put("reason", note) })
    }

    fun noticesOf(officer: String): List<JsonObject> =
        items(get("/notices?limit=1000")).filter { it.getValue("party").jsonObject.text("id") == officer && it.text("channel") == "in_app" }

    fun award(detail: String, officer: String, origin: String = "applied"): String = created(
        post("/details/$detail/assignments", buildJsonObject {
            put("officer", officer)
            put("origin", origin)
            put("reason", "next on the list")
        }),
    )

    fun rule(assignment: String, start: Long, end: Long): String = created(
        post("/assignments/$assignment/rulings", buildJsonObject {
            put("accepted", buildJsonArray { add(buildJsonObject { put("start", start); put("end", end) }) })
            put("reason", "as worked")
            put("ruled_by", "coordinator")
        }),
    )

    fun link(assignment: String, document: String) {
        post("/assignments/$assignment/link", buildJsonObject { put("document", document); put("reason", "worked it") })
    }

    fun revoke(device: String) {
        post("/devices/$device/revoke", buildJsonObject { put("reason", "lost") })
    }

    /** Writes into what all on a detail share. */
    fun share(detail: String, text: String) {
        post("/details/$detail/notes", buildJsonObject { put("text", text) })
    }

    fun write(text: String) {
        post("/messages", buildJsonObject { put("text", text) })
    }

    fun cancel(detail: String) {
        val version = get("/details/$detail").getValue("version")
        post("/details/$detail/cancel", buildJsonObject { put("version", version); put("reason", "no longer needed") })
    }

    fun facts(assignment: String): List<JsonObject> = items(get("/assignments/$assignment/facts"))

    fun factsOf(document: String): List<JsonObject> = items(get("/documents/$document/facts"))

    fun unassignedLogs(): List<JsonObject> = items(get("/unassigned_logs"))

    fun messages(): List<JsonObject> = items(get("/messages"))

    /** The server's process ends; phones find nobody there. */
    fun goDown() = server.stop()

    /** The server is there again, at the same address. */
    fun comeBack() {
        server = ServerProcess.start(folder, server.port)
    }

    override fun close() {
        server.stop()
        folder.toFile().deleteRecursively()
    }

    private fun enterSite(): String {
        val customer = created(post("/customers", record { put("name", "Harbor Paving") }))
        return created(
            post("/sites", record {
                put("customer", customer)
                put("name", "Pier 4")
                put("placement", "surveyed")
                putJsonObject("fence") {
                    putJsonObject("circle") {
                        putJsonObject("center") {
                            put("latitude_e7", SITE_LATITUDE)
                            put("longitude_e7", SITE_LONGITUDE)
                        }
                        put("radius_m", 150)
                    }
                }
            }),
        )
    }

    private fun record(fill: kotlinx.serialization.json.JsonObjectBuilder.() -> Unit) =
        buildJsonObject { put("record", buildJsonObject(fill)) }

    private fun created(answer: JsonObject): String = answer.text("id")

    private fun items(answer: JsonElement): List<JsonObject> = answer.jsonObject.getValue("items").jsonArray.map { it.jsonObject }

    private fun get(path: String): JsonObject = ask(HttpRequest.newBuilder().GET(), path)

    private fun post(path: String, body: JsonObject = JsonObject(emptyMap())): JsonObject =
        ask(HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(body.toString())), path)

    private fun send(request: HttpRequest.Builder, path: String): HttpResponse<String> {
        val asked = request.uri(URI("http://127.0.0.1:${server.port}/v1/staff$path"))
            .header("authorization", "Bearer $token").header("content-type", "application/json").build()
        val answer = http.send(asked, HttpResponse.BodyHandlers.ofString())
        check(answer.statusCode() in 200..299) { "$path: ${answer.statusCode()} ${answer.body()}" }
        return answer
    }

    private fun ask(request: HttpRequest.Builder, path: String): JsonObject {
        val answer = send(request, path)
        if (answer.body().isEmpty()) return JsonObject(emptyMap())
        return Json.parseToJsonElement(answer.body()).jsonObject
    }

    private fun command(vararg words: String): String = runServerProgram(folder, *words)

    companion object {
        private val DRAFTED = setOf("site", "title", "job_type", "starts", "ends", "zone", "positions")

        fun open(): Agency {
            val folder = Files.createTempDirectory("detailbook-agency")
            return Agency(folder, ServerProcess.start(folder, port = 0))
        }

        /** Phones reach this one by a line that a test can hold. */
        fun open(line: Line): Agency {
            val folder = Files.createTempDirectory("detailbook-agency")
            val server = ServerProcess.start(folder, port = 0, "--public-url", line.url)
            line.serverPort = server.port
            return Agency(folder, server)
        }
    }
}

internal fun JsonObject.text(name: String): String = getValue(name).jsonPrimitive.content

internal fun newId(): String = UUID.randomUUID().toString()
