package detailbook.officer

/**
 * The longest that a test waits for what must come, in milliseconds. A wait ends as soon as it is there; how long that takes on a machine that does
 * other work at the same time is nothing that these tests are about.
 */
internal const val PATIENCE_MILLIS = 60_000L

/** The longest for what must end at once, not when a server that hangs is given up: the core waits 20 s for the next byte of an answer. */
internal const val AT_ONCE_MILLIS = 15_000L
