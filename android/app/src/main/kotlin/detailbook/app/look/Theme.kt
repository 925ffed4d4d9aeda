package detailbook.app.look

import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.darkColorScheme
import androidx.compose.material3.lightColorScheme
import androidx.compose.runtime.Composable
import androidx.compose.ui.graphics.Color

private val LIGHT = lightColorScheme(
    primary = Color(0xFF1F4E8C),
    onPrimary = Color.White,
    primaryContainer = Color(0xFFD7E3F8),
    onPrimaryContainer = Color(0xFF0B2547),
    secondary = Color(0xFF4C5F78),
    secondaryContainer = Color(0xFFE2E8F1),
    onSecondaryContainer = Color(0xFF17263A),
    tertiary = Color(0xFF1C6B46),
    onTertiary = Color.White,
    tertiaryContainer = Color(0xFFCFEBD9),
    onTertiaryContainer = Color(0xFF06351F),
    error = Color(0xFFA63A1B),
    errorContainer = Color(0xFFFBE3D8),
    onErrorContainer = Color(0xFF481507),
    background = Color(0xFFF8F9FC),
    onBackground = Color(0xFF171B21),
    surface = Color(0xFFF8F9FC),
    onSurface = Color(0xFF171B21),
    surfaceVariant = Color(0xFFE6EAF0),
    onSurfaceVariant = Color(0xFF434A55),
    surfaceContainer = Color(0xFFEEF1F6),
    surfaceContainerLow = Color.White,
    surfaceContainerHigh = Color(0xFFE8ECF2),
    outline = Color(0xFF6E7785),
    outlineVariant = Color(0xFFC9D0DA),
)

private val DARK = darkColorScheme(
    primary = Color(0xFFA9C8F8),
    onPrimary = Color(0xFF0A2A52),
    primaryContainer = Color(0xFF27476F),
    onPrimaryContainer = Color(0xFFDCE8FB),
    secondary = Color(0xFFB9C7DB),
    secondaryContainer = Color(0xFF303B49),
    onSecondaryContainer = Color(0xFFDCE4F0),
    tertiary = Color(0xFF8FD6AD),
    onTertiary = Color(0xFF06351F),
    tertiaryContainer = Color(0xFF1D4B34),
    onTertiaryContainer = Color(0xFFCFEBD9),
    error = Color(0xFFFFB59C),
    errorContainer = Color(0xFF672812),
    onErrorContainer = Color(0xFFFFDBCF),
    background = Color(0xFF111418),
    onBackground = Color(0xFFE2E6EC),
    surface = Color(0xFF111418),
    onSurface = Color(0xFFE2E6EC),
    surfaceVariant = Color(0xFF2B3139),
    onSurfaceVariant = Color(0xFFC2C9D3),
    surfaceContainer = Color(0xFF1B2026),
    surfaceContainerLow = Color(0xFF181C22),
    surfaceContainerHigh = Color(0xFF242A31),
    outline = Color(0xFF8B94A1),
    outlineVariant = Color(0xFF3B434D),
)

/** The app's colours, by day and by night. Text on each has a contrast of at least 4.5 to 1. */
@Composable
fun DetailbookTheme(dark: Boolean = isSystemInDarkTheme(), content: @Composable () -> Unit) =
    MaterialTheme(colorScheme = if (dark) DARK else LIGHT, content = content)
