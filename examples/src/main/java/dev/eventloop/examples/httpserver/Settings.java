package dev.eventloop.examples.httpserver;

import java.time.Duration;

/**
 * What a client may ask of the server's patience and room.
 *
 * @param requestTimeout how long a request may take to come in, from its first byte to its last
 * @param idleTimeout how long a connection may wait between requests
 * @param sendTimeout how long a client may take no byte of its response
 * @param maxBody the longest request body, in bytes, that is read (and thrown away)
 */
record Settings(Duration requestTimeout, Duration idleTimeout, Duration sendTimeout, long maxBody) {
    /** The longest method and target together. */
    static final int MAX_LINE = 8 * 1024;

    /** The longest head of a request, in bytes. */
    static final int MAX_HEAD = 16 * 1024;

    static final int MAX_HEADERS = 100;

    /** How long the end of a client is waited for once the last response is out. */
    static final Duration LINGER = Duration.ofSeconds(2);

    /** Holds a response's head, which repeats at most a target with all its bytes in %XX. */
    static final int BUFFER = 32 * 1024;

    /** Bytes for one client until it is the others' turn. */
    static final int BURST = 1024 * 1024;
}
