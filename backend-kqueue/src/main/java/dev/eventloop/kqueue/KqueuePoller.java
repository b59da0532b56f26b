package dev.eventloop.kqueue;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.libc.BsdLibC;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.net.WakeupPipe;
import dev.eventloop.spi.Poller;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * kqueue(2). The kernel keeps a filter for each direction of an fd and reports each by itself; what
 * it reports of one fd in one wait is put together here. {@code udata} carries the token.
 *
 * <table>
 * <caption>From kernel flags to event bits</caption>
 * <tr><td>READ</td><td>EVFILT_READ</td></tr>
 * <tr><td>WRITE</td><td>EVFILT_WRITE</td></tr>
 * <tr><td>READ_HUP</td><td>EVFILT_READ with EV_EOF</td></tr>
 * <tr><td>HUP</td><td>EVFILT_WRITE with EV_EOF</td></tr>
 * <tr><td>ERROR</td><td>EV_EOF with an errno in fflags; EV_ERROR</td></tr>
 * </table>
 */
public final class KqueuePoller implements Poller {
    static final String NAME = "kqueue";

    // sys/event.h, the same everywhere
    private static final int EV_ADD = 0x0001;
    private static final int EV_DELETE = 0x0002;
    private static final int EV_ENABLE = 0x0004;
    private static final int EV_CLEAR = 0x0020;
    private static final int EV_RECEIPT = 0x0040;
    private static final int EV_DISPATCH = 0x0080;
    private static final int EV_ERROR = 0x4000;
    private static final int EV_EOF = 0x8000;
    private static final int NOTE_TRIGGER = 0x01000000;

    /** Both filters deleted, both added. */
    private static final int MAX_CHANGES = 4;

    /** No loop's token: its lower half is no file descriptor. */
    private static final long WAKEUP = -1;

    /** Beside an interest: a ONESHOT that was reported. */
    private static final int FIRED = 1 << 30;

    /**
     * Beside an interest in READ_HUP without READ: the end has come, and is reported from now on.
     */
    private static final int ENDED = 1 << 29;

    private static final int DIRECTIONS = Events.READ | Events.WRITE;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private static final Set<Capability> CAPABILITIES =
            Collections.unmodifiableSet(
                    EnumSet.of(Capability.EDGE_TRIGGERED, Capability.ONESHOT, Capability.READ_HUP));

    private final BsdLibC libc;
    private final KeventLayout layout;
    private final int maxEvents;

    /**
     * What the kernel fills in, then the changes that go the other way and come back as receipts,
     * the event that a wake-up triggers, a timespec, and one of zero.
     */
    private final NativeMemory memory;

    private final ByteBuffer events;
    private final int changesOffset;
    private final int triggerOffset;
    private final int timespecOffset;
    private final int zeroOffset;

    /** Where the kernel lacks EVFILT_USER; else null. */
    private WakeupPipe wakeupPipe;

    private int kqueueFd;

    /** How many changes are written down and not yet applied. */
    private int changes;

    /** By fd: the interest, 0 for none, and the token. */
    private int[] interests = new int[64];

    private long[] tokens = new long[64];

    /** What the last wait found, an entry per fd. */
    private final long[] readyTokens;

    private final int[] readyEvents;
    private int ready;

