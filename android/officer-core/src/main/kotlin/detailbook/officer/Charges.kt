package detailbook.officer

import detailbook.bindings.ChargeView

/** What an entry of the opportunity ledger charges. */
sealed interface Charged {
    /** It is written down and charges nothing. */
    data object Nothing : Charged

    /** That much. */
    data class Minutes(val minutes: Long) : Charged

    /** That much less than before. */
    data class GivenBack(val minutes: Long) : Charged
}

/** What this entry charges. */
fun charged(charge: ChargeView): Charged = when {
    charge.minutes == 0L -> Charged.Nothing
    charge.minutes > 0 -> Charged.Minutes(charge.minutes)
    else -> Charged.GivenBack(-charge.minutes)
}
