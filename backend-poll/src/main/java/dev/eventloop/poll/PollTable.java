package dev.eventloop.poll;

import dev.eventloop.libc.NativeMemory;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The registrations: the array of {@code struct pollfd} that the kernel reads and writes, with a
 * token per entry. It has no gaps: the last entry takes the place of one that is removed.
 */
final class PollTable implements AutoCloseable {
    private static final int INITIAL_CAPACITY = 64;

    // struct pollfd { int fd; short events; short revents; }, poll.h, the same everywhere
    private static final int SIZE = 8;
    private static final int EVENTS = 4;
    private static final int REVENTS = 6;

    private NativeMemory memory = NativeMemory.allocate(INITIAL_CAPACITY * SIZE);
    private ByteBuffer entries = memory.buffer();
    private long[] tokens = new long[INITIAL_CAPACITY];
    private boolean[] oneshots = new boolean[INITIAL_CAPACITY];
    private int size;

    /** By fd: its entry plus one; 0 for none. */
    private int[] entryOf = new int[INITIAL_CAPACITY];

    long address() {
        return memory.address();
    }

    int size() {
        return size;
    }

    boolean contains(int fd) {
        return fd < entryOf.length && entryOf[fd] != 0;
    }

    void add(int fd, int flags, long token, boolean oneshot) {
        ensureCapacity(fd);
        entryOf[fd] = size + 1;
        size++;
        change(fd, flags, token, oneshot);
    }

    void change(int fd, int flags, long token, boolean oneshot) {
        int entry = entryOf[fd] - 1;
        entries.putInt(entry * SIZE, fd);
        entries.putShort(entry * SIZE + EVENTS, (short) flags);
        entries.putShort(entry * SIZE + REVENTS, (short) 0);
        tokens[entry] = token;
        oneshots[entry] = oneshot;
    }

    void remove(int fd) {
        int entry = entryOf[fd] - 1;
        entryOf[fd] = 0;
        size--;
        if (entry != size) {
            entries.putLong(entry * SIZE, entries.getLong(size * SIZE));
            tokens[entry] = tokens[size];
            oneshots[entry] = oneshots[size];
            entryOf[fd(entry)] = entry + 1;
        }
    }

    /** The flags that the kernel has set, which are cleared. */
    int takeReady(int entry) {
        int flags = entries.getShort(entry * SIZE + REVENTS);
        entries.putShort(entry * SIZE + REVENTS, (short) 0);
        return flags;
    }

    /** poll(2) skips negative fds: they report no POLLHUP and no POLLERR either. */
    void disarm(int entry) {
        entries.putInt(entry * SIZE, ~fd(entry));
    }

    int fd(int entry) {
        int fd = entries.getInt(entry * SIZE);
        return fd < 0 ? ~fd : fd;
    }

    long token(int entry) {
        return tokens[entry];
    }

    boolean isOneshot(int entry) {
        return oneshots[entry];
    }

    void clear() {
        size = 0;
        Arrays.fill(entryOf, 0);
    }

    @Override
    public void close() {
        memory.close();
    }

    private void ensureCapacity(int fd) {
        if (fd >= entryOf.length) {
            entryOf = Arrays.copyOf(entryOf, Math.max(fd + 1, entryOf.length * 2));
        }
        if (size < tokens.length) {
            return;
        }
        tokens = Arrays.copyOf(tokens, size * 2);
        oneshots = Arrays.copyOf(oneshots, size * 2);
        NativeMemory larger = NativeMemory.allocate(size * 2 * SIZE);
        larger.buffer().put(0, entries, 0, size * SIZE);
        memory.close();
        memory = larger;
        entries = larger.buffer();
    }
}
