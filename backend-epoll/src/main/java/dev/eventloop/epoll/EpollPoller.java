package dev.eventloop.epoll;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.spi.Poller;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * epoll(7). The kernel keeps the registrations; {@code epoll_data} carries the token. The cost of a
 * wait grows with the number of ready fds only.
 *
 * <table>
 * <caption>From kernel flags to event bits</caption>
 * <tr><td>READ</td><td>EPOLLIN, EPOLLHUP, EPOLLERR</td></tr>
 * <tr><td>WRITE</td><td>EPOLLOUT, EPOLLHUP, EPOLLERR</td></tr>
 * <tr><td>URGENT</td><td>EPOLLPRI</td></tr>
 * <tr><td>READ_HUP</td><td>EPOLLRDHUP, requested along with READ</td></tr>
 * <tr><td>HUP</td><td>EPOLLHUP</td></tr>
 * <tr><td>ERROR</td><td>EPOLLERR</td></tr>
 * </table>
 */
public final class EpollPoller implements Poller {
    static final String NAME = "epoll";

    // linux/eventpoll.h
    static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLL_CTL_MOD = 3;
    static final int EPOLLIN = 0x001;
    private static final int EPOLLPRI = 0x002;
    private static final int EPOLLOUT = 0x004;
    private static final int EPOLLERR = 0x008;
    private static final int EPOLLHUP = 0x010;
    private static final int EPOLLRDHUP = 0x2000;
    private static final int EPOLLEXCLUSIVE = 1 << 28;
    private static final int EPOLLONESHOT = 1 << 30;
    private static final int EPOLLET = 1 << 31;

    /**
     * After a hang-up or an error neither a read nor a write blocks. The kernel does not set the
     * bits for a pipe whose other end is closed: pipe_poll in Linux's fs/pipe.c.
     */
    private static final int UNBLOCKED = Events.READ | Events.WRITE;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private static final Set<Capability> CAPABILITIES =
            Collections.unmodifiableSet(EnumSet.allOf(Capability.class));

    private final LinuxLibC libc;
    private final int maxEvents;
    private int epollFd;
    private final Wakeup wakeup;
    private final OuterFd outer;

    /** The ready list that the kernel fills, and the arguments of its calls. */
    private final EpollMemory memory;

    /** The index of the wake-up in the ready list; the entries behind it move up by one. */
    private int wakeupIndex;

    /** Set to false for good when the kernel refuses epoll_pwait2. */
    private boolean hasPwait2 = true;

    /**
     * @throws ErrnoException EMFILE, ENFILE, ENOMEM
     */
    public EpollPoller(LinuxLibC libc, int maxEvents) throws ErrnoException {
        this(libc, EpollEventLayout.ofThisMachine(), maxEvents);
    }

    EpollPoller(LinuxLibC libc, EpollEventLayout layout, int maxEvents) throws ErrnoException {
        this.libc = libc;
        this.maxEvents = maxEvents;
        this.epollFd = Errno.check(libc.epollCreate(), "epoll_create1 of", "an event loop");
        this.wakeup = openWakeup();
        this.outer = new OuterFd(libc, layout);
        this.memory = new EpollMemory(layout, maxEvents);
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
        int result = control(EPOLL_CTL_ADD, fd, interestFlags(interest), token);
        Errno.check(result, "add", "fd " + fd);
    }

    @Override
    public void mod(int fd, int interest, long token) throws ErrnoException {
        int result = control(EPOLL_CTL_MOD, fd, interestFlags(interest), token);
        Errno.check(result, "mod", "fd " + fd);
    }

    @Override
    public void del(int fd) throws ErrnoException {
        int result = control(EPOLL_CTL_DEL, fd, 0, 0);
        // The fd was closed without del, and its number may be in use again: nothing to delete.
        boolean gone = result == -Errno.EBADF || result == -Errno.ENOENT || result == -Errno.EPERM;
        if (!gone) {
            Errno.check(result, "del", "fd " + fd);
        }
    }

    /** epoll(7), Q6: closing the last descriptor of a file removes it. */
    @Override
    public void delBeforeClose(int fd) {}

