package dev.eventloop.lb.access;

import java.util.List;

/**
 * Who may connect. Whoever is in a denied range may not; where there are allowed ranges, neither
 * may who is in none of them. Immutable.
 */
public final class AccessRules {
    private final Cidr[] allowed;
    private final Cidr[] denied;

    /** Everybody, if both are empty. */
    public AccessRules(List<Cidr> allowed, List<Cidr> denied) {
        this.allowed = allowed.toArray(Cidr[]::new);
        this.denied = denied.toArray(Cidr[]::new);
    }

    /** Whether an address, IPv4 as an IPv4-mapped IPv6 address, may connect. */
    public boolean admit(long ipHigh, long ipLow) {
        return !isIn(denied, ipHigh, ipLow)
                && (allowed.length == 0 || isIn(allowed, ipHigh, ipLow));
    }

    private static boolean isIn(Cidr[] ranges, long ipHigh, long ipLow) {
        for (Cidr range : ranges) {
            if (range.contains(ipHigh, ipLow)) {
                return true;
            }
        }
        return false;
    }
}
