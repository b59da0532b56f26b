package dev.eventloop.libc;

/** System calls of macOS and the BSDs beyond POSIX. Results and threads: as in {@link LibC}. */
public interface BsdLibC extends LibC {
    /**
     * The kernel of this machine; the same object as {@link LibC#system}. On Linux the system
     * property {@code eventloop.kqueue.library} may name a library that implements kqueue:
     * libkqueue.
     *
     * @throws UnsupportedOperationException if {@link #unavailableBecause} says why
     */
    static BsdLibC system() {
        String why = unavailableBecause();
        if (why != null) {
            throw new UnsupportedOperationException(why);
        }
        return (BsdLibC) LibC.system();
    }

    /**
     * The reason why this machine has no kqueue, as a clause without a period; null if it has one.
     */
    static String unavailableBecause() {
        return SystemLibC.noKqueueBecause();
    }

    /**
     * open(2) for EVFILT_VNODE, not for reading. Close-on-exec; on macOS the fd does not prevent
     * the volume from being unmounted (O_EVTONLY). The path is NUL-terminated.
     */
    default int openToWatch(long pathAddress) {
        return -Errno.ENOSYS;
    }

    /** kqueue(2), close-on-exec. */
    int kqueue();

    /**
     * kevent(2): applies {@code changeCount} changes, then waits for at most {@code eventCount}
     * events. The layout of {@code struct kevent} is the system's.
     *
     * @param timespecAddress the timeout; 0 waits without a timeout
     */
    int kevent(
            int kqueueFd,
            long changesAddress,
            int changeCount,
            long eventsAddress,
            int eventCount,
            long timespecAddress);
}
