package dev.eventloop.lb;

import java.util.Locale;

/**
 * Whether bytes go from socket to socket without being copied, by splice(2): on Linux; all are
 * copied elsewhere.
 */
public enum Splice {
    /** What has proved to be bulk is spliced, the rest copied: which is faster for little. */
    AUTO(3),

    /** All is copied. */
    OFF(Integer.MAX_VALUE),

    /** All is spliced. */
    ALWAYS(0);

    private final int fullReads;

    Splice(int fullReads) {
        this.fullReads = fullReads;
    }

    /** After how many reads in a row that filled a buffer a flow is bulk. */
    public int fullReads() {
        return fullReads;
    }

    /** As the command line has it: {@code "auto"}, {@code "off"}, {@code "always"}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
