package dev.eventloop.libc;

/**
 * What poll(2) takes and says, bits of {@code struct pollfd}: poll.h, the same everywhere but for
 * POLLRDHUP.
 */
public final class PollFlags {
    public static final int POLLIN = 0x001;
    public static final int POLLOUT = 0x004;
    public static final int POLLERR = 0x008;
    public static final int POLLHUP = 0x010;
    public static final int POLLNVAL = 0x020;

    /** The peer has ended its direction: Linux and FreeBSD; 0 where the system lacks it. */
    public static final int POLLRDHUP =
            OperatingSystem.current().pollReadHangUp(System.getProperty("os.version"));

    /** How many fds poll takes. */
    public static final int MAX_FDS = OperatingSystem.current().maxPollFds();

    private PollFlags() {}
}
