package detailbook.officer

import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.TestInstance

/** Stories that share one server; each has officers of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
internal abstract class WithAgency {
    protected lateinit var agency: Agency

    @BeforeAll
    fun openAgency() {
        agency = Agency.open()
    }

    @AfterAll
    fun closeAgency() = agency.close()

    protected suspend fun phone(): TestPhone = TestPhone.enrolled(agency)
}
