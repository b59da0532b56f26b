package dev.eventloop;

/**
 * Interest bits, passed to {@link EventLoop#add} and {@link EventLoop#mod}, and readiness bits,
 * passed to callbacks.
 *
 * <p>{@link #ERROR} and {@link #HUP} cannot be masked: they are reported for every registration
 * whose interest is not 0. {@link #READ} implies {@link #READ_HUP} where the backend supports it,
 * so setting READ_HUP matters only without READ.
 */
public final class Events {
    /** A read will not block: there are bytes, a connection to accept, EOF, or an error. */
    public static final int READ = 1;

    /** A write will not block, or a connect has completed or failed. */
    public static final int WRITE = 1 << 1;

    /** An error is pending; {@code SO_ERROR} returns its errno. Reported only. */
    public static final int ERROR = 1 << 2;

    /** Both directions are closed; bytes may still be unread. Reported only. */
    public static final int HUP = 1 << 3;

    /**
     * The peer closed its sending half; bytes it sent before may still be unread. Alone in the
     * interest, it tells of the peer's end while reading is paused; level-triggered, it is then
     * reported by every wait until the interest is changed.
     */
    public static final int READ_HUP = 1 << 4;

    /**
     * Urgent data has arrived, and the mark was not read past yet (tcp(7)). A read stops at the
     * mark, so a short read does not mean that there are no more bytes. Requires READ and EDGE in
     * the interest: level-triggered, it would be reported until the mark is read past.
     */
    public static final int URGENT = 1 << 5;

    /** Edge-triggered: report each change once. Interest only. */
    public static final int EDGE = 1 << 8;

    /** Report once, then nothing until {@link EventLoop#mod}. Interest only. */
    public static final int ONESHOT = 1 << 9;

    /**
     * Wake one of the loops that watch the fd, not all. Interest only, of {@link EventLoop#add}.
     */
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

    /**
     * The names of the bits, {@code "READ|HUP"}; {@code "0"} for none; unknown bits in hexadecimal.
     */
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
