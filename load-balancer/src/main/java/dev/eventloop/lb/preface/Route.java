package dev.eventloop.lb.preface;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Sends clients to a pool, by the server name that they ask for, a protocol that they offer, or
 * both.
 *
 * @param <P> what a pool is
 * @param serverName the names it is for; null for any, and for none
 * @param protocol the ALPN protocol that must be offered, such as {@code h2}; null if it does not
 *     matter
 * @param pool where to
 */
public record Route<P>(ServerNamePattern serverName, String protocol, P pool) {
    private static final int MAX_PROTOCOL = 255;

    /**
     * Checks what it is given.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    public Route {
        Objects.requireNonNull(pool, "pool");
        if (serverName == null && protocol == null) {
            throw new IllegalArgumentException(
                    "the route to "
                            + pool
                            + " has neither a server name nor an ALPN protocol; give it one, or"
                            + " make "
                            + pool
                            + " the default pool");
        }
        if (protocol != null && !mayBeProtocol(protocol)) {
            throw new IllegalArgumentException(
                    "the ALPN protocol \""
                            + protocol
                            + "\" of the route to "
                            + pool
                            + " is "
                            + (protocol.isEmpty() ? "empty" : "longer than 255 bytes")
                            + "; write one such as h2 or http/1.1");
        }
    }

    /** RFC 7301, section 3.1. */
    private static boolean mayBeProtocol(String protocol) {
        int length = bytes(protocol).length;
        return length >= 1 && length <= MAX_PROTOCOL;
    }

    /** The protocol as clients send it. */
    static byte[] bytes(String protocol) {
        return protocol.getBytes(StandardCharsets.UTF_8);
    }

    /** What it applies to, as part of a sentence. */
    String condition() {
        if (serverName == null) {
            return "the ALPN protocol " + protocol;
        }
        return serverName + (protocol == null ? "" : " with the ALPN protocol " + protocol);
    }
}
