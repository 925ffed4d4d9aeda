package detailbook.officer

import java.security.PrivateKey
import java.security.PublicKey
import java.security.Signature

/** Signs with a key of the platform's own providers: one of the Android Keystore on a phone, one in memory elsewhere. */
class JcaSigner(private val publicKey: PublicKey, private val privateKey: () -> PrivateKey) : KeystoreSigner {
    override fun publicKey(): ByteArray = publicKey.encoded

    override fun sign(message: ByteArray): ByteArray {
        val signing = Signature.getInstance("SHA256withECDSA")
        signing.initSign(privateKey())
        signing.update(message)
        return signing.sign()
    }
}