    /** By fd: its entry, if that has its token. */
    private int[] entryOf = new int[64];

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
        this.changesOffset = maxEvents * layout.size();
        this.triggerOffset = changesOffset + MAX_CHANGES * layout.size();
        this.timespecOffset = triggerOffset + layout.size();
        this.zeroOffset = timespecOffset + 2 * Long.BYTES;
        this.readyTokens = new long[maxEvents];
        this.readyEvents = new int[maxEvents];
        this.kqueueFd = Errno.check(libc.kqueue(), "kqueue of", "an event loop");
        this.memory = NativeMemory.allocate(zeroOffset + 2 * Long.BYTES);
        this.events = memory.buffer();
        layout.put(events, triggerOffset, 0, layout.evfiltUser(), 0, NOTE_TRIGGER, WAKEUP);
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
        if (isWatched(fd)) {
            if (kernelKnows(fd)) {
                throw Errno.exception(Errno.EEXIST, "add", "fd " + fd);
            }
            interests[fd] = 0;
        }
        Errno.check(libc.checkPollable(fd), "add", "fd " + fd);
        ensureCapacity(fd);
        replace("add", fd, interest, token);
    }

    @Override
    public void mod(int fd, int interest, long token) throws ErrnoException {
        if (!isWatched(fd)) {
            throw Errno.exception(Errno.ENOENT, "mod", "fd " + fd);
        }
        replace("mod", fd, interest, token);
    }

    @Override
    public void del(int fd) throws ErrnoException {
        if (isWatched(fd)) {
            replace("del", fd, 0, tokens[fd]);
        }
    }

    /** kqueue(2), EV_DELETE: closing an fd deletes its events. */
    @Override
    public void delBeforeClose(int fd) {
        if (isWatched(fd)) {
            interests[fd] = 0;
        }
    }

    @Override
    public int poll(long timeoutNanos) throws ErrnoException {
        long timespec = 0;
        if (timeoutNanos >= 0) {
            events.putLong(timespecOffset, timeoutNanos / NANOS_PER_SECOND);
            events.putLong(timespecOffset + Long.BYTES, timeoutNanos % NANOS_PER_SECOND);
            timespec = memory.address() + timespecOffset;
        }
        ready = 0;
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
        return readyTokens[index];
    }

    @Override
    public int events(int index) {
        return readyEvents[index];
    }

    @Override
    public void reset() throws ErrnoException {
        int fresh = Errno.check(libc.kqueue(), "kqueue of", "an event loop");
        libc.close(kqueueFd);
        kqueueFd = fresh;
        Arrays.fill(interests, 0);
        watchWakeup();
    }

    @Override
    public void wakeup() {
        if (wakeupPipe == null) {
            libc.kevent(kqueueFd, memory.address() + triggerOffset, 1, 0, 0, 0);
        } else {
            wakeupPipe.signal();
        }
    }

    @Override
    public void close() {
        libc.close(kqueueFd);
        if (wakeupPipe != null) {
            wakeupPipe.close();
        }
        memory.close();
    }

    /** An event that any thread triggers, or else a pipe: OpenBSD before 2025 lacks the former. */
    private void watchWakeup() throws ErrnoException {
        try {
            if (wakeupPipe == null) {
                change(0, layout.evfiltUser(), EV_ADD | EV_CLEAR, WAKEUP);
                if (apply(0) == 0) {
                    return;
                }
                wakeupPipe = new WakeupPipe(libc);
            }
            change(wakeupPipe.readFd(), layout.evfiltRead(), EV_ADD, WAKEUP);
            Errno.check(-apply(0), "add", "the wake-up fd " + wakeupPipe.readFd());
        } catch (ErrnoException e) {
            close();
            throw e;
        }
    }

    private boolean isWatched(int fd) {
        return fd < interests.length && interests[fd] != 0;
    }

    /** False if an fd was closed without del, and its number perhaps used again. */
    private boolean kernelKnows(int fd) {
        int filter =
                (interests[fd] & Events.WRITE) != 0 ? layout.evfiltWrite() : layout.evfiltRead();
        // Without EV_ADD this is for events that are there. No receipt: its errno is the call's.
        layout.put(events, changesOffset, fd, filter, EV_ENABLE, 0, tokens[fd]);
        int result = libc.kevent(kqueueFd, memory.address() + changesOffset, 1, 0, 0, 0);
        return result != -Errno.ENOENT && result != -Errno.EBADF;
    }

    /**
     * From the interest that there is to another. A filter that stays the same is not touched; all
     * begin anew where there are modifiers, since EV_ADD of an event that is there changes not all
     * of its flags, and does not report again what EV_CLEAR and EV_DISPATCH have silenced.
     */
    private void replace(String operation, int fd, int interest, long token) throws ErrnoException {
        int old = interests[fd];
        boolean both = isPlain(old) && isPlain(interest) && token == tokens[fd];
        delete(fd, both ? old & ~interest : old, token);
        int deletions = changes;
        int added = both ? interest & ~old : interest;
        // WRITE first: libkqueue reports a half-close before the bytes are read only if READ is
        // the last to be added.
        if ((added & Events.WRITE) != 0) {
            change(fd, layout.evfiltWrite(), EV_ADD | modifiers(interest), token);
        }
        if ((added & (Events.READ | Events.READ_HUP)) != 0) {
            change(fd, layout.evfiltRead(), EV_ADD | readModifiers(interest), token);
        }
        int errno = apply(deletions);
        if (errno != 0) {
            delete(fd, DIRECTIONS, token);
            interests[fd] = 0;
            apply(changes);
            throw Errno.exception(errno, operation, "fd " + fd);
        }
        interests[fd] = interest;
        tokens[fd] = token;
    }

    private void delete(int fd, int interest, long token) {
        if ((interest & Events.WRITE) != 0) {
            change(fd, layout.evfiltWrite(), EV_DELETE, token);
        }
        if ((interest & (Events.READ | Events.READ_HUP)) != 0) {
            change(fd, layout.evfiltRead(), EV_DELETE, token);
        }
    }

    private void change(int fd, int filter, int flags, long token) {
        int at = changesOffset + changes++ * layout.size();
        layout.put(events, at, fd, filter, flags | EV_RECEIPT, 0, token);
    }

    /**
     * Applies what is written down; of it, the first so many are deletions.
     *
     * @return the first errno that matters, 0 for none
     */
    private int apply(int deletions) throws ErrnoException {
        int count = changes;
        changes = 0;
        if (count == 0) {
            return 0;
        }
        long address = memory.address() + changesOffset;
        int receipts =
                libc.kevent(
                        kqueueFd, address, count, address, count, memory.address() + zeroOffset);
        if (receipts == -Errno.EINTR) { // kevent(2), ERRORS: all changes have been applied
            return 0;
        }
        Errno.check(receipts, "kevent on", "fd " + kqueueFd);
        for (int i = 0; i < receipts; i++) {
            int errno = (int) layout.data(events, changesOffset + i * layout.size());
            // Closed before, and perhaps opened again as another file: nothing is left to delete.
            boolean gone = i < deletions && (errno == Errno.ENOENT || errno == Errno.EBADF);
            // The other end of a pipe is closed: https://github.com/tokio-rs/mio/issues/582
            if (errno != 0 && !gone && errno != Errno.EPIPE) {
                return errno;
            }
        }
        return 0;
    }

    private int collect(int count) throws ErrnoException {
        for (int i = 0; i < count; i++) {
            int at = i * layout.size();
            long token = layout.udata(events, at);
            if (token != WAKEUP) {
                found(token, bits(at));
            } else if (wakeupPipe != null) {
                wakeupPipe.drain();
            }
        }
        return ready;
    }

    private void found(long token, int bits) throws ErrnoException {
        int fd = (int) token;
        int entry = entryOf[fd];
        if (entry < ready && readyTokens[entry] == token) {
            readyEvents[entry] |= bits;
            return;
        }
        int interest = interests[fd];
        if ((interest & FIRED) != 0) { // by the other filter, in an earlier wait
            return;
        }
        if ((interest & DIRECTIONS & bits) == 0 && isReadHupOnly(interest)) {
            if ((bits & Events.READ_HUP) == 0) { // bytes that nobody wants to hear of
                return;
            }
            reportFromNowOn(fd, interest);
        }
        if ((interest & Events.ONESHOT) != 0) {
            interests[fd] |= FIRED;
        }
        entryOf[fd] = ready;
        readyTokens[ready] = token;
        readyEvents[ready] = bits;
        ready++;
    }

    private int bits(int at) {
        boolean read = layout.filter(events, at) == layout.evfiltRead();
        int flags = layout.flags(events, at);
        int bits = read ? Events.READ : Events.WRITE;
        if ((flags & EV_EOF) != 0) {
            bits |= read ? Events.READ_HUP : Events.HUP;
            if (layout.fflags(events, at) != 0) {
                bits |= Events.ERROR;
            }
        }
        return (flags & EV_ERROR) == 0 ? bits : bits | Events.ERROR;
    }

    /** Makes the filter level-triggered: nothing but the end is left for it to report. */
    private void reportFromNowOn(int fd, int interest) throws ErrnoException {
        if ((interest & (Events.EDGE | Events.ONESHOT | ENDED)) == 0) {
            long token = tokens[fd];
            change(fd, layout.evfiltRead(), EV_DELETE, token);
            change(fd, layout.evfiltRead(), EV_ADD, token);
            apply(1);
            interests[fd] = interest | ENDED;
        }
    }

    private void ensureCapacity(int fd) {
        if (fd >= interests.length) {
            int capacity = Math.max(fd + 1, interests.length * 2);
            interests = Arrays.copyOf(interests, capacity);
            tokens = Arrays.copyOf(tokens, capacity);
            entryOf = Arrays.copyOf(entryOf, capacity);
        }
    }

    /** READ and WRITE, level-triggered. */
    private static boolean isPlain(int interest) {
        return (interest & ~(DIRECTIONS | Events.READ_HUP)) == 0 && !isReadHupOnly(interest);
    }

    private static boolean isReadHupOnly(int interest) {
        return (interest & (Events.READ | Events.READ_HUP)) == Events.READ_HUP;
    }

    /** Who does not want to read is told once of bytes that came, not for as long as they wait. */
    private static int readModifiers(int interest) {
        return isReadHupOnly(interest) ? EV_CLEAR : modifiers(interest);
    }

    private static int modifiers(int interest) {
        int edge = (interest & Events.EDGE) != 0 ? EV_CLEAR : 0;
        return (interest & Events.ONESHOT) != 0 ? edge | EV_DISPATCH : edge;
    }
}