    @Override
    public int poll(long timeoutNanos) throws ErrnoException {
        int count = await(timeoutNanos);
        if (count == -Errno.EINTR) {
            return 0;
        }
        if (count < 0) {
            throw Errno.exception(-count, "epoll_wait on", "fd " + epollFd);
        }
        return count == 0 ? 0 : collect(count);
    }

    @Override
    public long token(int index) {
        return memory.token(entry(index));
    }

    @Override
    public int events(int index) {
        return eventsOf(memory.flags(entry(index)));
    }

    @Override
    public void reset() throws ErrnoException {
        int fresh = Errno.check(libc.epollCreate(), "epoll_create1 of", "an event loop");
        libc.close(epollFd);
        epollFd = fresh;
        armWakeup();
        outer.innerReplaced(epollFd);
    }

    @Override
    public int fd() throws ErrnoException {
        return outer.of(epollFd);
    }

    @Override
    public void wakeup() {
        wakeup.signal();
    }

    @Override
    public void close() {
        libc.close(epollFd);
        wakeup.close();
        outer.close();
        memory.close();
    }

    private Wakeup openWakeup() throws ErrnoException {
        try {
            return new Wakeup(libc);
        } catch (ErrnoException e) {
            libc.close(epollFd);
            throw e;
        }
    }

    private void armWakeup() throws ErrnoException {
        int result = control(EPOLL_CTL_ADD, wakeup.readFd(), EPOLLIN | EPOLLET, Wakeup.TOKEN);
        Errno.check(result, "add", "the wake-up fd " + wakeup.readFd());
    }

    private int control(int operation, int fd, int flags, long token) {
        return libc.epollCtl(epollFd, operation, fd, memory.change(flags, token));
    }

    /** Waits; the number of events, or -errno. */
    private int await(long timeoutNanos) {
        // A timeout of 0 or none needs no nanoseconds: epoll_wait costs 40 ns less.
        boolean timed = timeoutNanos > 0 && hasPwait2;
        return timed ? awaitNanos(timeoutNanos) : awaitMillis(timeoutNanos);
    }

    private int awaitNanos(long timeoutNanos) {
        long timespec = memory.timespec(timeoutNanos);
        int count = libc.epollPwait2(epollFd, memory.readyList(), maxEvents, timespec);
        // ENOSYS before Linux 5.11; EPERM from seccomp filters that are older than the call,
        // https://github.com/buytenh/ivykis/issues/33
        if (count == -Errno.ENOSYS || count == -Errno.EPERM) {
            hasPwait2 = false;
            return awaitMillis(timeoutNanos);
        }
        return count;
    }

    /** Rounds up to milliseconds; the loop waits again where an int of them is too few. */
    private int awaitMillis(long timeoutNanos) {
        long millis =
                timeoutNanos < 0 ? -1 : (timeoutNanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI;
        int clamped = (int) Math.min(millis, Integer.MAX_VALUE);
        return libc.epollWait(epollFd, memory.readyList(), maxEvents, clamped);
    }

    /** Leaves the events where the kernel wrote them; only the wake-up is taken out. */
    private int collect(int count) {
        for (int entry = 0; entry < count; entry++) {
            if (memory.token(entry) == Wakeup.TOKEN) {
                wakeup.drain();
                wakeupIndex = entry;
                return count - 1;
            }
        }
        wakeupIndex = count;
        return count;
    }

    private int entry(int index) {
        return index < wakeupIndex ? index : index + 1;
    }

    /** Kernel flags to event bits. */
    private static int eventsOf(int flags) {
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
            bits |= Events.HUP | UNBLOCKED;
        }
        if ((flags & EPOLLERR) != 0) {
            bits |= Events.ERROR | UNBLOCKED;
        }
        return bits;
    }

    /** Event bits to kernel flags. */
    private static int interestFlags(int interest) {
        int flags = 0;
        if ((interest & Events.READ) != 0) {
            flags |= EPOLLIN;
        }
        if ((interest & Events.WRITE) != 0) {
            flags |= EPOLLOUT;
        }
        // epoll_ctl(2), EINVAL: EPOLLEXCLUSIVE excludes EPOLLRDHUP.
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
