package dev.eventloop.lb.frontend;

import dev.eventloop.lb.access.AccessRules;
import dev.eventloop.lb.access.SourceLimits;

/** Which clients a frontend lets in, by their address. Shared by all threads. */
public final class Admission {
    private final SourceLimits limits;
    private volatile AccessRules rules;

    Admission(FrontendSettings settings) {
        this.rules = settings.rules();
        this.limits = new SourceLimits(settings.sourceLimits());
    }

    void change(FrontendSettings settings) {
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
     * Counts a connection of this source; false if it exceeds a limit.
     *
     * @param now nanoseconds, of any origin
     */
    public boolean acquire(long ipHigh, long ipLow, long now) {
        return limits.acquire(ipHigh, ipLow, now);
    }

    /** A connection that was counted has ended. */
    public void release(long ipHigh, long ipLow, long now) {
        limits.release(ipHigh, ipLow, now);
    }
}
