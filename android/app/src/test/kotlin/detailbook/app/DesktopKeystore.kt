package detailbook.app

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.StrongBoxUnavailableException
import java.io.InputStream
import java.io.OutputStream
import java.security.Key
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.KeyPairGeneratorSpi
import java.security.KeyStoreSpi
import java.security.Provider
import java.security.PublicKey
import java.security.SecureRandom
import java.security.Security
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import java.util.Enumeration
import java.util.concurrent.ConcurrentHashMap
import javax.crypto.KeyGenerator
import javax.crypto.KeyGeneratorSpi
import javax.crypto.SecretKey
import org.junit.rules.ExternalResource

/** A keystore under the platform's name, with keys in memory and no secure element. Keys that would ask for a finger are refused. */
internal class DesktopKeystore : ExternalResource() {
    override fun before() {
        KEYS.clear()
        fault = null
        strongBoxFault = null
        Security.insertProviderAt(KeystoreProvider(), Security.getProviders().size + 1)
    }

    override fun after() = Security.removeProvider("AndroidKeyStore")

    class KeystoreProvider : Provider("AndroidKeyStore", "1", "keys in memory") {
        init {
            for ((service, spi) in listOf("KeyStore.AndroidKeyStore" to Keys::class, "KeyPairGenerator.EC" to Pairs::class, "KeyGenerator.AES" to Secrets::class)) {
                put(service, spi.java.name)
            }
        }
    }

    class Pairs : KeyPairGeneratorSpi() {
        private lateinit var spec: KeyGenParameterSpec

        override fun initialize(size: Int, random: SecureRandom?) = error("the keystore takes a specification")

        override fun initialize(params: AlgorithmParameterSpec, random: SecureRandom?) {
            spec = usable(params)
        }

        override fun generateKeyPair(): KeyPair {
            if (spec.isStrongBoxBacked) throw strongBoxFault ?: StrongBoxUnavailableException("there is none")
            val pair = KeyPairGenerator.getInstance("EC").apply { initialize(spec.algorithmParameterSpec) }.generateKeyPair()
            KEYS[spec.keystoreAlias] = pair.private to Holder(pair.public)
            return pair
        }
    }

    class Secrets : KeyGeneratorSpi() {
        private lateinit var spec: KeyGenParameterSpec

        override fun engineInit(random: SecureRandom?) = error("the keystore takes a specification")

        override fun engineInit(size: Int, random: SecureRandom?) = error("the keystore takes a specification")

        override fun engineInit(params: AlgorithmParameterSpec, random: SecureRandom?) {
            spec = usable(params)
        }

        override fun engineGenerateKey(): SecretKey {
            val key = KeyGenerator.getInstance("AES").apply { init(spec.keySize) }.generateKey()
            KEYS[spec.keystoreAlias] = key to null
            return key
        }
    }

    class Keys : KeyStoreSpi() {
        override fun engineGetKey(alias: String, password: CharArray?): Key? = fault?.let { throw it } ?: KEYS[alias]?.first

        // The platform's says of these that there are none where it does not answer.
        override fun engineGetCertificate(alias: String): Certificate? = KEYS[alias]?.second.takeIf { fault == null }

        override fun engineContainsAlias(alias: String) = fault == null && KEYS.containsKey(alias)

        override fun engineIsKeyEntry(alias: String) = KEYS.containsKey(alias)

        override fun engineIsCertificateEntry(alias: String) = false

        override fun engineSize() = KEYS.size

        override fun engineAliases(): Enumeration<String> = Collections.enumeration(KEYS.keys)

        override fun engineDeleteEntry(alias: String) {
            KEYS.remove(alias)
        }

        override fun engineLoad(stream: InputStream?, password: CharArray?) = Unit

        override fun engineStore(stream: OutputStream?, password: CharArray?) = Unit

        override fun engineGetCertificateChain(alias: String): Array<Certificate>? = null

        override fun engineGetCreationDate(alias: String): Date? = null

        override fun engineGetCertificateAlias(certificate: Certificate?): String? = null

        override fun engineSetKeyEntry(alias: String, key: Key, password: CharArray?, chain: Array<out Certificate>?) = error("keys are made here")

        override fun engineSetKeyEntry(alias: String, key: ByteArray, chain: Array<out Certificate>?) = error("keys are made here")

        override fun engineSetCertificateEntry(alias: String, certificate: Certificate) = error("keys are made here")
    }

    private class Holder(private val key: PublicKey) : Certificate("none") {
        override fun getPublicKey() = key

        override fun getEncoded() = ByteArray(0)

        override fun verify(key: PublicKey?) = Unit

        override fun verify(key: PublicKey?, provider: String?) = Unit

        override fun toString() = "holder"
    }

    companion object {
        /** What the keystore throws where it is asked for a key while it is out of order. */
        @Volatile var fault: RuntimeException? = null

        /** What becomes of a key that is to be made in the secure element; null for there being none. */
        @Volatile var strongBoxFault: RuntimeException? = null

        private val KEYS = ConcurrentHashMap<String, Pair<Key, Certificate?>>()

        private fun usable(params: AlgorithmParameterSpec) =
            (params as KeyGenParameterSpec).also { check(!it.isUserAuthenticationRequired) { "a punch may not wait for a finger" } }
    }
}
