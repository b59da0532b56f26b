package dev.eventloop.libc;

/** What macOS and the BSDs have beyond POSIX. The rules of {@link LibC} hold. */
public interface BsdLibC extends LibC {
    /**
     * This machine's; the same object as {@link LibC#system}. On Linux the system property {@code
     * eventloop.kqueue.library} may name a library that brings a kqueue: libkqueue.
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

    /** Why this machine has no {@link #system}, as half a sentence; null where it has one. */
    static String unavailableBecause() {
        return SystemLibC.noKqueueBecause();
    }

    /**
     * open(2) of what is to be watched with EVFILT_VNODE, not to be read: close-on-exec, and on
     * macOS it doesn't keep a volume from being unmounted. The path ends with a zero.
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
