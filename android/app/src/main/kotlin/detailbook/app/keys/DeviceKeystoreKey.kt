package detailbook.app.keys

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import android.security.keystore.StrongBoxUnavailableException
import detailbook.officer.JcaSigner
import detailbook.officer.KeystoreSigner
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.PrivateKey
import java.security.spec.ECGenParameterSpec

private const val ALIAS = "detailbook.device"
private const val KEYSTORE = "AndroidKeyStore"

/**
 * The device's P-256 key in the Keystore, made on first use, in the secure element where there is one. No fingerprint is asked for: a punch must be
 * signed with one tap, and by the background exchange after the first unlock.
 */
fun deviceKey(): KeystoreSigner {
    val store = KeyStore.getInstance(KEYSTORE).apply { load(null) }
    if (!store.containsAlias(ALIAS)) generate()
    return JcaSigner(store.getCertificate(ALIAS).publicKey) { store.getKey(ALIAS, null) as PrivateKey }
}

private fun generate() = try {
    generate(strongBox = true)
} catch (_: StrongBoxUnavailableException) {
    generate(strongBox = false)
}

private fun generate(strongBox: Boolean) {
    val spec = KeyGenParameterSpec.Builder(ALIAS, KeyProperties.PURPOSE_SIGN)
        .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
        .setDigests(KeyProperties.DIGEST_SHA256)
        .setUserAuthenticationRequired(false)
        .setIsStrongBoxBacked(strongBox)
        .build()
    KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, KEYSTORE).apply { initialize(spec) }.generateKeyPair()
}
