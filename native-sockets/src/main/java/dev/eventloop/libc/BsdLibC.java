package dev.eventloop.libc;

/** What macOS and the BSDs have beyond POSIX. The rules of {@link LibC} hold. */
public interface BsdLibC extends LibC {
    /** kqueue(2), close-on-exec. */
    int kqueue();

    /**
     * kevent(2): applies {@code changeCount} changes, then waits for at most {@code eventCount}
     * events. The layout of {@code struct kevent} is the system's.
     *
     * @param timespecAddress 0 waits for ever
     */
    int kevent(
            int kqueueFd,
            long changesAddress,
            int changeCount,
            long eventsAddress,
            int eventCount,
            long timespecAddress);
}
