package detailbook.app

import java.io.File
import javax.xml.parsers.DocumentBuilderFactory
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.w3c.dom.Element
import org.w3c.dom.NodeList

private const val SOURCES = "android/app/src/main"

/** Every language of the app has every sentence, and no sentence stands in the code. */
internal class TextsTest {
    private val translations = File("$SOURCES/res").listFiles { file -> file.name.matches(Regex("values-[a-z]{2}")) }!!.toList()

    @Test
    fun `every language has the same sentences with the same places in them`() {
        val english = sentences(File("$SOURCES/res/values"))
        assertTrue(english.size > 200)
        assertEquals(listOf("values-es"), translations.map { it.name })
        for (folder in translations) {
            val translated = sentences(folder)
            assertEquals(folder.name, english.keys, translated.keys)
            for ((name, text) in translated) {
                assertEquals("${folder.name} $name", places(english.getValue(name)), places(text))
                assertTrue("${folder.name} $name is empty", text.isNotBlank())
            }
        }
    }

    @Test
    fun `the phone's settings offer every language there is`() {
        val offered = Regex("""android:name="(\w+)"""").findAll(File("$SOURCES/res/xml/locales_config.xml").readText()).map { it.groupValues[1] }
        assertEquals(setOf("en") + translations.map { it.name.removePrefix("values-") }, offered.toSet())
    }

    @Test
    fun `no words stand in the code of a screen`() {
        val words = Regex("""\b(Text|Line|Faint|Title|Heading|Primary|Secondary|Empty|Tag|IconLine|Sure|setContentT\w+)\([^)"]*"[^"$]*\p{L}{2}""")
        val found = File("$SOURCES/kotlin").walk().filter { it.extension == "kt" }.flatMap { file ->
            file.readLines().filter { words.containsMatchIn(it) }.map { "${file.name}: ${it.trim()}" }
        }
        assertEquals(emptyList<String>(), found.toList())
        assertTrue(words.containsMatchIn("""Text("Clock in")""") && words.containsMatchIn("""Secondary("Clock in") {"""))
    }

    private fun sentences(folder: File): Map<String, String> {
        val root = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(File(folder, "strings.xml")).documentElement
        val plurals = root.getElementsByTagName("plurals").elements().map { it.getAttribute("name") to other(it) }
        return (root.getElementsByTagName("string").elements().map { it.getAttribute("name") to it.textContent } + plurals).toMap()
    }

    private fun other(plural: Element): String =
        plural.getElementsByTagName("item").elements().single { it.getAttribute("quantity") == "other" }.textContent

    private fun places(text: String): List<String> = Regex("""%\d\$\w+|%%""").findAll(text).map { it.value }.sorted().toList()

    private fun NodeList.elements(): List<Element> = (0 until length).map { item(it) as Element }
}
