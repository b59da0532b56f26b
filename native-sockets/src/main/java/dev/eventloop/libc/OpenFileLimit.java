package dev.eventloop.libc;

import jnr.constants.platform.RLIMIT;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import jnr.posix.RLimit;

/** How many files this process may have open: RLIMIT_NOFILE, see getrlimit(2). */
public final class OpenFileLimit {
    private static final int NOFILE = RLIMIT.RLIMIT_NOFILE.intValue();

    private OpenFileLimit() {}

    /**
     * Raises the soft limit to the hard one, where it is lower.
     *
     * @return the soft limit that now holds; {@link Long#MAX_VALUE} for none
     */
    public static long raise() {
        POSIX posix = POSIXFactory.getNativePOSIX();
        RLimit limit = posix.getrlimit(NOFILE);
        long soft = unsigned(limit.rlimCur());
        long hard = unsigned(limit.rlimMax());
        if (soft < hard && posix.setrlimit(NOFILE, limit.rlimMax(), limit.rlimMax()) == 0) {
            return hard;
        }
        return soft;
    }

    /** RLIM_INFINITY is the greatest unsigned number. */
    private static long unsigned(long limit) {
        return limit < 0 ? Long.MAX_VALUE : limit;
    }
}
