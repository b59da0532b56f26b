package dev.eventloop.select;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.NativeMemory;
import dev.eventloop.libc.PollFlags;
import dev.eventloop.net.WakeupPipe;
import dev.eventloop.spi.Poller;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * select(2). The kernel looks at every fd up to the highest in each wait, so cost grows with that.
 *
 * <p>select says only that a read or a write would not block, which a failed fd does not either. So
 * those that are ready are shown to poll(2), which tells why.
 *
 * <table>
 * <caption>From kernel flags to event bits</caption>
 * <tr><td>READ</td><td>the read set</td></tr>
 * <tr><td>WRITE</td><td>the write set</td></tr>
 * <tr><td>READ_HUP</td><td>never</td></tr>
 * <tr><td>HUP</td><td>POLLHUP</td></tr>
 * <tr><td>ERROR</td><td>POLLERR, POLLNVAL</td></tr>
 * </table>
 */
public final class SelectPoller implements Poller {
    static final String NAME = "select";

    // poll.h, the same everywhere
    private static final int POLLFD_SIZE = 8;
    private static final int POLLFD_REVENTS = 6;

    private static final Set<Capability> CAPABILITIES =
            Collections.unmodifiableSet(EnumSet.of(Capability.ONESHOT));

    private final LibC libc;
    private final int maxEvents;
    private final WakeupPipe wakeup;
    private final FdSet readers = new FdSet();
    private final FdSet writers = new FdSet();

    /** Who is registered, one-shots that have fired included. */
    private final FdSet members = new FdSet();

    /** By fd. */
    private long[] tokens = new long[64];

    private int[] interests = new int[64];

    /** The two sets that the kernel reads and writes, one behind the other. */
    private NativeMemory sets = NativeMemory.allocate(2 * Long.BYTES);

    /** What the last wait found, as an array of struct pollfd and in Java. */
    private final NativeMemory pollfds;

    private final int[] readyFds;
    private final long[] readyTokens;
    private final int[] readyEvents;

    /** The first fd that the next look at the sets begins with. */
    private int scanStart;

    /**
     * @throws ErrnoException EMFILE, ENFILE
     */
    public SelectPoller(LibC libc, int maxEvents) throws ErrnoException {
        this.libc = libc;
        this.maxEvents = maxEvents;
        this.readyFds = new int[maxEvents];
        this.readyTokens = new long[maxEvents];
        this.readyEvents = new int[maxEvents];
        this.wakeup = new WakeupPipe(libc);
        this.pollfds = NativeMemory.allocate(maxEvents * POLLFD_SIZE);
        readers.set(wakeup.readFd(), true);
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
        if (contains(fd)) {
            throw Errno.exception(Errno.EEXIST, "add", "fd " + fd);
        }
        Errno.check(libc.checkPollable(fd), "add", "fd " + fd);
        if (fd >= tokens.length) {
            int capacity = Math.max(fd + 1, tokens.length * 2);
            tokens = Arrays.copyOf(tokens, capacity);
            interests = Arrays.copyOf(interests, capacity);
        }
        members.set(fd, true);
        set(fd, interest, token);
    }

    @Override
    public void mod(int fd, int interest, long token) throws ErrnoException {
        if (!contains(fd)) { // closed without del, and told so
            Errno.check(libc.checkPollable(fd), "mod", "fd " + fd);
            throw Errno.exception(Errno.ENOENT, "mod", "fd " + fd);
        }
        set(fd, interest, token);
    }

    @Override
    public void del(int fd) {
        members.set(fd, false);
        readers.set(fd, false);
        writers.set(fd, false);
    }

    @Override
    public int poll(long timeoutNanos) throws ErrnoException {
        int words = Math.max(readers.length(), writers.length());
        copySets(words);
        long readBits = sets.address();
        long writeBits = readBits + (long) words * Long.BYTES;
        int count = libc.select(words * Long.SIZE, readBits, writeBits, 0, timeoutNanos);
        if (count == -Errno.EINTR) {
            return 0;
        }
        if (count == -Errno.EBADF) { // of the whole call, for one fd that was closed without del
            return collectClosed();
        }
        if (count < 0) {
            throw Errno.exception(-count, "select of", words * Long.SIZE + " fds");
        }
        return count == 0 ? 0 : collect(words);
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
        members.clear();
        readers.clear();
        writers.clear();
        readers.set(wakeup.readFd(), true);
    }

