package dev.eventloop.epoll;

import dev.eventloop.libc.NativeMemory;
import java.nio.ByteBuffer;

/**
 * The memory that the calls of epoll(7) read and fill: the ready list, then one epoll_event for
 * epoll_ctl, then a timespec.
 */
final class EpollMemory implements AutoCloseable {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final EpollEventLayout layout;
    private final NativeMemory memory;
    private final ByteBuffer events;
    private final int changeOffset;
    private final int timespecOffset;

    EpollMemory(EpollEventLayout layout, int maxEvents) {
        this.layout = layout;
        this.changeOffset = maxEvents * layout.size();
        this.timespecOffset = (changeOffset + layout.size() + 7) & ~7;
        this.memory = NativeMemory.allocate(timespecOffset + 2 * Long.BYTES);
        this.events = memory.buffer();
    }

    /** The address of the ready list. */
    long readyList() {
        return memory.address();
    }

    /** Writes a change; its address. */
    long change(int flags, long token) {
        events.putInt(changeOffset, flags);
        events.putLong(changeOffset + layout.data(), token);
        return memory.address() + changeOffset;
    }

    /** Writes a timeout; its address. */
    long timespec(long nanos) {
        events.putLong(timespecOffset, nanos / NANOS_PER_SECOND);
        events.putLong(timespecOffset + Long.BYTES, nanos % NANOS_PER_SECOND);
        return memory.address() + timespecOffset;
    }

    /** The kernel flags of an entry of the ready list. */
    int flags(int entry) {
        return events.getInt(entry * layout.size());
    }

    /** The token of an entry of the ready list. */
    long token(int entry) {
        return events.getLong(entry * layout.size() + layout.data());
    }

    @Override
    public void close() {
        memory.close();
    }
}
