package dev.eventloop.lb.admin;

import dev.eventloop.lb.access.SourceLimits;
import dev.eventloop.lb.access.SourceLimits.Limits;
import dev.eventloop.lb.access.SourcePrefix;
import dev.eventloop.lb.admin.http.Source;
import java.time.Duration;

/**
 * Slows down who guesses the token. After some wrong ones from a source, or many in all, a token is
 * looked at only after a second, whether it is right or not: to delay the answer alone would not
 * stop a client that takes a missing answer for a no. A right token is still admitted then.
 */
final class WrongTokens {
    private static final int PER_SOURCE = 5;
    private static final int IN_ALL = 50;
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final Duration DELAY = Duration.ofSeconds(1);

    /** 4,096 sources. */
    private static final int SETS = 256;

    private final SourceLimits perSource =
            new SourceLimits(new Limits(0, PER_SOURCE, MINUTE, SourcePrefix.DEFAULT), SETS);
    private final SourceLimits inAll =
            new SourceLimits(new Limits(0, IN_ALL, MINUTE, SourcePrefix.DEFAULT), 1);

    void add(Source source) {
        add(perSource, source.high(), source.low());
        add(inAll, 0, 0);
    }

    private static void add(SourceLimits limits, long high, long low) {
        int prefix = limits.acquire(high, low, System.nanoTime());
        if (prefix > SourceLimits.UNCOUNTED) {
            limits.release(high, low, prefix);
        }
    }

    /** How long to wait before a token of this source is looked at. */
    Duration delay(Source source) {
        long now = System.nanoTime();
        boolean isSlowed =
                perSource.isExceeded(source.high(), source.low(), now)
                        || inAll.isExceeded(0, 0, now);
        return isSlowed ? DELAY : Duration.ZERO;
    }
}
