package dev.eventloop.examples.httpproxy;

import java.time.Duration;

/**
 * The proxy's allow list and timeouts.
 *
 * @param allowed the allowed destinations
 * @param requestTimeout time for the head of a request to arrive
 * @param connectTimeout time for a name lookup, and for each connect
 * @param idleTimeout time without a byte in either direction
 */
record Settings(
        AllowList allowed, Duration requestTimeout, Duration connectTimeout, Duration idleTimeout) {
    /** The longest head of a request or a response, in bytes. */
    static final int MAX_HEAD = 32 * 1024;

    /** How long to wait for the client's FIN after the last byte has been sent. */
    static final Duration LINGER = Duration.ofSeconds(2);

    /** The size of a read. */
    static final int CHUNK = 64 * 1024;

    /** The most bytes that a blocked direction holds: a head and one read. */
    static final int BUFFER = 2 * CHUNK;
}
