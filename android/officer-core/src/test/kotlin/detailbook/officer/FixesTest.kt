package detailbook.officer

import detailbook.bindings.Fix
import detailbook.bindings.Provider
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test

internal class FixesTest {
    private val harbor = PlatformFix(42.36, -71.058, accuracy = 4.01, ageMillis = 900, source = "gps", mock = false)

    @Test
    fun `a platform's fix keeps its place and never gains accuracy`() =
        assertEquals(Fix(423_600_000, -710_580_000, 41u, 900u, Provider.Gps, false), harbor.asEvidence())

    @Test
    fun `no accuracy, or one that makes no sense, is none`() {
        for (accuracy in listOf(null, 0.0, -1.0, Double.NaN, Double.POSITIVE_INFINITY)) {
            assertNull(harbor.copy(accuracy = accuracy).asEvidence()!!.accuracyDm, "$accuracy")
        }
    }

    @Test
    fun `a fix from the future is new and one beyond counting is as old as can be said`() {
        assertEquals(0u, harbor.copy(ageMillis = -5).asEvidence()!!.ageMs)
        assertEquals(UInt.MAX_VALUE, harbor.copy(ageMillis = Long.MAX_VALUE).asEvidence()!!.ageMs)
    }

    @Test
    fun `what is not on earth is no fix`() {
        for (latitude in listOf(90.1, -91.0, Double.NaN)) assertNull(harbor.copy(latitude = latitude).asEvidence())
        for (longitude in listOf(180.1, -181.0, Double.NaN)) assertNull(harbor.copy(longitude = longitude).asEvidence())
    }

    @Test
    fun `a source without a name of its own is another one`() =
        assertEquals(Provider.Other(0u), harbor.copy(source = "passive").asEvidence()!!.provider)

    @Test
    fun `a punch has the fixes of the last twenty seconds, and the last known one only where there is none`() {
        val (fresh, old) = harbor.copy(ageMillis = 20_000) to harbor.copy(ageMillis = 20_001)
        val last = harbor.copy(ageMillis = 3_600_000)
        assertEquals(listOf(fresh.asEvidence()), recentFixes(listOf(old, fresh)) { listOf(last) })
        assertEquals(listOf(last.asEvidence()), recentFixes(listOf(old)) { listOf(last) })
        assertEquals(listOf(last.asEvidence()), recentFixes(listOf(fresh.copy(latitude = 91.0))) { listOf(last) })
    }
}
