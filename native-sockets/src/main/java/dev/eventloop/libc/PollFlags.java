package dev.eventloop.libc;

/**
 * The events of poll(2), bits of {@code struct pollfd}: poll.h. Only POLLRDHUP differs between
 * systems.
 */
public final class PollFlags {
    public static final int POLLIN = 0x001;
    public static final int POLLOUT = 0x004;
    public static final int POLLERR = 0x008;
    public static final int POLLHUP = 0x010;
    public static final int POLLNVAL = 0x020;

    /** The peer has half-closed: Linux and FreeBSD; 0 if the system lacks it. */
    public static final int POLLRDHUP =
            OperatingSystem.current().pollReadHangUp(System.getProperty("os.version"));

    /** The largest number of fds for poll. */
    public static final int MAX_FDS = OperatingSystem.current().maxPollFds();

    private PollFlags() {}
}
