package dev.eventloop.select;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.libc.PollFlags;
import dev.eventloop.net.FileIds;
import dev.eventloop.net.WakeupPipe;
import dev.eventloop.spi.Poller;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * select(2). The kernel keeps no registrations: it looks at every fd up to the highest in each
 * wait, so the cost of a wait grows with the highest fd.
 *
 * <p>select says only that a read or a write would not block, which is so after an error, too. The
 * ready fds are therefore passed to poll(2), which tells hang-ups and errors apart.
 *
 * <table>
 * <caption>From kernel flags to event bits</caption>
 * <tr><td>READ</td><td>the read set, POLLHUP, POLLERR</td></tr>
 * <tr><td>WRITE</td><td>the write set, POLLHUP, POLLERR</td></tr>
 * <tr><td>READ_HUP</td><td>never</td></tr>
 * <tr><td>HUP</td><td>POLLHUP</td></tr>
 * <tr><td>ERROR</td><td>POLLERR, POLLNVAL</td></tr>
 * </table>
 */
public final class SelectPoller implements Poller {
    static final String NAME = "select";

    // struct pollfd { int fd; short events; short revents; }, poll.h, the same everywhere
    private static final int POLLFD_SIZE = 8;
    private static final int POLLFD_REVENTS = 6;

    /**
     * After a hang-up or an error neither a read nor a write blocks. The kernel does not set the
     * bits for a pipe whose other end is closed: pipe_poll in Linux's fs/pipe.c.
     */
    private static final int UNBLOCKED = Events.READ | Events.WRITE;

    private static final Set<Capability> CAPABILITIES =
            Collections.unmodifiableSet(EnumSet.of(Capability.ONESHOT));

    private final LibC libc;
    private final int maxEvents;
    private final WakeupPipe wakeup;
    private final SelectTable table;
    private final FileIds files;

    /** The array of struct pollfd with the ready fds. */
    private final NativeMemory memory;

    private final ByteBuffer pollfds;

    /** What the last wait found, copied, because callbacks may change the table. */
    private final int[] readyFds;

    private final long[] readyTokens;
    private final int[] readyEvents;

    /** The fd at which the next scan of the sets starts. */
    private int scanStart;

    /**
     * @throws ErrnoException EMFILE, ENFILE
     */
    public SelectPoller(LibC libc, int maxEvents) throws ErrnoException {
        this.libc = libc;
        this.maxEvents = maxEvents;
        this.wakeup = new WakeupPipe(libc);
        this.table = new SelectTable();
        this.files = new FileIds(libc);
        this.memory = NativeMemory.allocate(maxEvents * POLLFD_SIZE);
        this.pollfds = memory.buffer();
        this.readyFds = new int[maxEvents];
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
        files.note(fd);
        del(fd); // if it was closed without del
        table.put(fd, interest, token);
    }

    @Override
    public void mod(int fd, int interest, long token) throws ErrnoException {
        if (!table.contains(fd)) { // dropped after it was closed without del
            Errno.check(libc.checkPollable(fd), "mod", "fd " + fd);
            throw Errno.exception(Errno.ENOENT, "mod", "fd " + fd);
        }
        table.put(fd, interest, token);
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
        if (count == -Errno.EBADF) { // the call fails as a whole if one fd was closed without del
            return collectClosed();
        }
        if (count < 0) {
            throw Errno.exception(-count, "select of", table.fdLimit() + " fds");
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
        memory.close();
    }

    private void armWakeup() {
        table.putWakeup(wakeup.readFd());
    }

    /** Waits; the number of bits in both sets, or -errno. */
    private int await(long timeoutNanos) {
        table.copySets();
        return libc.select(
                table.fdLimit(), table.readersAddress(), table.writersAddress(), 0, timeoutNanos);
    }

    /**
     * Scans the sets from where the last scan ended, so that a full ready list does not starve the
     * fds behind it; the wake-up is taken out.
     */
    private int collect(int count) throws ErrnoException {
        int ready = 0;
        int words = table.words();
        int start = scanStart < table.fdLimit() ? scanStart : 0;
        int left = count;
        // The word of the first fd is looked at twice: first from that fd on, at last up to it.
        for (int turn = 0; turn <= words && left > 0 && ready < maxEvents; turn++) {
            int word = (start / Long.SIZE + turn) % words;
            long readable = table.readable(word);
            long writable = table.writable(word);
            long bits = readable | writable;
            if (turn == 0) {
                bits &= -1L << start;
            } else if (turn == words) {
                bits &= ~(-1L << start);
            }
            for (; bits != 0 && ready < maxEvents; bits &= bits - 1) {
                int bit = Long.numberOfTrailingZeros(bits);
                int fd = word * Long.SIZE + bit;
                int read = (int) (readable >>> bit) & 1;
                int write = (int) (writable >>> bit) & 1;
                left -= read + write;
                scanStart = fd + 1;
                if (fd == wakeup.readFd()) {
                    wakeup.drain();
                    continue;
                }
                addReady(ready++, fd, eventsOf(read, write));
            }
        }
        askPoll(ready);
        return ready;
    }

    private void addReady(int index, int fd, int events) {
        readyFds[index] = fd;
        readyTokens[index] = table.token(fd);
        readyEvents[index] = events;
        if (table.isOneshot(fd)) {
            table.disarm(fd);
        }
    }

    /** Adds HUP and ERROR, which select(2) does not tell. */
    private void askPoll(int count) {
        for (int i = 0; i < count; i++) {
            pollfds.putLong(i * POLLFD_SIZE, 0);
            pollfds.putInt(i * POLLFD_SIZE, readyFds[i]);
        }
        if (count == 0 || libc.poll(memory.address(), count, 0) <= 0) {
            return;
        }
        for (int i = 0; i < count; i++) {
            int flags = pollfds.getShort(i * POLLFD_SIZE + POLLFD_REVENTS);
            readyEvents[i] |= eventsOf(flags);
            if ((flags & PollFlags.POLLNVAL) != 0) { // closed without del: reported once
                table.remove(readyFds[i]);
            }
        }
    }

    /** Reports the closed fds once and drops them; the next wait reports the others. */
    private int collectClosed() throws ErrnoException {
        wakeup.drain(); // fails if it is the wake-up's fd
        int ready = 0;
        for (int word = 0; word < table.memberWords(); word++) {
            long bits = table.members(word);
            for (; bits != 0 && ready < maxEvents; bits &= bits - 1) {
                int fd = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
                if (libc.checkPollable(fd) == -Errno.EBADF) {
                    addReady(ready++, fd, Events.ERROR);
                    table.remove(fd);
                }
            }
        }
        return ready;
    }

    /** Bits of the two sets to event bits. */
    private static int eventsOf(int read, int write) {
        int bits = 0;
        if (read != 0) {
            bits |= Events.READ;
        }
        if (write != 0) {
            bits |= Events.WRITE;
        }
        return bits;
    }

    /** Kernel flags to event bits. */
    private static int eventsOf(int flags) {
        int bits = 0;
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
}
