package dev.eventloop.poll;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.PollFlags;
import dev.eventloop.net.FileIds;
import dev.eventloop.net.WakeupPipe;
import dev.eventloop.spi.Poller;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * poll(2). The kernel keeps no registrations: it looks at every registered fd in each wait, so the
 * cost of a wait grows with their number.
 *
 * <table>
 * <caption>From kernel flags to event bits</caption>
 * <tr><td>READ</td><td>POLLIN, POLLHUP, POLLERR</td></tr>
 * <tr><td>WRITE</td><td>POLLOUT, POLLHUP, POLLERR</td></tr>
 * <tr><td>READ_HUP</td><td>POLLRDHUP (Linux, FreeBSD 14), requested along with READ</td></tr>
 * <tr><td>HUP</td><td>POLLHUP</td></tr>
 * <tr><td>ERROR</td><td>POLLERR, POLLNVAL</td></tr>
 * </table>
 */
public final class PollPoller implements Poller {
    static final String NAME = "poll";

    /**
     * After a hang-up or an error neither a read nor a write blocks. The kernel does not set the
     * bits for a pipe whose other end is closed: pipe_poll in Linux's fs/pipe.c.
     */
    private static final int UNBLOCKED = Events.READ | Events.WRITE;

    private static final Set<Capability> CAPABILITIES = supported(PollFlags.POLLRDHUP);

    private final LibC libc;
    private final int maxEvents;

    /** The most fds that the system's poll(2) takes, the wake-up's included. */
    private final int maxFds;

    private final WakeupPipe wakeup;
    private final PollTable table;
    private final FileIds files;

    /** What the last wait found, copied, because callbacks may change the table. */
    private final long[] readyTokens;

    private final int[] readyEvents;

    /** The entry at which the next scan of the table starts. */
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
        this.wakeup = new WakeupPipe(libc);
        this.table = new PollTable();
        this.files = new FileIds(libc);
        this.readyTokens = new long[maxEvents];
        this.readyEvents = new int[maxEvents];
        armWakeup();
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
        if (table.contains(fd) && files.isNoted(fd)) {
            throw Errno.exception(Errno.EEXIST, "add", "fd " + fd);
        }
        Errno.check(libc.checkPollable(fd), "add", "fd " + fd);
        if (table.size() >= maxFds) { // every wait would fail with EINVAL: poll(2)
            throw tooManyFds(fd);
        }
        files.note(fd);
        del(fd); // if it was closed without del
        table.add(fd, interestFlags(interest), token, (interest & Events.ONESHOT) != 0);
    }

    @Override
    public void mod(int fd, int interest, long token) throws ErrnoException {
        if (!table.contains(fd)) { // dropped after it was closed without del
            Errno.check(libc.checkPollable(fd), "mod", "fd " + fd);
            throw Errno.exception(Errno.ENOENT, "mod", "fd " + fd);
        }
        table.change(fd, interestFlags(interest), token, (interest & Events.ONESHOT) != 0);
    }

    @Override
    public void del(int fd) {
        if (table.contains(fd)) {
            table.remove(fd);
        }
    }

    @Override
    public int poll(long timeoutNanos) throws ErrnoException {
        int count = await(timeoutNanos);
        if (count == -Errno.EINTR) {
            return 0;
        }
        if (count < 0) {
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
        armWakeup();
    }

    @Override
    public void wakeup() {
        wakeup.signal();
    }

    @Override
    public void close() {
        wakeup.close();
        table.close();
        files.close();
    }

    private void armWakeup() {
        table.add(wakeup.readFd(), PollFlags.POLLIN, 0, false);
    }

    /** Waits; the number of fds with events, or -errno. */
    private int await(long timeoutNanos) {
        return libc.poll(table.address(), table.size(), timeoutNanos);
    }

    /**
     * Scans the table from where the last scan ended, so that a full ready list does not starve the
     * entries behind it; the wake-up is taken out.
     */
    private int collect(int count) throws ErrnoException {
        int ready = 0;
        int entry = scanStart;
        for (int left = count; left > 0 && ready < maxEvents; entry++) {
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
            addReady(ready++, entry, eventsOf(flags));
            if ((flags & PollFlags.POLLNVAL) != 0) { // closed without del: reported once
                table.remove(table.fd(entry));
            }
        }
        scanStart = entry;
        return ready;
    }

    private void addReady(int index, int entry, int events) {
        readyTokens[index] = table.token(entry);
        readyEvents[index] = events;
        if (table.isOneshot(entry)) {
            table.disarm(entry);
        }
    }

    /** Kernel flags to event bits. */
    private static int eventsOf(int flags) {
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
            bits |= Events.HUP | UNBLOCKED;
        }
        if ((flags & PollFlags.POLLERR) != 0) {
            bits |= Events.ERROR | UNBLOCKED;
        }
        if ((flags & PollFlags.POLLNVAL) != 0) {
            bits |= Events.ERROR;
        }
        return bits;
    }

    /** Event bits to kernel flags. */
    private static int interestFlags(int interest) {
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

    /**
     * @param readHangUp POLLRDHUP; 0 where the system lacks it
     */
    static Set<Capability> supported(int readHangUp) {
        return Collections.unmodifiableSet(
                readHangUp == 0
                        ? EnumSet.of(Capability.ONESHOT)
                        : EnumSet.of(Capability.ONESHOT, Capability.READ_HUP));
    }

    private ErrnoException tooManyFds(int fd) {
        String why =
                ": poll(2) of this system takes "
                        + maxFds
                        + " file descriptors (EINVAL); use another backend";
        return new ErrnoException("add", Errno.EINVAL, "EINVAL", "add fd " + fd + why);
    }
}
