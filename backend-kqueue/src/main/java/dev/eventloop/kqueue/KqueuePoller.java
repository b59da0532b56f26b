package dev.eventloop.kqueue;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.libc.BsdLibC;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.KeventLayout;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.spi.Poller;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * kqueue(2). The kernel keeps the registrations, one filter per direction of an fd; {@code udata}
 * carries the token. Events of both filters of one fd are merged into one entry per wait.
 *
 * <table>
 * <caption>From kernel flags to event bits</caption>
 * <tr><td>READ</td><td>EVFILT_READ</td></tr>
 * <tr><td>WRITE</td><td>EVFILT_WRITE</td></tr>
 * <tr><td>READ_HUP</td><td>EVFILT_READ with EV_EOF</td></tr>
 * <tr><td>HUP</td><td>EVFILT_WRITE with EV_EOF; with EVFILT_READ registered, both with EV_EOF</td></tr>
 * <tr><td>ERROR</td><td>EV_EOF with an errno in fflags; EV_ERROR</td></tr>
 * </table>
 */
public final class KqueuePoller implements Poller {
    static final String NAME = "kqueue";

    // sys/event.h, the same everywhere
    private static final int EV_ONESHOT = 0x0010;
    private static final int EV_ERROR = 0x4000;
    private static final int EV_EOF = 0x8000;

    /** A bit beside the event bits in the ready list: EVFILT_READ is registered for the fd. */
    private static final int READ_WATCHED = 1 << 30;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /**
     * 1,000,000 seconds, the limit that Go uses: macOS refuses waits of years
     * (https://github.com/golang/go/blob/master/src/runtime/netpoll_kqueue.go). The loop waits
     * again.
     */
    private static final long MAX_WAIT_NANOS = 1_000_000 * NANOS_PER_SECOND;

    private static final Set<Capability> CAPABILITIES =
            Collections.unmodifiableSet(
                    EnumSet.of(
                            Capability.EDGE_TRIGGERED,
                            Capability.ONESHOT,
                            Capability.READ_HUP,
                            Capability.FD));

    private final BsdLibC libc;
    private final KeventLayout layout;
    private final int maxEvents;
    private int kqueueFd;
    private final Wakeup wakeup;
    private final WatchTable table = new WatchTable();
    private final ChangeList changes;
    private final Filters filters;

    /** The ready list that the kernel fills, then a timespec. */
    private final NativeMemory memory;

    private final ByteBuffer events;
    private final int timespecOffset;

    /** What the last wait found, one entry per token. */
    private final ReadyList ready;

    /**
     * @throws ErrnoException EMFILE, ENFILE, ENOMEM
     */
    public KqueuePoller(BsdLibC libc, int maxEvents) throws ErrnoException {
        this(libc, KeventLayout.ofThisMachine(), maxEvents);
    }

