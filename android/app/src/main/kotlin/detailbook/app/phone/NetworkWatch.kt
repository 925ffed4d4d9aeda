package detailbook.app.phone

import android.content.Context
import android.net.ConnectivityManager
import android.net.Network
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.callbackFlow

/** Tells when there is a network again. */
class NetworkWatch(private val context: Context) {
    /** Once each time that a network comes after there was none. */
    val returns: Flow<Unit> = callbackFlow {
        val manager = context.getSystemService(ConnectivityManager::class.java)
        val heard = object : ConnectivityManager.NetworkCallback() {
            private var isThere = manager.activeNetwork != null

            override fun onAvailable(network: Network) {
                if (!isThere) trySend(Unit)
                isThere = true
            }

            override fun onLost(network: Network) {
                isThere = false
            }
        }
        manager.registerDefaultNetworkCallback(heard)
        awaitClose { manager.unregisterNetworkCallback(heard) }
    }
}
