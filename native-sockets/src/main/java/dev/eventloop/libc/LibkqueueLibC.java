package dev.eventloop.libc;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jnr.ffi.LibraryLoader;

/**
 * Linux with a kqueue that libkqueue brings (https://github.com/mheily/libkqueue), which is made of
 * epoll. Here is what its kqueue lacks to be one of BSD's:
 *
 * <ul>
 *   <li>It doesn't learn that an fd was closed (its BUGS.md), so {@link #close} tells it. An fd
 *       that is closed through another door must be deleted before.
 *   <li>It reads SO_ERROR to report it, which takes the error away from the socket (socket(7)); a
 *       BSD leaves it there. Here it is kept for whom it was meant, the next call that would have
 *       got it, and reported until then.
 *   <li>It takes a stream that has no bytes for one that has ended, even if an urgent byte is next
 *       (evfilt_read_copyout of its read.c). poll(2) is asked.
 *   <li>An fd that is no kqueue is ENOENT to it, not EBADF.
 *   <li>The descriptors behind a closed kqueue are given back by a thread of its own. {@link
 *       #close} waits for it.
 * </ul>
 */
final class LibkqueueLibC extends LinuxNativeLibC implements BsdLibC {
    /** Names the library: a path, or a name as the system's loader knows it. */
    static final String PROPERTY = "eventloop.kqueue.library";

    // sys/event.h of libkqueue, 64 bits
    private static final int KEVENT_SIZE = 32;
    private static final int FILTER = 8;
    private static final int FLAGS = 10;
    private static final int FFLAGS = 12;
    private static final int DATA = 16;
    private static final int EVFILT_READ = -1;
    private static final int EVFILT_WRITE = -2;
    private static final int EV_DELETE = 0x0002;
    private static final int EV_EOF = 0x8000;

    // poll.h of Linux
    private static final int POLLFD_EVENTS = 4;
    private static final int POLLFD_REVENTS = 6;
    private static final short POLLRDHUP = 0x2000;

    /** Room for one struct kevent, or a struct pollfd. */
    private static final ScratchPool<NativeMemory> SCRATCH =
            new ScratchPool<>(() -> NativeMemory.allocate(KEVENT_SIZE), NativeMemory::close);

    private final KqueueCalls.Symbols kqueue;
    private final Draining draining;

    /** The kqueues that are open. */
    private final Set<Integer> kqueues = ConcurrentHashMap.newKeySet();

    /** By socket: the error that libkqueue took from it. */
    private final Map<Integer, Integer> takenErrors = new ConcurrentHashMap<>();

    /** Public, since JNR's generated class lives in another class loader. */
    public interface Draining {
        /** Waits until what is behind closed kqueues is given back. */
        void libkqueue_drain_pending_close();
    }

    /**
     * @throws UnsatisfiedLinkError if there is no such library, or it has no kqueue
     */
    LibkqueueLibC(String library) {
        kqueue = LibraryLoader.create(KqueueCalls.Symbols.class).failImmediately().load(library);
        draining = LibraryLoader.create(Draining.class).load(library);
        close(kqueue());
    }

    @Override
    public int openToWatch(long pathAddress) {
        return open(pathAddress);
    }

    @Override
    public int kqueue() {
        int fd = orErrno(kqueue.kqueue());
        if (fd >= 0) {
            kqueues.add(fd);
        }
        return fd;
    }

    @Override
    public int kevent(
            int kqueueFd,
            long changesAddress,
            int changeCount,
            long eventsAddress,
            int eventCount,
            long timespecAddress) {
        int count =
                orErrno(
                        kqueue.kevent(
                                kqueueFd,
                                changesAddress,
                                changeCount,
                                eventsAddress,
                                eventCount,
                                timespecAddress));
        if (changeCount == 0 && count == -Errno.ENOENT) {
            return -Errno.EBADF;
        }
        if (changeCount == 0 && count > 0) {
            correct(NativeMemory.view(eventsAddress, count * KEVENT_SIZE), count);
        }
        return count;
    }

    @Override
    public int getsockopt(int fd, int level, int name, long valueAddress, long lengthAddress) {
        int result = super.getsockopt(fd, level, name, valueAddress, lengthAddress);
        if (result == 0
                && level == SocketConstants.SOL_SOCKET
                && name == SocketConstants.SO_ERROR) {
            int taken = takeError(fd);
            if (taken != 0) {
                NativeMemory.view(valueAddress, Integer.BYTES).putInt(0, taken);
            }
        }
        return result;
    }

    @Override
    public int recv(int fd, long address, int length, int flags) {
        int result = super.recv(fd, address, length, flags);
        return result == 0 && length > 0 ? -takeError(fd) : result;
    }

    @Override
    public int send(int fd, long address, int length, int flags) {
        int result = super.send(fd, address, length, flags);
        int taken = result == -Errno.EPIPE ? takeError(fd) : 0;
        return taken != 0 ? -taken : result;
    }

    @Override
    public int close(int fd) {
        takenErrors.remove(fd);
        if (kqueues.remove(fd)) {
            int result = super.close(fd);
            drain();
            return result;
        }
        for (int each : kqueues) {
            delete(each, fd, EVFILT_READ);
            delete(each, fd, EVFILT_WRITE);
        }
        return super.close(fd);
    }

    private void drain() {
        try {
            draining.libkqueue_drain_pending_close();
        } catch (UnsatisfiedLinkError e) { // an older release: they come back a little later
        }
    }

    /** One filter of an fd; most are not there. */
    private void delete(int kqueueFd, int fd, int filter) {
        NativeMemory change = SCRATCH.take();
        try {
            change.buffer().putLong(0, fd);
            change.buffer().putShort(FILTER, (short) filter);
            change.buffer().putShort(FLAGS, (short) EV_DELETE);
            kqueue.kevent(kqueueFd, change.address(), 1, 0, 0, 0);
        } finally {
            SCRATCH.give(change);
        }
    }

    private void correct(ByteBuffer events, int count) {
        for (int at = 0; at < count * KEVENT_SIZE; at += KEVENT_SIZE) {
            int filter = events.getShort(at + FILTER);
            int flags = events.getShort(at + FLAGS);
            if ((flags & EV_EOF) == 0 || (filter != EVFILT_READ && filter != EVFILT_WRITE)) {
                continue;
            }
            int fd = (int) events.getLong(at);
            int error = events.getInt(at + FFLAGS);
            if (error != 0) {
                takenErrors.put(fd, error);
            } else if (takenErrors.containsKey(fd)) {
                events.putInt(at + FFLAGS, takenErrors.get(fd));
            } else if (filter == EVFILT_READ && events.getLong(at + DATA) == 0 && !hasEnded(fd)) {
                events.putShort(at + FLAGS, (short) (flags & ~EV_EOF));
            }
        }
    }

    /** POLLHUP and POLLERR need not be asked for. */
    private boolean hasEnded(int fd) {
        NativeMemory pollfd = SCRATCH.take();
        try {
            pollfd.buffer().putInt(0, fd);
            pollfd.buffer().putShort(POLLFD_EVENTS, POLLRDHUP);
            pollfd.buffer().putShort(POLLFD_REVENTS, (short) 0);
            return poll(pollfd.address(), 1, 0) != 0;
        } finally {
            SCRATCH.give(pollfd);
        }
    }

    /** 0 for none. */
    private int takeError(int fd) {
        Integer taken = takenErrors.isEmpty() ? null : takenErrors.remove(fd);
        return taken == null ? 0 : taken;
    }
}
