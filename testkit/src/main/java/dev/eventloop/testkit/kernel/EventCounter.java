package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;

/** eventfd(2): a write adds to the counter, a read returns and clears it. */
final class EventCounter extends OpenFile {
    /** The maximum of the counter: eventfd(2). */
    private static final long MAX_COUNT = 0xffff_ffff_ffff_fffeL;

    private long count;

    EventCounter(World world) {
        super(world);
    }

    @Override
    int readiness() {
        int bits = count != 0 ? PollBits.IN : 0;
        return Long.compareUnsigned(count, MAX_COUNT) < 0 ? bits | PollBits.OUT : bits;
    }

    @Override
    int read(ByteBuffer target) {
        if (target.remaining() < Long.BYTES) {
            return -Errno.EINVAL;
        }
        if (count == 0) {
            return -Errno.EAGAIN;
        }
        target.putLong(count);
        count = 0;
        wake(PollBits.OUT);
        return Long.BYTES;
    }

    @Override
    int write(ByteBuffer source) {
        if (source.remaining() < Long.BYTES) {
            return -Errno.EINVAL;
        }
        long added = source.getLong();
        if (added == -1) {
            return -Errno.EINVAL;
        }
        if (Long.compareUnsigned(added, MAX_COUNT - count) > 0) {
            return -Errno.EAGAIN;
        }
        count += added;
        wake(PollBits.IN);
        return Long.BYTES;
    }

    @Override
    int available() {
        return count != 0 ? Long.BYTES : 0;
    }

    @Override
    int room() {
        return Long.BYTES;
    }

    @Override
    void released() {}
}
