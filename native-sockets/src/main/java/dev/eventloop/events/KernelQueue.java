package dev.eventloop.events;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.BsdLibC;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.KeventLayout;
import dev.eventloop.libc.NativeMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * A kqueue for filters that the loop's backend does not offer. A kqueue is an fd, which is readable
 * when it has an event, kqueue(2); so the loop can watch it with any backend.
 *
 * <p>It uses EVFILT_PROC for the exit of processes, and EVFILT_VNODE for {@link VnodeFolders}.
 */
final class KernelQueue implements ExitSource {
    // sys/event.h, the same on all bound systems
    static final int EVFILT_VNODE = -4;
    private static final int EVFILT_PROC = -5;
    private static final int EV_ADD = 0x0001;
    private static final int EV_DELETE = 0x0002;
    private static final int EV_ONESHOT = 0x0010;
    static final int EV_CLEAR = 0x0020;
    private static final int NOTE_EXIT = 0x8000_0000;

    /** Receives an event, with the flags of its filter. */
    @FunctionalInterface
    interface Listener {
        void onEvent(int fflags) throws IOException;
    }

    private final EventLoop loop;
    private final BsdLibC libc;
    private final KeventLayout layout;

    /** By the udata of the event: a number that is never reused. */
    private final Map<Long, Listener> listeners = new HashMap<>();

    private long lastKey;
    private int fd = -1;

    /** One event or change, followed by a timespec of zero. */
    private NativeMemory memory;

    KernelQueue(EventLoop loop, BsdLibC libc) {
        this.loop = loop;
        this.libc = libc;
        this.layout = KeventLayout.ofThisMachine();
    }

    EventLoop loop() {
        return loop;
    }

    BsdLibC libc() {
        return libc;
    }

    @Override
    public EventSource describe() {
        return new EventSource(
                EventSource.Kind.EXIT, true, "EVFILT_PROC of a kqueue that the loop watches");
    }

    @Override
    public boolean add(ExitWatch<?> watch) {
        try {
            watch.key =
                    add(
                            watch.pid(),
                            EVFILT_PROC,
                            EV_ONESHOT,
                            NOTE_EXIT,
                            fflags -> {
                                listeners.remove(watch.key);
                                watch.ended();
                            });
            return true;
        } catch (ErrnoException e) { // ESRCH: it has exited already
            return false;
        }
    }

    @Override
    public void remove(ExitWatch<?> watch) {
        remove(watch.pid(), EVFILT_PROC, watch.key);
    }

    /**
     * Adds a filter.
     *
     * @return the key for {@link #remove(long, int, long)}
     */
    long add(long ident, int filter, int flags, int fflags, Listener listener)
            throws ErrnoException {
        if (fd < 0) {
            open();
        }
        long key = ++lastKey;
        put(ident, filter, EV_ADD | flags, fflags, key);
        Errno.check(
                libc.kevent(fd, memory.address(), 1, 0, 0, 0), "add to a kqueue", "ident " + ident);
        listeners.put(key, listener);
        return key;
    }

    /**
     * Removes a filter; none of its events is delivered any more. Call it before closing the fd.
     */
    void remove(long ident, int filter, long key) {
        listeners.remove(key);
        put(ident, filter, EV_DELETE, 0, 0);
        libc.kevent(fd, memory.address(), 1, 0, 0, 0);
    }

    private void open() throws ErrnoException {
        int opened = Errno.check(libc.kqueue(), "kqueue for", "an event loop");
        try {
            loop.add(opened, Events.READ, (ignored, events, self) -> self.read(), this);
        } catch (ErrnoException | RuntimeException e) {
            libc.close(opened);
            throw e;
        }
        fd = opened;
        memory = NativeMemory.allocate(layout.size() + 2 * Long.BYTES);
    }

    /** One event per iteration, so that other fds are not delayed; the kqueue stays readable. */
    private void read() throws IOException {
        long timespec = memory.address() + layout.size();
        int count = libc.kevent(fd, 0, 0, memory.address(), 1, timespec);
        if (count == 0 || count == -Errno.EINTR) {
            return;
        }
        Errno.check(count, "kevent on", "fd " + fd);
        ByteBuffer event = memory.buffer();
        Listener listener = listeners.get(layout.udata(event, 0));
        if (listener != null) {
            listener.onEvent(layout.fflags(event, 0));
        }
    }

    private void put(long ident, int filter, int flags, int fflags, long key) {
        layout.put(memory.buffer(), 0, ident, filter, flags, fflags, key);
    }

    @Override
    public void close() {
        if (fd >= 0) {
            Fds.delete(loop, libc, fd);
            memory.close();
            fd = -1;
        }
    }
}
