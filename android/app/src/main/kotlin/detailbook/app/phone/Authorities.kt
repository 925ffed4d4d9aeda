package detailbook.app.phone

import android.content.res.AssetManager

private const val FOLDER = "authorities"

/** Certificates (DER) of an agency's own authorities, where it has built the app with any: `assets/authorities/` with names that end in `.der`. */
fun ownAuthorities(assets: AssetManager): List<ByteArray> =
    assets.list(FOLDER).orEmpty().filter { it.endsWith(".der") }.map { name -> assets.open("$FOLDER/$name").use { it.readBytes() } }
