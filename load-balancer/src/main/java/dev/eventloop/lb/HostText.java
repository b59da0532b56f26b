package dev.eventloop.lb;

/** The names and addresses of hosts as they are written. */
public final class HostText {
    private HostText() {}

    /**
     * Whether a space, a line break, or a character that cannot be seen is in it. No host has one,
     * and it would break the lines of the logs.
     */
    public static boolean hasStrangeCharacter(String host) {
        return host.codePoints()
                .anyMatch(
                        c ->
                                Character.isISOControl(c)
                                        || Character.isSpaceChar(c)
                                        || Character.getType(c) == Character.FORMAT);
    }
}
