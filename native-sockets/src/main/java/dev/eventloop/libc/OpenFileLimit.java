package dev.eventloop.libc;

import java.nio.ByteBuffer;
import jnr.constants.platform.RLIMIT;

/** The limit of open files of this process: RLIMIT_NOFILE of getrlimit(2). */
public final class OpenFileLimit {
    private static final int NOFILE = RLIMIT.RLIMIT_NOFILE.intValue();

    /** {@code struct rlimit}: the soft and the hard limit, 64 bits each on every bound system. */
    private static final int SIZE = 2 * Long.BYTES;

    private OpenFileLimit() {}

    /**
     * Raises the soft limit to the hard limit. Any thread.
     *
     * @return the soft limit afterwards, in files; {@link Long#MAX_VALUE} if unlimited
     */
    public static long raise() {
        try (NativeMemory memory = NativeMemory.allocate(SIZE)) {
            if (ProcessCalls.LIBC.getrlimit(NOFILE, memory.address()) != 0) {
                throw new IllegalStateException(
                        "cannot read the limit of open files: getrlimit(RLIMIT_NOFILE) failed");
            }
            ByteBuffer limit = memory.buffer();
            long soft = unsigned(limit.getLong(0));
            long hard = unsigned(limit.getLong(Long.BYTES));
            limit.putLong(0, limit.getLong(Long.BYTES));
            if (soft < hard && ProcessCalls.LIBC.setrlimit(NOFILE, memory.address()) == 0) {
                return hard;
            }
            return soft;
        }
    }

    /** RLIM_INFINITY is the largest number, signed on the BSDs and unsigned elsewhere. */
    private static long unsigned(long limit) {
        return limit < 0 ? Long.MAX_VALUE : limit;
    }
}
