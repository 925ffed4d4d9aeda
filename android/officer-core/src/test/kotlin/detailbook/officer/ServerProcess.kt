package detailbook.officer

import java.io.BufferedReader
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/** The real server in a process of its own. It ends with this JVM if nobody stops it before. */
internal class ServerProcess private constructor(private val process: Process, val port: Int, private val atExit: Thread) {
    fun stop() {
        process.destroyForcibly()
        process.waitFor(20, TimeUnit.SECONDS)
        runCatching { Runtime.getRuntime().removeShutdownHook(atExit) }
    }

    companion object {
        private val LISTENS = Regex("listens on http://127\\.0\\.0\\.1:(\\d+)")

        fun start(folder: Path, port: Int, vararg flags: String): ServerProcess {
            val process = serverProgram(folder, "serve", "--listen", "127.0.0.1:$port", *flags).start()
            val atExit = Thread { process.destroyForcibly() }
            Runtime.getRuntime().addShutdownHook(atExit)
            val output = process.inputStream.bufferedReader()
            val listening = listening(output) ?: error("the server did not start: exit ${process.waitFor()}")
            thread(isDaemon = true) { runCatching { output.forEachLine {} } }
            return ServerProcess(process, listening, atExit)
        }

        private fun listening(output: BufferedReader): Int? =
            output.lineSequence().firstNotNullOfOrNull { LISTENS.find(it) }?.groupValues?.get(1)?.toInt()
    }
}

/** Runs a command of the server's program to its end and gives its last line. */
internal fun runServerProgram(folder: Path, vararg words: String): String {
    val process = serverProgram(folder, *words).start()
    val said = process.inputStream.bufferedReader().readText()
    check(process.waitFor() == 0) { "${words.toList()} failed" }
    return said.trim().lines().last()
}

private fun serverProgram(folder: Path, vararg words: String): ProcessBuilder {
    val program = System.getProperty("detailbook.server") ?: error("-Ddetailbook.server names the server's program")
    val builder = ProcessBuilder(program, "--data", folder.toString(), *words)
    // What sets a real server up must not reach this one.
    builder.environment().keys.removeIf { it.startsWith("DETAILBOOK_") || it == "DATABASE_URL" }
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT)
}
