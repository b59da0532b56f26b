package dev.eventloop.libc;

import java.nio.ByteBuffer;
import jnr.ffi.LibraryLoader;

/** The kernel of macOS or a BSD, called through libc. */
final class BsdNativeLibC extends PosixLibC implements BsdLibC {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final BsdTraits traits;
    private final BsdCalls.Symbols libc;
    private final KqueueCalls.Symbols kqueue;

    /** An int with the value 1, the argument of options and ioctls that turn something on. */
    private final NativeMemory on = NativeMemory.allocate(Integer.BYTES);

    BsdNativeLibC(BsdTraits traits) {
        this(
                traits,
                LibraryLoader.create(BsdCalls.Symbols.class)
                        .mapper((name, context) -> traits.symbol(name))
                        .load("c"));
    }

    private BsdNativeLibC(BsdTraits traits, BsdCalls.Symbols libc) {
        super(libc);
        this.traits = traits;
        this.libc = libc;
        this.kqueue = LibraryLoader.create(KqueueCalls.Symbols.class).load("c");
        on.buffer().putInt(0, 1);
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        int fd = orErrno(libc.socket(domain, type | traits.socketFlags(), protocol));
        return traits.socketFlags() != 0 ? fd : preparedSocket(fd);
    }

    @Override
    public int socketpair(int domain, int type, int protocol, long fdsAddress) {
        int flagged = type | traits.socketFlags();
        int result = orErrno(libc.socketpair(domain, flagged, protocol, fdsAddress));
        return traits.socketFlags() != 0 || result < 0 ? result : preparedPair(fdsAddress, true);
    }

    @Override
    public int pipe(long fdsAddress) {
        if (traits.pipeFlags() != 0) {
            return orErrno(libc.pipe2(fdsAddress, traits.pipeFlags()));
        }
        int result = orErrno(libc.pipe(fdsAddress));
        return result < 0 ? result : preparedPair(fdsAddress, false);
    }

    @Override
    public int dup(int fd) {
        return orErrno(libc.fcntl(fd, traits.duplicateCommand(), 0));
    }

    @Override
    public int adopt(int fd) {
        int result = orErrno(libc.ioctl(fd, traits.closeOnExecRequest(), 0));
        return result < 0
                ? result
                : orErrno(libc.ioctl(fd, traits.nonBlockingRequest(), on.address()));
    }

    @Override
    public int accept(int fd, long address, long lengthAddress) {
        if (traits.socketFlags() != 0) {
            return orErrno(libc.accept4(fd, address, lengthAddress, traits.socketFlags()));
        }
        return preparedSocket(orErrno(libc.accept(fd, address, lengthAddress)));
    }

    @Override
    public int send(int fd, long address, int length, int flags) {
        return orErrno(libc.send(fd, address, length, flags | traits.noSignalFlag()));
    }

    @Override
    public int unacknowledged(int fd) {
        NativeMemory count = WORDS.take();
        try {
            int result = -Errno.ENOPROTOOPT;
            if (traits.unsentRequest() != 0) {
                result = orErrno(libc.ioctl(fd, traits.unsentRequest(), count.address()));
            } else if (traits.unsentOption() != 0) {
                count.buffer().putInt(Integer.BYTES, Integer.BYTES);
                long length = count.address() + Integer.BYTES;
                int name = traits.unsentOption();
                result = getsockopt(fd, SocketConstants.SOL_SOCKET, name, count.address(), length);
            }
            return result < 0 ? result : count.buffer().getInt(0);
        } finally {
            WORDS.give(count);
        }
    }

    @Override
    public int poll(long pollfdsAddress, int count, long timeoutNanos) {
        if (!traits.hasPpoll()) {
            return orErrno(libc.poll(pollfdsAddress, count, roundedUpToMillis(timeoutNanos)));
        }
        if (timeoutNanos < 0) {
            return orErrno(libc.ppoll(pollfdsAddress, count, 0, 0));
        }
        NativeMemory words = WORDS.take();
        try {
            long timespec = timespec(words, timeoutNanos);
            return orErrno(libc.ppoll(pollfdsAddress, count, timespec, 0));
        } finally {
            WORDS.give(words);
        }
    }

    /**
     * Rounds up, so that poll never returns early. A wait too long for an int is cut to 24 days;
     * the loop then waits again.
     */
    static int roundedUpToMillis(long nanos) {
        if (nanos < 0) {
            return -1;
        }
        long millis = nanos / NANOS_PER_MILLI + (nanos % NANOS_PER_MILLI == 0 ? 0 : 1);
        return (int) Math.min(Integer.MAX_VALUE, millis);
    }

    @Override
    public int openToWatch(long pathAddress) {
        return orErrno(libc.open(pathAddress, traits.openFlags()));
    }

    @Override
    public int kqueue() {
        int fd = orErrno(kqueue.kqueue());
        return fd < 0 ? fd : orClosed(fd, libc.ioctl(fd, traits.closeOnExecRequest(), 0));
    }

    @Override
    public int kevent(
            int kqueueFd,
            long changesAddress,
            int changeCount,
            long eventsAddress,
            int eventCount,
            long timespecAddress) {
        return orErrno(
                kqueue.kevent(
                        kqueueFd,
                        changesAddress,
                        changeCount,
                        eventsAddress,
                        eventCount,
                        timespecAddress));
    }

    /**
     * Sets up a pair of fds that was created without flags.
     *
     * @return 0, or {@code -errno}; both fds are closed then
     */
    private int preparedPair(long fdsAddress, boolean sockets) {
        ByteBuffer fds = NativeMemory.view(fdsAddress, 2 * Integer.BYTES);
        int first = fds.getInt(0);
        int second = fds.getInt(Integer.BYTES);
        int result = sockets ? preparedSocket(first) : prepared(first);
        if (result < 0) {
            libc.close(second);
            return result;
        }
        result = sockets ? preparedSocket(second) : prepared(second);
        if (result < 0) {
            libc.close(first);
            return result;
        }
        return 0;
    }

    /**
     * Sets up a socket; writes to it do not raise SIGPIPE. Ignores EINVAL, which macOS returns for
     * an accepted connection that has ended already: nothing will be written to it.
     */
    private int preparedSocket(int fd) {
        int result = prepared(fd);
        if (result >= 0 && traits.noSignalOption() != 0) {
            int ignored =
                    libc.setsockopt(
                            fd,
                            SocketConstants.SOL_SOCKET,
                            traits.noSignalOption(),
                            on.address(),
                            Integer.BYTES);
        }
        return result;
    }

    /** Sets close-on-exec and non-blocking: the fd, or {@code -errno}; the fd is closed then. */
    private int prepared(int fd) {
        if (fd < 0) {
            return fd;
        }
        int result = orClosed(fd, libc.ioctl(fd, traits.closeOnExecRequest(), 0));
        return result < 0
                ? result
                : orClosed(fd, libc.ioctl(fd, traits.nonBlockingRequest(), on.address()));
    }

    private int orClosed(int fd, int result) {
        int errno = orErrno(result);
        if (errno < 0) {
            libc.close(fd);
            return errno;
        }
        return fd;
    }
}
