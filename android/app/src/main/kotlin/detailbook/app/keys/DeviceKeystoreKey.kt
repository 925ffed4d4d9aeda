package detailbook.app.keys

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import detailbook.officer.JcaSigner
import detailbook.officer.KeystoreSigner
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.PrivateKey
import java.security.ProviderException
import java.security.spec.ECGenParameterSpec

private const val ALIAS = "detailbook.device"
private const val KEYSTORE = "AndroidKeyStore"

/**
 * The device's P-256 key in the Keystore, found or made when it is first asked for and not before, so that a Keystore that does not answer costs a
 * signature and not the app. It is in the secure element where there is one that works. No fingerprint is asked for: a punch must be signed with
 * one tap, and by the background exchange after the first unlock.
 */
class DeviceKeystoreKey(private val alias: String = ALIAS) : KeystoreSigner {
    private var opened: JcaSigner? = null

    override fun publicKey(): ByteArray = signer().publicKey()

    override fun sign(message: ByteArray): ByteArray = signer().sign(message)

    @Synchronized
    private fun signer(): JcaSigner = opened ?: open().also { opened = it }

    private fun open(): JcaSigner {
        val store = KeyStore.getInstance(KEYSTORE).apply { load(null) }
        // `containsAlias` says no also where the Keystore does not answer, and a key made then would take the place of the one that is enrolled.
        if (store.getKey(alias, null) == null) generate()
        return JcaSigner(store.getCertificate(alias).publicKey) { store.getKey(alias, null) as PrivateKey }
    }

    // Some secure elements say that they are there and fail when they are used.
    private fun generate() = try {
        generate(strongBox = true)
    } catch (_: ProviderException) {
        generate(strongBox = false)
    }

    private fun generate(strongBox: Boolean) {
        val spec = KeyGenParameterSpec.Builder(alias, KeyProperties.PURPOSE_SIGN)
            .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
            .setDigests(KeyProperties.DIGEST_SHA256)
            .setUserAuthenticationRequired(false)
            .setIsStrongBoxBacked(strongBox)
            .build()
        KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, KEYSTORE).apply { initialize(spec) }.generateKeyPair()
    }
}
