package dev.eventloop.select;

import dev.eventloop.Events;
import dev.eventloop.libc.NativeMemory;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The registrations: interest and token by fd, the sets of fds to watch, and the copies of those
 * sets that the kernel reads and overwrites.
 */
final class SelectTable implements AutoCloseable {
    private static final int INITIAL_CAPACITY = 64;

    /** Every registered fd, disarmed one-shots included. */
    private final FdSet members = new FdSet();

    private final FdSet readers = new FdSet();
    private final FdSet writers = new FdSet();
    private int[] interests = new int[INITIAL_CAPACITY];
    private long[] tokens = new long[INITIAL_CAPACITY];

    /** The kernel's copies of readers and writers, one behind the other. */
    private NativeMemory memory = NativeMemory.allocate(2 * Long.BYTES);

    private ByteBuffer sets = memory.buffer();

    /** The size of each copy, in words of 64 fds. */
    private int words;

    /** Copies the sets for the kernel. */
    void copySets() {
        words = Math.max(readers.length(), writers.length());
        int size = 2 * words * Long.BYTES;
        if (memory.size() < size) {
            memory.close();
            memory = NativeMemory.allocate(2 * size);
            sets = memory.buffer();
        }
        for (int word = 0; word < words; word++) {
            sets.putLong(word * Long.BYTES, readers.word(word));
            sets.putLong((words + word) * Long.BYTES, writers.word(word));
        }
    }

    long readersAddress() {
        return memory.address();
    }

    long writersAddress() {
        return memory.address() + (long) words * Long.BYTES;
    }

    int words() {
        return words;
    }

    /** One more than the highest fd in the copies, rounded up to words. */
    int fdLimit() {
        return words * Long.SIZE;
    }

    /** The readable ones of 64 fds, after a wait. */
    long readable(int word) {
        return sets.getLong(word * Long.BYTES);
    }

    /** The writable ones of 64 fds, after a wait. */
    long writable(int word) {
        return sets.getLong((words + word) * Long.BYTES);
    }

    boolean contains(int fd) {
        return (members.word(fd / Long.SIZE) >>> fd & 1) != 0;
    }

    /** The members among 64 fds. */
    long members(int word) {
        return members.word(word);
    }

    int memberWords() {
        return members.length();
    }

    void put(int fd, int interest, long token) {
        ensureCapacity(fd);
        members.set(fd, true);
        readers.set(fd, (interest & Events.READ) != 0);
        writers.set(fd, (interest & Events.WRITE) != 0);
        interests[fd] = interest;
        tokens[fd] = token;
    }

    /** Watches the wake-up's fd, which is no registration. */
    void putWakeup(int fd) {
        readers.set(fd, true);
    }

    void remove(int fd) {
        members.set(fd, false);
        disarm(fd);
    }

    void disarm(int fd) {
        readers.set(fd, false);
        writers.set(fd, false);
    }

    long token(int fd) {
        return tokens[fd];
    }

    boolean isOneshot(int fd) {
        return (interests[fd] & Events.ONESHOT) != 0;
    }

    void clear() {
        members.clear();
        readers.clear();
        writers.clear();
    }

    @Override
    public void close() {
        memory.close();
    }

    private void ensureCapacity(int fd) {
        if (fd >= tokens.length) {
            int capacity = Math.max(fd + 1, tokens.length * 2);
            interests = Arrays.copyOf(interests, capacity);
            tokens = Arrays.copyOf(tokens, capacity);
        }
    }
}
