package dev.eventloop.lb;

import java.util.Locale;

/**
 * Whether bytes move from socket to socket by splice(2), without a copy to user space. Linux only;
 * elsewhere all bytes are copied.
 */
public enum Splice {
    /**
     * Splices flows that have proved to be bulk; copies the rest, which is faster for few bytes.
     */
    AUTO(3),

    /** Copies all bytes. */
    OFF(Integer.MAX_VALUE),

    /** Splices all bytes. */
    ALWAYS(0);

    private final int fullReads;

    Splice(int fullReads) {
        this.fullReads = fullReads;
    }

    /** How many reads in a row must fill their buffer before a flow counts as bulk. */
    public int fullReads() {
        return fullReads;
    }

    /** The name on the command line: {@code "auto"}, {@code "off"}, {@code "always"}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
