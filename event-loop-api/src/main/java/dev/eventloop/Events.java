package dev.eventloop;

/**
 * Interest and readiness bits: what a caller asks for in {@link EventLoop#add} and {@link
 * EventLoop#mod}, and what a callback is told.
 *
 * <p>{@link #ERROR} and {@link #HUP} cannot be masked: they are reported to every registration
 * whose interest is not 0. {@link #READ_HUP} comes with {@link #READ} wherever the backend can tell
 * a half-close; asking for it matters only without READ.
 */
public final class Events {
    /** A read will not block: there are bytes, a connection to accept, or the end of the stream. */
    public static final int READ = 1;

    /** A write will not block, or a connect has come to its end. */
    public static final int WRITE = 1 << 1;

    /** The fd has failed; {@code SO_ERROR} tells how. Reported only. */
    public static final int ERROR = 1 << 2;

    /** Both directions are closed. Reported only; bytes may still be waiting to be read. */
    public static final int HUP = 1 << 3;

    /** The peer closed its sending half; bytes it sent before may still be waiting to be read. */
    public static final int READ_HUP = 1 << 4;

    /**
     * Urgent data has come and was not read past yet (tcp(7)): a read ends before it, so a short
     * one may not be the last. Asked for with READ and EDGE, for it is a state that may last.
     */
    public static final int URGENT = 1 << 5;

    /** Report a change once instead of a state for as long as it holds. Asked for only. */
    public static final int EDGE = 1 << 8;

    /** Report once, then stay silent until {@link EventLoop#mod}. Asked for only. */
    public static final int ONESHOT = 1 << 9;

    /** Wake one of the loops that watch this fd, not all of them. Asked for only, at add. */
    public static final int EXCLUSIVE = 1 << 10;

    static final int ALL_INTEREST = READ | WRITE | READ_HUP | URGENT | EDGE | ONESHOT | EXCLUSIVE;

    private static final String[] NAMES = {
        "READ",
        "WRITE",
        "ERROR",
        "HUP",
        "READ_HUP",
        "URGENT",
        null,
        null,
        "EDGE",
        "ONESHOT",
        "EXCLUSIVE"
    };

    private Events() {}

    /** The bits by name, {@code "READ|HUP"}; {@code "0"} for none; unknown bits in hexadecimal. */
    public static String toString(int events) {
        if (events == 0) {
            return "0";
        }
        StringBuilder text = new StringBuilder();
        int unknown = events;
        for (int bit = 0; bit < NAMES.length; bit++) {
            if ((events & 1 << bit) != 0 && NAMES[bit] != null) {
                separate(text).append(NAMES[bit]);
                unknown &= ~(1 << bit);
            }
        }
        if (unknown != 0) {
            separate(text).append("0x").append(Integer.toHexString(unknown));
        }
        return text.toString();
    }

    private static StringBuilder separate(StringBuilder text) {
        return text.length() == 0 ? text : text.append('|');
    }
}
