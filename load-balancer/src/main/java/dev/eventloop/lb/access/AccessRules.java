package dev.eventloop.lb.access;

import java.util.List;

/**
 * Decides which source addresses may connect. A denied range always wins. If there are allowed
 * ranges, an address outside all of them is refused too. Immutable.
 */
public final class AccessRules {
    private final Cidr[] allowed;
    private final Cidr[] denied;

    /** If both lists are empty, every address may connect. */
    public AccessRules(List<Cidr> allowed, List<Cidr> denied) {
        this.allowed = allowed.toArray(Cidr[]::new);
        this.denied = denied.toArray(Cidr[]::new);
    }

    /**
     * Whether an address may connect; an IPv4 address is passed as an IPv4-mapped IPv6 address. Any
     * thread.
     */
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
