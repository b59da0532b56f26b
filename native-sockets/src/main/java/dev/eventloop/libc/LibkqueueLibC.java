package dev.eventloop.libc;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jnr.ffi.LibraryLoader;

/**
 * Linux with the kqueue of libkqueue (https://github.com/mheily/libkqueue), which emulates it with
 * epoll. This class corrects where the emulation differs from a BSD kernel:
 *
 * <ul>
 *   <li>libkqueue does not notice that an fd is closed (its BUGS.md), so {@link #close} deletes its
 *       filters. Code that closes an fd in another way must delete them first.
 *   <li>libkqueue reads SO_ERROR to report it, which clears the socket's error (socket(7)); a BSD
 *       does not clear it. This class stores the error, returns it from the next call that would
 *       have failed with it, and reports it until then.
 *   <li>libkqueue reports EOF for a stream without bytes, even if an urgent byte is next
 *       (evfilt_read_copyout in its read.c). This class checks with poll(2).
 *   <li>libkqueue returns ENOENT instead of EBADF for an fd that is not a kqueue.
 *   <li>libkqueue closes the descriptors behind a kqueue on a thread of its own. {@link #close}
 *       waits for that.
 * </ul>
 */
final class LibkqueueLibC extends LinuxNativeLibC implements BsdLibC {
    /** The system property with the library: a path, or a name for the dynamic loader. */
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

    /** Areas for one {@code struct kevent} or {@code struct pollfd}. */
    private static final ScratchPool<NativeMemory> SCRATCH =
            new ScratchPool<>(() -> NativeMemory.allocate(KEVENT_SIZE), NativeMemory::close);

    private final KqueueCalls.Symbols kqueue;
    private final Draining draining;

    /** The open kqueues. */
    private final Set<Integer> kqueues = ConcurrentHashMap.newKeySet();

    /** By socket fd: the error that libkqueue has cleared. */
    private final Map<Integer, Integer> takenErrors = new ConcurrentHashMap<>();

    /** Public because JNR's generated class is in another class loader. */
    public interface Draining {
        /** Waits until the descriptors behind closed kqueues are closed. */
        void libkqueue_drain_pending_close();
    }

    /**
     * @throws UnsatisfiedLinkError if the library does not exist or lacks kqueue or kevent
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
        } catch (UnsatisfiedLinkError e) { // an older release, which closes them a little later
        }
    }

    /** Deletes a filter of an fd. ENOENT, the usual result, is ignored. */
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

    /** Whether the stream is at EOF. POLLHUP and POLLERR are always reported. */
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

    /** Returns and forgets the stored error of a socket; 0 if there is none. */
    private int takeError(int fd) {
        Integer taken = takenErrors.isEmpty() ? null : takenErrors.remove(fd);
        return taken == null ? 0 : taken;
    }
}
