package dev.eventloop.libc;

import java.nio.ByteBuffer;
import jnr.constants.platform.RLIMIT;

/** How many files this process may have open: RLIMIT_NOFILE, see getrlimit(2). */
public final class OpenFileLimit {
    private static final int NOFILE = RLIMIT.RLIMIT_NOFILE.intValue();

    /** {@code struct rlimit}: two numbers of 64 bits, soft and hard, on every system bound here. */
    private static final int SIZE = 2 * Long.BYTES;

    private OpenFileLimit() {}

    /**
     * Raises the soft limit to the hard one, where it is lower.
     *
     * @return the soft limit that now holds; {@link Long#MAX_VALUE} for none
     */
    public static long raise() {
        try (NativeMemory memory = NativeMemory.allocate(SIZE)) {
            if (ProcessCalls.LIBC.getrlimit(NOFILE, memory.address()) != 0) {
                throw new IllegalStateException("getrlimit(RLIMIT_NOFILE) has failed");
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

    /** RLIM_INFINITY is the greatest number there is, signed on the BSDs, unsigned elsewhere. */
    private static long unsigned(long limit) {
        return limit < 0 ? Long.MAX_VALUE : limit;
    }
}
