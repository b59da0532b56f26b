package dev.eventloop.examples.httpproxy;

import java.time.Duration;

/**
 * What the proxy allows and how long it waits.
 *
 * @param allowed who may be connected to
 * @param requestTimeout how long the head of a request may take to come in
 * @param connectTimeout how long a name may take to be found, and each address to be connected to
 * @param idleTimeout how long no byte may move in either direction
 */
record Settings(
        AllowList allowed, Duration requestTimeout, Duration connectTimeout, Duration idleTimeout) {
    /** The longest head of a request or a response, in bytes. */
    static final int MAX_HEAD = 32 * 1024;

    /** How long the end of a client is waited for once the last byte is out. */
    static final Duration LINGER = Duration.ofSeconds(2);

    /** What is read at once. */
    static final int CHUNK = 64 * 1024;

    /** What a direction holds at most while its reader is slower: a head, and a chunk behind it. */
    static final int BUFFER = 2 * CHUNK;
}
