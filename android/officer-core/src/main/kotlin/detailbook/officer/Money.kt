package detailbook.officer

import detailbook.bindings.Cents
import java.math.BigDecimal
import java.text.NumberFormat
import java.util.Locale

/** An amount as people of [locale] write it, such as 1,234.50. Which currency it is, is known to the agency and its officers alone. */
fun amountText(amount: Cents, locale: Locale): String {
    val format = NumberFormat.getNumberInstance(locale)
    format.minimumFractionDigits = CENT_DIGITS
    format.maximumFractionDigits = CENT_DIGITS
    return format.format(BigDecimal.valueOf(amount, CENT_DIGITS))
}

private const val CENT_DIGITS = 2