    @Override
    public void wakeup() {
        wakeup.signal();
    }

    @Override
    public void close() {
        wakeup.close();
        sets.close();
        pollfds.close();
    }

    private boolean contains(int fd) {
        return (members.word(fd / Long.SIZE) >>> fd & 1) != 0;
    }

    private void set(int fd, int interest, long token) {
        tokens[fd] = token;
        interests[fd] = interest;
        readers.set(fd, (interest & Events.READ) != 0);
        writers.set(fd, (interest & Events.WRITE) != 0);
    }

    private void copySets(int words) {
        int size = 2 * words * Long.BYTES;
        if (sets.size() < size) {
            sets.close();
            sets = NativeMemory.allocate(2 * size);
        }
        ByteBuffer buffer = sets.buffer();
        for (int word = 0; word < words; word++) {
            buffer.putLong(word * Long.BYTES, readers.word(word));
            buffer.putLong((words + word) * Long.BYTES, writers.word(word));
        }
    }

    /** Goes round the sets once, from where the last round ended, so that nobody starves. */
    private int collect(int words) {
        int ready = 0;
        int limit = words * Long.SIZE;
        int start = scanStart < limit ? scanStart : 0;
        ByteBuffer buffer = sets.buffer();
        int first = start / Long.SIZE;
        for (int turn = 0; turn <= words && ready < maxEvents; turn++) {
            int word = (first + turn) % words;
            long readable = buffer.getLong(word * Long.BYTES);
            long writable = buffer.getLong((words + word) * Long.BYTES);
            long bits = readable | writable;
            if (turn == 0) {
                bits &= -1L << start;
            } else if (turn == words) {
                bits &= ~(-1L << start);
            }
            for (; bits != 0 && ready < maxEvents; bits &= bits - 1) {
                int bit = Long.numberOfTrailingZeros(bits);
                int fd = word * Long.SIZE + bit;
                scanStart = fd + 1;
                if (fd == wakeup.readFd()) {
                    wakeup.drain();
                    continue;
                }
                int events = (readable >>> bit & 1) != 0 ? Events.READ : 0;
                found(ready++, fd, (writable >>> bit & 1) != 0 ? events | Events.WRITE : events);
            }
        }
        askPoll(ready);
        return ready;
    }

    private void found(int index, int fd, int events) {
        readyFds[index] = fd;
        readyTokens[index] = tokens[fd];
        readyEvents[index] = events;
        if ((interests[fd] & Events.ONESHOT) != 0) {
            readers.set(fd, false);
            writers.set(fd, false);
        }
    }

    /** Adds what select cannot tell. */
    private void askPoll(int count) {
        ByteBuffer buffer = pollfds.buffer();
        for (int i = 0; i < count; i++) {
            buffer.putLong(i * POLLFD_SIZE, 0);
            buffer.putInt(i * POLLFD_SIZE, readyFds[i]);
        }
        if (count == 0 || libc.poll(pollfds.address(), count, 0) <= 0) {
            return;
        }
        for (int i = 0; i < count; i++) {
            int flags = buffer.getShort(i * POLLFD_SIZE + POLLFD_REVENTS);
            if ((flags & PollFlags.POLLHUP) != 0) {
                readyEvents[i] |= Events.HUP;
            }
            if ((flags & (PollFlags.POLLERR | PollFlags.POLLNVAL)) != 0) {
                readyEvents[i] |= Events.ERROR;
            }
            if ((flags & PollFlags.POLLNVAL) != 0) {
                del(readyFds[i]); // closed without del: told once, and then forgotten
            }
        }
    }

    /**
     * Those that are closed are told once, and then forgotten; the others come with the next wait.
     */
    private int collectClosed() {
        int ready = 0;
        for (int word = 0; word < members.length(); word++) {
            for (long bits = members.word(word); bits != 0 && ready < maxEvents; bits &= bits - 1) {
                int fd = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
                if (libc.checkPollable(fd) == -Errno.EBADF) {
                    found(ready++, fd, Events.ERROR);
                    del(fd);
                }
            }
        }
        return ready;
    }
}
