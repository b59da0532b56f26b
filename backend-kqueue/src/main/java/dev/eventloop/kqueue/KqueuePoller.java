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
 * kqueue(2). The kernel has a filter for each direction of an fd and reports them one by one; what
 * it reports of an fd in one wait is put together here. {@code udata} carries the token.
 *
 * <table>
 * <caption>From kernel flags to event bits</caption>
 * <tr><td>READ</td><td>EVFILT_READ</td></tr>
 * <tr><td>WRITE</td><td>EVFILT_WRITE</td></tr>
 * <tr><td>READ_HUP</td><td>EVFILT_READ with EV_EOF</td></tr>
 * <tr><td>HUP</td><td>EVFILT_WRITE with EV_EOF; where EVFILT_READ is watched, that too</td></tr>
 * <tr><td>ERROR</td><td>EV_EOF with an errno in fflags; EV_ERROR</td></tr>
 * </table>
 */
public final class KqueuePoller implements Poller {
    static final String NAME = "kqueue";

    // sys/event.h, the same everywhere
    private static final int EV_ONESHOT = 0x0010;
    private static final int EV_ERROR = 0x4000;
    private static final int EV_EOF = 0x8000;

    /** Beside event bits: EVFILT_READ is watched. */
    private static final int READ_WATCHED = 1 << 30;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /**
     * 1,000,000 seconds, as Go has it: macOS refuses waits of years
     * (https://github.com/golang/go/blob/master/src/runtime/netpoll_kqueue.go). The loop waits
     * again.
     */
    private static final long MOST_NANOS = 1_000_000 * NANOS_PER_SECOND;

    private static final Set<Capability> CAPABILITIES =
            Collections.unmodifiableSet(
                    EnumSet.of(Capability.EDGE_TRIGGERED, Capability.ONESHOT, Capability.READ_HUP));

    private final BsdLibC libc;
    private final KeventLayout layout;
    private final int maxEvents;
    private final ChangeList changes;
    private final Filters filters;
    private final Wakeup wakeup;

    /** What the kernel fills in, and a timespec. */
    private final NativeMemory memory;

    private final ByteBuffer events;
    private final int timespecOffset;
    private int kqueueFd;

    private final WatchTable watches = new WatchTable();

    /** What the last wait found. */
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
        this.timespecOffset = maxEvents * layout.size();
        this.ready = new ReadyList(maxEvents);
        this.kqueueFd = Errno.check(libc.kqueue(), "kqueue of", "an event loop");
        this.memory = NativeMemory.allocate(timespecOffset + 2 * Long.BYTES);
        this.events = memory.buffer();
        this.changes = new ChangeList(libc, layout);
        this.filters = new Filters(layout, watches, changes);
        this.wakeup = new Wakeup(libc, layout);
        watchWakeup();
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
        if (watches.contains(fd) && filters.isKnown(kqueueFd, fd)) {
            throw Errno.exception(Errno.EEXIST, "add", "fd " + fd);
        }
        Errno.check(libc.checkPollable(fd), "add", "fd " + fd);
        ready.ensureCapacity(watches.ensureCapacity(fd));
        watches.remove(fd); // if it was closed without del
        filters.replace(kqueueFd, "add", fd, interest, token);
    }

    @Override
    public void mod(int fd, int interest, long token) throws ErrnoException {
        if (!watches.contains(fd)) { // closed without del, and told so
            Errno.check(libc.checkPollable(fd), "mod", "fd " + fd);
            throw Errno.exception(Errno.ENOENT, "mod", "fd " + fd);
        }
        filters.replace(kqueueFd, "mod", fd, interest, token);
    }

    @Override
    public void del(int fd) throws ErrnoException {
        if (watches.contains(fd)) {
            filters.replace(kqueueFd, "del", fd, 0, watches.token(fd));
        }
    }

    /** kqueue(2), EV_DELETE: closing an fd deletes its events. */
    @Override
    public void delBeforeClose(int fd) throws ErrnoException {
        if (watches.contains(fd) && (watches.interest(fd) & WatchTable.BROKEN) == 0) {
            watches.remove(fd);
        } else {
            del(fd);
        }
    }

    @Override
    public int poll(long timeoutNanos) throws ErrnoException {
        long timespec = 0;
        if (timeoutNanos >= 0) {
            long nanos = Math.min(timeoutNanos, MOST_NANOS);
            events.putLong(timespecOffset, nanos / NANOS_PER_SECOND);
            events.putLong(timespecOffset + Long.BYTES, nanos % NANOS_PER_SECOND);
            timespec = memory.address() + timespecOffset;
        }
        ready.clear();
        int count = libc.kevent(kqueueFd, 0, 0, memory.address(), maxEvents, timespec);
        if (count < 0) {
            if (count == -Errno.EINTR) {
                return 0;
            }
            throw Errno.exception(-count, "kevent on", "fd " + kqueueFd);
        }
        return collect(count);
    }

    @Override
    public long token(int index) {
        return ready.token(index);
    }

    @Override
    public int events(int index) {
        int bits = ready.events(index);
        // shutdown(2) of the own half ends EVFILT_WRITE alone.
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
        watches.clear();
        watchWakeup();
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

    private void watchWakeup() throws ErrnoException {
        try {
            wakeup.watch(kqueueFd, changes);
        } catch (ErrnoException e) {
            close();
            throw e;
        }
    }

    private int collect(int count) throws ErrnoException {
        for (int i = 0; i < count; i++) {
            int at = i * layout.size();
            long token = layout.udata(events, at);
            if (token == Wakeup.TOKEN) {
                wakeup.heard();
            } else {
                found(token, layout.filter(events, at), layout.flags(events, at), at);
            }
        }
        return ready.size();
    }

    private void found(long token, int filter, int flags, int at) throws ErrnoException {
        int fd = (int) token;
        int interest = watches.interest(fd);
        boolean read = filter == layout.evfiltRead();
        if (read && WatchTable.isReadHupOnly(interest) && !isEnd(fd, flags)) {
            return;
        }
        if (filter == layout.evfiltWrite()
                && (flags & EV_ONESHOT) != 0
                && WatchTable.isPlain(interest)) {
            filters.standInForBrokenPipe(kqueueFd, fd);
        }
        int bits = read ? Events.READ : Events.WRITE;
        if ((flags & EV_EOF) != 0) {
            bits |= read ? Events.READ_HUP : Events.HUP;
            bits |= layout.fflags(events, at) != 0 ? Events.ERROR : 0;
        } else if (filter == layout.evfiltUser()) {
            bits |= Events.HUP;
        }
        bits |= (flags & EV_ERROR) != 0 ? Events.ERROR : 0;
        if (ready.merge(token, bits)) {
            return;
        }
        boolean readWatched = (WatchTable.filters(interest) & Events.READ) != 0;
        ready.add(token, readWatched ? bits | READ_WATCHED : bits);
    }

    /**
     * Whether EVFILT_READ, watched for READ_HUP alone, has more to say than that bytes came. It is
     * edge-triggered, or unread bytes would end every wait, and level-triggered from the end on.
     */
    private boolean isEnd(int fd, int flags) throws ErrnoException {
        if ((flags & EV_EOF) == 0) {
            return false;
        }
        filters.repeatEnd(kqueueFd, fd);
        return true;
    }
}
