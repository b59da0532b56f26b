package dev.eventloop.examples.httpserver;

import java.time.Duration;

/**
 * The limits for a client.
 *
 * @param requestTimeout time for a request to arrive, from its first byte to its last
 * @param idleTimeout time between two requests
 * @param sendTimeout time in which a client must accept a byte of its response
 * @param maxBody the longest request body to read (and discard), in bytes
 */
record Settings(Duration requestTimeout, Duration idleTimeout, Duration sendTimeout, long maxBody) {
    /** The longest method and target together. */
    static final int MAX_LINE = 8 * 1024;

    /** The longest head of a request, in bytes. */
    static final int MAX_HEAD = 16 * 1024;

    static final int MAX_HEADERS = 100;

    /** How long to wait for the client's FIN after the last response. */
    static final Duration LINGER = Duration.ofSeconds(2);

    /** Room for a response's head, which contains at most a target with all bytes as %XX. */
    static final int BUFFER = 32 * 1024;

    /** The number of bytes to send to a client per turn. */
    static final int BURST = 1024 * 1024;
}