    KqueuePoller(BsdLibC libc, KeventLayout layout, int maxEvents) throws ErrnoException {
        this.libc = libc;
        this.layout = layout;
        this.maxEvents = maxEvents;
        this.kqueueFd = Errno.check(libc.kqueue(), "kqueue of", "an event loop");
        this.wakeup = new Wakeup(libc, layout);
        this.changes = new ChangeList(libc, layout);
        this.filters = new Filters(layout, table, changes);
        this.timespecOffset = maxEvents * layout.size();
        this.memory = NativeMemory.allocate(timespecOffset + 2 * Long.BYTES);
        this.events = memory.buffer();
        this.ready = new ReadyList(maxEvents);
        try {
            armWakeup();
        } catch (ErrnoException e) {
            close();
            throw e;
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public void add(int fd, int interest, long token) throws ErrnoException {
        if (table.contains(fd) && filters.isKnown(kqueueFd, fd)) {
            throw Errno.exception(Errno.EEXIST, "add", "fd " + fd);
        }
        Errno.check(libc.checkPollable(fd), "add", "fd " + fd);
        ready.ensureCapacity(table.ensureCapacity(fd));
        table.remove(fd); // if it was closed without del
        filters.replace(kqueueFd, "add", fd, interest, token);
    }

    @Override
    public void mod(int fd, int interest, long token) throws ErrnoException {
        if (!table.contains(fd)) { // dropped after it was closed without del
            Errno.check(libc.checkPollable(fd), "mod", "fd " + fd);
            throw Errno.exception(Errno.ENOENT, "mod", "fd " + fd);
        }
        filters.replace(kqueueFd, "mod", fd, interest, token);
    }

    @Override
    public void del(int fd) throws ErrnoException {
        if (table.contains(fd)) {
            filters.replace(kqueueFd, "del", fd, 0, table.token(fd));
        }
    }

    /** kqueue(2), EV_DELETE: closing an fd deletes its events, except those of EVFILT_USER. */
    @Override
    public void delBeforeClose(int fd) throws ErrnoException {
        if (table.contains(fd) && (table.interest(fd) & WatchTable.BROKEN) == 0) {
            table.remove(fd);
        } else {
            del(fd);
        }
    }

    @Override
    public int poll(long timeoutNanos) throws ErrnoException {
        int count = await(timeoutNanos);
        if (count == -Errno.EINTR) {
            return 0;
        }
        if (count < 0) {
            throw Errno.exception(-count, "kevent on", "fd " + kqueueFd);
        }
        return count == 0 ? 0 : collect(count);
    }

    @Override
    public long token(int index) {
        return ready.token(index);
    }

    @Override
    public int events(int index) {
        int bits = ready.events(index);
        // After shutdown(2) of our own sending half only EVFILT_WRITE has EV_EOF: no HUP.
        boolean ownHalf =
                (bits & (READ_WATCHED | Events.READ_HUP)) == READ_WATCHED
                        && (bits & Events.ERROR) == 0;
        return bits & ~(ownHalf ? READ_WATCHED | Events.HUP : READ_WATCHED);
    }

    @Override
    public void reset() throws ErrnoException {
        int fresh = Errno.check(libc.kqueue(), "kqueue of", "an event loop");
        libc.close(kqueueFd);
        kqueueFd = fresh;
        table.clear();
        armWakeup();
    }

    /**
     * kqueue(2), EVFILT_READ: a kqueue is readable when it has an event. It stays the same, since
     * reset is not called: the kernel keeps no event of a closed fd.
     */
    @Override
    public int fd() {
        return kqueueFd;
    }

    @Override
    public void wakeup() {
        wakeup.signal(kqueueFd);
    }

    @Override
    public void close() {
        libc.close(kqueueFd);
        wakeup.close();
        changes.close();
        memory.close();
    }

    private void armWakeup() throws ErrnoException {
        wakeup.arm(kqueueFd, changes);
    }

    /** Waits; the number of events, or -errno. */
    private int await(long timeoutNanos) {
        long timespec = 0;
        if (timeoutNanos >= 0) {
            long nanos = Math.min(timeoutNanos, MAX_WAIT_NANOS);
            events.putLong(timespecOffset, nanos / NANOS_PER_SECOND);
            events.putLong(timespecOffset + Long.BYTES, nanos % NANOS_PER_SECOND);
            timespec = memory.address() + timespecOffset;
        }
        return libc.kevent(kqueueFd, 0, 0, memory.address(), maxEvents, timespec);
    }

    /** Merges the events of each fd into one entry; the wake-up is taken out. */
    private int collect(int count) throws ErrnoException {
        ready.clear();
        for (int entry = 0; entry < count; entry++) {
            int at = entry * layout.size();
            if (layout.udata(events, at) == Wakeup.TOKEN) {
                wakeup.drain();
                continue;
            }
            addReady(at);
        }
        return ready.size();
    }

    private void addReady(int at) throws ErrnoException {
        long token = layout.udata(events, at);
        int filter = layout.filter(events, at);
        int flags = layout.flags(events, at);
        int fd = (int) token;
        int interest = table.interest(fd);
        if (filter == layout.evfiltRead() && WatchTable.isReadHupOnly(interest)) {
            // Registered for READ_HUP alone: bytes are not reported. It is edge-triggered until
            // EOF, or else unread bytes would end every wait.
            if ((flags & EV_EOF) == 0) {
                return;
            }
            filters.repeatEof(kqueueFd, fd);
        }
        if (filter == layout.evfiltWrite()
                && (flags & EV_ONESHOT) != 0
                && WatchTable.isPlain(interest)) {
            filters.standInForBrokenPipe(kqueueFd, fd);
        }
        int bits = eventsOf(filter, flags, layout.fflags(events, at));
        if (ready.merge(token, bits)) {
            return;
        }
        boolean readWatched = (WatchTable.filters(interest) & Events.READ) != 0;
        ready.add(token, readWatched ? bits | READ_WATCHED : bits);
    }

    /** Kernel flags to event bits. */
    private int eventsOf(int filter, int flags, int fflags) {
        boolean read = filter == layout.evfiltRead();
        int bits = read ? Events.READ : Events.WRITE;
        if ((flags & EV_EOF) != 0) {
            bits |= read ? Events.READ_HUP : Events.HUP;
            if (fflags != 0) {
                bits |= Events.ERROR;
            }
        } else if (filter == layout.evfiltUser()) { // a pipe without a reader
            bits |= Events.HUP;
        }
        if ((flags & EV_ERROR) != 0) {
            bits |= Events.ERROR;
        }
        return bits;
    }
}
