package detailbook.officer

/** What an officer may take in. The original is kept byte for byte, since it is evidence: only what a screen shows is made smaller. */
object Pictures {
    /** Media type of what the phone's camera takes. */
    const val PHOTO: String = "image/jpeg"

    /** Media type of what the phone's camera films. */
    const val VIDEO: String = "video/mp4"

    /**
     * By which power of two a picture is read smaller, so that it still fills [box] pixels on its shorter side; 1 for one that is
     * small or has no size.
     */
    fun sampleSize(width: Int, height: Int, box: Int): Int {
        if (box <= 0) return 1
        var sample = 1
        while (minOf(width, height) / (sample * 2) >= box) sample *= 2
        return sample
    }

    /** Is it one that a screen can show as a picture? */
    fun isPhoto(mediaType: String): Boolean = mediaType.startsWith("image/")
}
