package dev.eventloop.poll;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.PollFlags;
import dev.eventloop.net.WakeupPipe;
import dev.eventloop.spi.Poller;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * poll(2). The kernel looks at every fd in each wait, so cost grows with their number.
 *
 * <table>
 * <caption>From kernel flags to event bits</caption>
 * <tr><td>READ</td><td>POLLIN, POLLHUP, POLLERR</td></tr>
 * <tr><td>WRITE</td><td>POLLOUT, POLLHUP, POLLERR</td></tr>
 * <tr><td>READ_HUP</td><td>POLLRDHUP (Linux, FreeBSD 14), asked for with READ</td></tr>
 * <tr><td>HUP</td><td>POLLHUP</td></tr>
 * <tr><td>ERROR</td><td>POLLERR, POLLNVAL</td></tr>
 * </table>
 */
public final class PollPoller implements Poller {
    static final String NAME = "poll";

    /**
     * After a hang-up or an error no read and no write would block. The kernel does not say so of a
     * pipe's end whose other end is gone: pipe_poll in Linux's fs/pipe.c.
     */
    private static final int FAILS_AT_ONCE = Events.READ | Events.WRITE;

    private static final Set<Capability> CAPABILITIES = capabilities(PollFlags.POLLRDHUP);

    private final LibC libc;
    private final int maxEvents;

    /** How many fds the system takes, the wake-up's own included. */
    private final int maxFds;

    private final PollTable table = new PollTable();
    private final WakeupPipe wakeup;

    /** What the last wait found, copied out, so that callbacks may change the table. */
    private final long[] readyTokens;

    private final int[] readyEvents;

    /** Where the next look at the table begins: behind the entry where the last one ended. */
    private int scanStart;

    /**
     * @throws ErrnoException EMFILE, ENFILE
     */
    public PollPoller(LibC libc, int maxEvents) throws ErrnoException {
        this(libc, maxEvents, PollFlags.MAX_FDS);
    }

    PollPoller(LibC libc, int maxEvents, int maxFds) throws ErrnoException {
        this.libc = libc;
        this.maxEvents = maxEvents;
        this.maxFds = maxFds;
        this.readyTokens = new long[maxEvents];
        this.readyEvents = new int[maxEvents];
        this.wakeup = new WakeupPipe(libc);
        table.add(wakeup.readFd(), PollFlags.POLLIN, 0, false);
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
        if (table.contains(fd)) {
            throw Errno.exception(Errno.EEXIST, "add", "fd " + fd);
        }
        Errno.check(libc.checkPollable(fd), "add", "fd " + fd);
        if (table.size() >= maxFds) { // the whole call would be EINVAL from now on
            throw new ErrnoException(
                    "add",
                    Errno.EINVAL,
                    "EINVAL",
                    "add fd "
                            + fd
                            + ": poll(2) of this system takes "
                            + maxFds
                            + " file descriptors (EINVAL); use another backend");
        }
        table.add(fd, flags(interest), token, (interest & Events.ONESHOT) != 0);
    }

    @Override
    public void mod(int fd, int interest, long token) throws ErrnoException {
        if (!table.contains(fd)) { // closed without del, and told so
            Errno.check(libc.checkPollable(fd), "mod", "fd " + fd);
            throw Errno.exception(Errno.ENOENT, "mod", "fd " + fd);
        }
        table.change(fd, flags(interest), token, (interest & Events.ONESHOT) != 0);
    }

    @Override
    public void del(int fd) {
        if (table.contains(fd)) {
            table.remove(fd);
        }
    }

    @Override
    public int poll(long timeoutNanos) throws ErrnoException {
        int count = libc.poll(table.address(), table.size(), timeoutNanos);
        if (count < 0) {
            if (count == -Errno.EINTR) {
                return 0;
            }
            throw Errno.exception(-count, "poll of", table.size() + " fds");
        }
        return count == 0 ? 0 : collect(count);
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
    public void reset() {
        table.clear();
        table.add(wakeup.readFd(), PollFlags.POLLIN, 0, false);
    }

    @Override
    public void wakeup() {
        wakeup.signal();
    }

    @Override
    public void close() {
        wakeup.close();
        table.close();
    }

    /**
     * @param readHangUp POLLRDHUP; 0 where the system lacks it
     */
    static Set<Capability> capabilities(int readHangUp) {
        return Collections.unmodifiableSet(
                readHangUp == 0
                        ? EnumSet.of(Capability.ONESHOT)
                        : EnumSet.of(Capability.ONESHOT, Capability.READ_HUP));
    }

    /** Goes round the table once, from where the last round ended, so that nobody starves. */
    private int collect(int flagged) {
        int ready = 0;
        int entry = scanStart;
        for (int left = flagged; left > 0 && ready < maxEvents; entry++) {
            if (entry >= table.size()) {
                entry = 0;
            }
            int flags = table.takeReady(entry);
            if (flags == 0) {
                continue;
            }
            left--;
            if (table.fd(entry) == wakeup.readFd()) {
                wakeup.drain();
                continue;
            }
            readyTokens[ready] = table.token(entry);
            readyEvents[ready] = bits(flags);
            ready++;
            if ((flags & PollFlags.POLLNVAL)
                    != 0) { // closed without del: told once, and then forgotten
                table.remove(table.fd(entry));
            } else if (table.isOneshot(entry)) {
                table.disarm(entry);
            }
        }
        scanStart = entry;
        return ready;
    }

    private static int bits(int flags) {
        int bits = 0;
        if ((flags & PollFlags.POLLIN) != 0) {
            bits |= Events.READ;
        }
        if ((flags & PollFlags.POLLOUT) != 0) {
            bits |= Events.WRITE;
        }
        if ((flags & PollFlags.POLLRDHUP) != 0) {
            bits |= Events.READ_HUP;
        }
        if ((flags & PollFlags.POLLHUP) != 0) {
            bits |= Events.HUP | FAILS_AT_ONCE;
        }
        if ((flags & PollFlags.POLLERR) != 0) {
            bits |= Events.ERROR | FAILS_AT_ONCE;
        }
        if ((flags & PollFlags.POLLNVAL) != 0) {
            bits |= Events.ERROR;
        }
        return bits;
    }

    private static int flags(int interest) {
        int flags = 0;
        if ((interest & Events.READ) != 0) {
            flags |= PollFlags.POLLIN;
        }
        if ((interest & Events.WRITE) != 0) {
            flags |= PollFlags.POLLOUT;
        }
        if ((interest & (Events.READ | Events.READ_HUP)) != 0) {
            flags |= PollFlags.POLLRDHUP;
        }
        return flags;
    }
}
