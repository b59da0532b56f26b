package dev.eventloop.epoll;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.spi.Poller;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * epoll(7). The kernel keeps the registrations; {@code epoll_data} carries the token.
 *
 * <table>
 * <caption>From kernel flags to event bits</caption>
 * <tr><td>READ</td><td>EPOLLIN, EPOLLHUP, EPOLLERR</td></tr>
 * <tr><td>WRITE</td><td>EPOLLOUT, EPOLLHUP, EPOLLERR</td></tr>
 * <tr><td>URGENT</td><td>EPOLLPRI</td></tr>
 * <tr><td>READ_HUP</td><td>EPOLLRDHUP, asked for with READ</td></tr>
 * <tr><td>HUP</td><td>EPOLLHUP</td></tr>
 * <tr><td>ERROR</td><td>EPOLLERR</td></tr>
 * </table>
 */
public final class EpollPoller implements Poller {
    static final String NAME = "epoll";

    // linux/eventpoll.h
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLL_CTL_MOD = 3;
    private static final int EPOLLIN = 0x001;
    private static final int EPOLLPRI = 0x002;
    private static final int EPOLLOUT = 0x004;
    private static final int EPOLLERR = 0x008;
    private static final int EPOLLHUP = 0x010;
    private static final int EPOLLRDHUP = 0x2000;
    private static final int EPOLLEXCLUSIVE = 1 << 28;
    private static final int EPOLLONESHOT = 1 << 30;
    private static final int EPOLLET = 1 << 31;

    /**
     * After a hang-up or an error no read and no write would block. The kernel does not say so of a
     * pipe's end whose other end is gone: pipe_poll in fs/pipe.c.
     */
    private static final int FAILS_AT_ONCE = Events.READ | Events.WRITE;

    /** No loop's token: its lower half is no file descriptor. */
    private static final long WAKEUP = -1;

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private static final Set<Capability> CAPABILITIES =
            Collections.unmodifiableSet(EnumSet.allOf(Capability.class));

    private final LinuxLibC libc;
    private final EpollEventLayout layout;
    private final int maxEvents;

    /**
     * What the kernel fills in, then the one event that goes the other way, a timespec, and the
     * number 1 that a wake-up writes.
     */
    private final NativeMemory memory;

    private final ByteBuffer events;
    private final int changeOffset;
    private final int timespecOffset;
    private final int oneOffset;

    /** Of what the kernel filled in, the index of the wake-up; entries behind it move up by one. */
    private int wakeupIndex;

    private final int wakeupFd;
    private int epollFd;

    /** False for good once epoll_pwait2 was refused. */
    private boolean hasPwait2 = true;

    /**
     * @throws ErrnoException EMFILE, ENFILE, ENOMEM
     */
    public EpollPoller(LinuxLibC libc, int maxEvents) throws ErrnoException {
        this(libc, EpollEventLayout.ofThisMachine(), maxEvents);
    }

    EpollPoller(LinuxLibC libc, EpollEventLayout layout, int maxEvents) throws ErrnoException {
        this.libc = libc;
        this.layout = layout;
        this.maxEvents = maxEvents;
        this.changeOffset = this.maxEvents * layout.size();
        this.timespecOffset = (changeOffset + layout.size() + 7) & ~7;
        this.oneOffset = timespecOffset + 2 * Long.BYTES;
        this.epollFd = Errno.check(libc.epollCreate(), "epoll_create1 of", "an event loop");
        int eventFd = libc.eventfd();
        if (eventFd < 0) {
            libc.close(epollFd);
            throw Errno.exception(-eventFd, "eventfd of", "an event loop");
        }
        this.wakeupFd = eventFd;
        this.memory = NativeMemory.allocate(oneOffset + Long.BYTES);
        this.events = memory.buffer();
        events.putLong(oneOffset, 1);
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
        Errno.check(control(EPOLL_CTL_ADD, fd, flags(interest), token), "add", "fd " + fd);
    }

    @Override
    public void mod(int fd, int interest, long token) throws ErrnoException {
        Errno.check(control(EPOLL_CTL_MOD, fd, flags(interest), token), "mod", "fd " + fd);
    }

    @Override
    public void del(int fd) throws ErrnoException {
        int result = control(EPOLL_CTL_DEL, fd, 0, 0);
        // Closed before, and perhaps opened again as another file: nothing is left to delete.
        if (result < 0
                && result != -Errno.EBADF
                && result != -Errno.ENOENT
                && result != -Errno.EPERM) {
            throw Errno.exception(-result, "del", "fd " + fd);
        }
    }

    /** epoll(7), Q6: closing the last descriptor of a file removes it. */
    @Override
    public void delBeforeClose(int fd) {}

