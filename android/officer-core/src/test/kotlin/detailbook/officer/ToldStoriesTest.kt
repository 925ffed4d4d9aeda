package detailbook.officer

import java.nio.file.Files
import java.util.concurrent.TimeUnit
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource

/** The stories that Rust and Swift replay as well. They are told by a program; this side only does what each step says. */
internal class ToldStoriesTest {
    @ParameterizedTest
    @MethodSource("names")
    fun `the story goes as it is told`(name: String) = story {
        val teller = tell(name).start()
        try {
            val steps = teller.inputStream.bufferedReader()
            val outcomes = teller.outputStream.bufferedWriter()
            val folder = Files.createTempDirectory("detailbook-story")
            val phones = mutableListOf<ToldPhone>()
            var told: JsonObject? = null
            for (line in generateSequence { steps.readLine() }) {
                val step = Json.parseToJsonElement(line).jsonObject
                if ("do" !in step) {
                    told = step
                    continue
                }
                val phone = step.getValue("phone").jsonPrimitive.int
                if (phone == phones.size) phones += ToldPhone(Files.createDirectory(folder.resolve("$phone")))
                outcomes.appendLine(phones[phone].perform(step).toString())
                outcomes.flush()
            }
            phones.forEach { it.close() }
            folder.toFile().deleteRecursively()
            assertEquals("{\"told\":\"$name\"}", told.toString())
            assertTrue(teller.waitFor(20, TimeUnit.SECONDS))
            assertEquals(0, teller.exitValue())
        } finally {
            teller.destroyForcibly()
        }
    }

    companion object {
        @JvmStatic
        fun names(): List<String> = tell("--list").start().inputStream.bufferedReader().readLines()

        private fun tell(word: String): ProcessBuilder {
            val program = System.getProperty("detailbook.tell") ?: error("-Ddetailbook.tell names the program that tells the stories")
            return ProcessBuilder(program, word).redirectError(ProcessBuilder.Redirect.INHERIT)
        }
    }
}
