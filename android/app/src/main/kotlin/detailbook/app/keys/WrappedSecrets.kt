package detailbook.app.keys

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import detailbook.officer.SecretStorage
import java.io.File
import java.security.KeyStore
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

private const val ALIAS = "detailbook.secrets"
private const val KEYSTORE = "AndroidKeyStore"
private const val CIPHER = "AES/GCM/NoPadding"
private const val TAG_BITS = 128
private const val KEY_BITS = 256

/** The key that secrets are wrapped by. */
interface WrappingKey {
    /** The key, null where there is none. Throws where that cannot be told. */
    fun find(): SecretKey?

    /** A fresh key. */
    fun make(): SecretKey
}

/** Small secrets as files in [folder], each wrapped by a key that cannot leave the Keystore. A file copied to another phone opens nothing. */
class WrappedSecrets(private val folder: File, private val key: WrappingKey = KeystoreWrapping(ALIAS)) : SecretStorage {
    @Synchronized
    override fun read(name: String): ByteArray? {
        val file = fileOf(name)
        if (!file.exists()) return null
        // Without the key that wrapped it a secret is gone for good, and a fresh key would only hide that.
        val wrapping = key.find() ?: return null
        val kept = file.readBytes()
        val nonce = kept.copyOfRange(1, 1 + kept[0])
        val cipher = Cipher.getInstance(CIPHER).apply { init(Cipher.DECRYPT_MODE, wrapping, GCMParameterSpec(TAG_BITS, nonce)) }
        cipher.updateAAD(name.encodeToByteArray())
        return cipher.doFinal(kept, 1 + nonce.size, kept.size - 1 - nonce.size)
    }

    @Synchronized
    override fun write(name: String, secret: ByteArray) {
        val cipher = Cipher.getInstance(CIPHER).apply { init(Cipher.ENCRYPT_MODE, key.find() ?: key.make()) }
        cipher.updateAAD(name.encodeToByteArray())
        val wrapped = byteArrayOf(cipher.iv.size.toByte()) + cipher.iv + cipher.doFinal(secret)
        folder.mkdirs()
        val fresh = File(folder, "${fileOf(name).name}.new")
        fresh.outputStream().use {
            it.write(wrapped)
            it.fd.sync()
        }
        check(fresh.renameTo(fileOf(name))) { "a secret could not be kept" }
    }

    // Names come from the library; as hex none of them can point anywhere else.
    private fun fileOf(name: String) = File(folder, name.encodeToByteArray().joinToString("") { "%02x".format(it) })
}

/** A wrapping key under a name of the Keystore's. */
class KeystoreWrapping(private val alias: String) : WrappingKey {
    override fun find(): SecretKey? = KeyStore.getInstance(KEYSTORE).apply { load(null) }.getKey(alias, null) as? SecretKey

    override fun make(): SecretKey {
        val spec = KeyGenParameterSpec.Builder(alias, KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
            .setKeySize(KEY_BITS)
            .setUserAuthenticationRequired(false)
            .build()
        return KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, KEYSTORE).apply { init(spec) }.generateKey()
    }
}