    @Override
    public int poll(long timeoutNanos) throws ErrnoException {
        // To look once, or to wait for ever, the older call will do, which costs 40 ns less.
        boolean timed = timeoutNanos > 0 && hasPwait2;
        int count = timed ? pwait2(timeoutNanos) : waitMillis(timeoutNanos);
        if (count < 0) {
            if (count == -Errno.EINTR) {
                return 0;
            }
            throw Errno.exception(-count, "epoll_wait on", "fd " + epollFd);
        }
        return count == 0 ? 0 : withoutWakeup(count);
    }

    @Override
    public long token(int index) {
        int entry = index < wakeupIndex ? index : index + 1;
        return events.getLong(entry * layout.size() + layout.data());
    }

    @Override
    public int events(int index) {
        int entry = index < wakeupIndex ? index : index + 1;
        int flags = events.getInt(entry * layout.size());
        // IN, ERR and HUP have poll's numbers; branches cost less than they look.
        int bits = 0;
        if ((flags & EPOLLIN) != 0) {
            bits |= Events.READ;
        }
        if ((flags & EPOLLOUT) != 0) {
            bits |= Events.WRITE;
        }
        if ((flags & EPOLLRDHUP) != 0) {
            bits |= Events.READ_HUP;
        }
        if ((flags & EPOLLPRI) != 0) {
            bits |= Events.URGENT;
        }
        if ((flags & EPOLLHUP) != 0) {
            bits |= Events.HUP | FAILS_AT_ONCE;
        }
        if ((flags & EPOLLERR) != 0) {
            bits |= Events.ERROR | FAILS_AT_ONCE;
        }
        return bits;
    }

    @Override
    public void reset() throws ErrnoException {
        int fresh = Errno.check(libc.epollCreate(), "epoll_create1 of", "an event loop");
        libc.close(epollFd);
        epollFd = fresh;
        watchWakeup();
    }

    @Override
    public void wakeup() {
        libc.write(wakeupFd, memory.address() + oneOffset, Long.BYTES);
    }

    @Override
    public void close() {
        libc.close(epollFd);
        libc.close(wakeupFd);
        memory.close();
    }

    /** Edge-triggered: each write to the eventfd is one event, and it need never be read. */
    private void watchWakeup() throws ErrnoException {
        int result = control(EPOLL_CTL_ADD, wakeupFd, EPOLLIN | EPOLLET, WAKEUP);
        if (result < 0) {
            close();
            throw Errno.exception(-result, "add", "the wake-up fd " + wakeupFd);
        }
    }

    private int control(int operation, int fd, int flags, long token) {
        events.putInt(changeOffset, flags);
        events.putLong(changeOffset + layout.data(), token);
        return libc.epollCtl(epollFd, operation, fd, memory.address() + changeOffset);
    }

    private int pwait2(long timeoutNanos) {
        events.putLong(timespecOffset, timeoutNanos / NANOS_PER_SECOND);
        events.putLong(timespecOffset + Long.BYTES, timeoutNanos % NANOS_PER_SECOND);
        int count =
                libc.epollPwait2(
                        epollFd, memory.address(), maxEvents, memory.address() + timespecOffset);
        // EPERM: seccomp filters that are older than the call,
        // https://github.com/buytenh/ivykis/issues/33
        if (count == -Errno.ENOSYS || count == -Errno.EPERM) {
            hasPwait2 = false;
            return waitMillis(timeoutNanos);
        }
        return count;
    }

    /** Whole milliseconds, rounded up; the loop waits again where an int of them is too few. */
    private int waitMillis(long timeoutNanos) {
        long millis =
                timeoutNanos < 0 ? -1 : (timeoutNanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
        return libc.epollWait(
                epollFd, memory.address(), maxEvents, (int) Math.min(millis, Integer.MAX_VALUE));
    }

    private int withoutWakeup(int count) {
        for (int entry = 0; entry < count; entry++) {
            if (events.getLong(entry * layout.size() + layout.data()) == WAKEUP) {
                wakeupIndex = entry;
                return count - 1;
            }
        }
        wakeupIndex = count;
        return count;
    }

    private static int flags(int interest) {
        int flags = 0;
        if ((interest & Events.READ) != 0) {
            flags |= EPOLLIN;
        }
        if ((interest & Events.WRITE) != 0) {
            flags |= EPOLLOUT;
        }
        // The kernel refuses RDHUP beside EXCLUSIVE: epoll_ctl(2), EINVAL.
        if ((interest & (Events.READ | Events.READ_HUP)) != 0
                && (interest & Events.EXCLUSIVE) == 0) {
            flags |= EPOLLRDHUP;
        }
        if ((interest & Events.URGENT) != 0) {
            flags |= EPOLLPRI;
        }
        if ((interest & Events.EDGE) != 0) {
            flags |= EPOLLET;
        }
        if ((interest & Events.ONESHOT) != 0) {
            flags |= EPOLLONESHOT;
        }
        if ((interest & Events.EXCLUSIVE) != 0) {
            flags |= EPOLLEXCLUSIVE;
        }
        return flags;
    }
}
