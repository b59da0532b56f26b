package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;
import java.nio.ByteBuffer;

/** eventfd(2): writes add to a number, a read takes all of it. */
final class EventCounter extends OpenFile {
    /** The highest is kept free, as the manual page says. */
    private static final long MOST = 0xffff_ffff_ffff_fffeL;

    private long count;

    EventCounter(World world) {
        super(world);
    }

    @Override
    int readiness() {
        int bits = count != 0 ? PollBits.IN : 0;
        return Long.compareUnsigned(count, MOST) < 0 ? bits | PollBits.OUT : bits;
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
        if (Long.compareUnsigned(added, MOST - count) > 0) {
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
