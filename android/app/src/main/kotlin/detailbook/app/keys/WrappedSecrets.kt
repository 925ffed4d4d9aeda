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

/** Small secrets as files in [folder], each wrapped by a key that cannot leave the Keystore. A file copied to another phone opens nothing. */
class WrappedSecrets(private val folder: File, private val key: () -> SecretKey = ::wrappingKey) : SecretStorage {
    @Synchronized
    override fun read(name: String): ByteArray? {
        val file = fileOf(name)
        if (!file.exists()) return null
        val kept = file.readBytes()
        val nonce = kept.copyOfRange(1, 1 + kept[0])
        val cipher = Cipher.getInstance(CIPHER).apply { init(Cipher.DECRYPT_MODE, key(), GCMParameterSpec(TAG_BITS, nonce)) }
        cipher.updateAAD(name.encodeToByteArray())
        return cipher.doFinal(kept, 1 + nonce.size, kept.size - 1 - nonce.size)
    }

    @Synchronized
    override fun write(name: String, secret: ByteArray) {
        val cipher = Cipher.getInstance(CIPHER).apply { init(Cipher.ENCRYPT_MODE, key()) }
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

private fun wrappingKey(): SecretKey {
    val store = KeyStore.getInstance(KEYSTORE).apply { load(null) }
    (store.getKey(ALIAS, null) as? SecretKey)?.let { return it }
    val spec = KeyGenParameterSpec.Builder(ALIAS, KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
        .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
        .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
        .setKeySize(KEY_BITS)
        .setUserAuthenticationRequired(false)
        .build()
    return KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, KEYSTORE).apply { init(spec) }.generateKey()
}
