package dev.eventloop.lb.frontend;

import dev.eventloop.lb.WarningPace;
import dev.eventloop.lb.access.AccessRules;
import dev.eventloop.lb.access.SourceLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which clients a frontend lets in, by their address. Shared by all threads. */
public final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private final String frontend;
    private final SourceLimits limits;
    private final WarningPace pace = new WarningPace();
    private volatile AccessRules rules;

    public Admission(String frontend, FrontendSettings settings) {
        this.frontend = frontend;
        this.rules = settings.rules();
        this.limits = new SourceLimits(settings.sourceLimits());
    }

    /** Changes rules and limits; open connections stay counted. */
    public void change(FrontendSettings settings) {
        rules = settings.rules();
        limits.change(settings.sourceLimits());
    }

    /** Whether the rules allow this address; IPv4 as an IPv4-mapped IPv6 address. */
    public boolean allows(long ipHigh, long ipLow) {
        return rules.admit(ipHigh, ipLow);
    }

    /** Whether there is a limit of connections per source. */
    public boolean hasLimits() {
        return limits.isLimited();
    }

    /**
     * Counts a connection of this source, as {@link SourceLimits#acquire}.
     *
     * @param now nanoseconds, of any origin
     */
    public int acquire(long ipHigh, long ipLow, long now) {
        int prefix = limits.acquire(ipHigh, ipLow, now);
        if (prefix == SourceLimits.UNCOUNTED) {
            warnOfUncounted(now);
        }
        return prefix;
    }

    private void warnOfUncounted(long now) {
        if (pace.claim(now)) {
            LOG.warn(
                    "frontend {}: there are more sources with open connections than are counted;"
                            + " some are admitted without a limit",
                    frontend);
        }
    }

    /**
     * A connection that was counted has ended.
     *
     * @param prefix what {@link #acquire} returned
     */
    public void release(long ipHigh, long ipLow, int prefix) {
        limits.release(ipHigh, ipLow, prefix);
    }
}
