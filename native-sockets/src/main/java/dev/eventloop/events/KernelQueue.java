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
 * A kqueue beside the loop's, for filters of what is no fd. A kqueue is an fd itself, and readable
 * when it has an event: kqueue(2). So the loop's backend need not be kqueue.
 *
 * <p>It has EVFILT_PROC for the end of processes, and EVFILT_VNODE for {@link VnodeFolders}.
 */
final class KernelQueue implements ExitSource {
    // sys/event.h, the same on all systems that are bound
    static final int EVFILT_VNODE = -4;
    private static final int EVFILT_PROC = -5;
    private static final int EV_ADD = 0x0001;
    private static final int EV_DELETE = 0x0002;
    private static final int EV_ONESHOT = 0x0010;
    static final int EV_CLEAR = 0x0020;
    private static final int NOTE_EXIT = 0x8000_0000;

    /** Who is told of an event, with the flags of its filter. */
    @FunctionalInterface
    interface Listener {
        void onEvent(int fflags) throws IOException;
    }

    private final EventLoop loop;
    private final BsdLibC libc;
    private final KeventLayout layout;

    /** By what an event carries as udata: a number that is not used again. */
    private final Map<Long, Listener> listeners = new HashMap<>();

    private long lastKey;
    private int fd = -1;

    /** One event or change, and a timespec of zero. */
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
        } catch (ErrnoException e) { // ESRCH: it has ended already
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
     * @return the key to remove it by
     */
    long add(long ident, int filter, int flags, int fflags, Listener listener)
            throws ErrnoException {
        if (fd < 0) {
            open();
        }
        long key = ++lastKey;
        put(ident, filter, EV_ADD | flags, fflags, key);
        Errno.check(libc.kevent(fd, memory.address(), 1, 0, 0, 0), "watch", "of kqueue " + ident);
        listeners.put(key, listener);
        return key;
    }

    /** No event of it is told any more. Before its fd is closed, if it has one. */
    void remove(long ident, int filter, long key) {
        listeners.remove(key);
        put(ident, filter, EV_DELETE, 0, 0);
        libc.kevent(fd, memory.address(), 1, 0, 0, 0);
    }

    private void open() throws ErrnoException {
        int opened = Errno.check(libc.kqueue(), "kqueue of", "an event loop");
        try {
            loop.add(opened, Events.READ, (ignored, events, self) -> self.read(), this);
        } catch (ErrnoException | RuntimeException e) {
            libc.close(opened);
            throw e;
        }
        fd = opened;
        memory = NativeMemory.allocate(layout.size() + 2 * Long.BYTES);
    }

    /** One event in each iteration, so that others have their turn: it stays readable. */
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
