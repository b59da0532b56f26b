package dev.eventloop;

import java.util.Set;

/** Checks an interest before it reaches the backend, with the same messages on every backend. */
final class InterestRules {
    private static final int WITH_URGENT = Events.READ | Events.EDGE | Events.EXCLUSIVE;

    private final String backend;
    private final Set<Capability> capabilities;

    InterestRules(String backend, Set<Capability> capabilities) {
        this.backend = backend;
        this.capabilities = capabilities;
    }

    /**
     * @throws IllegalArgumentException for unknown bits or a combination that no backend supports
     * @throws UnsupportedOperationException for a modifier that this backend lacks
     */
    void check(int interest) {
        int unknown = interest & ~Events.ALL_INTEREST;
        if (unknown != 0) {
            throw wrong(
                    interest, "holds " + Events.toString(unknown) + ", which cannot be requested");
        }
        if (interest != 0 && (interest & (Events.READ | Events.WRITE | Events.READ_HUP)) == 0) {
            throw wrong(interest, "needs READ, WRITE or READ_HUP, unless it is 0");
        }
        if ((interest & Events.EXCLUSIVE) != 0
                && (interest & (Events.ONESHOT | Events.READ_HUP)) != 0) {
            throw wrong(
                    interest,
                    "is invalid: EXCLUSIVE can be combined with READ, WRITE and EDGE only");
        }
        if ((interest & Events.URGENT) != 0
                && (interest & WITH_URGENT) != (Events.READ | Events.EDGE)) {
            throw wrong(
                    interest, "is invalid: URGENT requires READ and EDGE, and excludes EXCLUSIVE");
        }
        require(interest, Events.EDGE, Capability.EDGE_TRIGGERED);
        require(interest, Events.ONESHOT, Capability.ONESHOT);
        require(interest, Events.EXCLUSIVE, Capability.EXCLUSIVE);
        require(interest, Events.READ_HUP, Capability.READ_HUP);
        require(interest, Events.URGENT, Capability.URGENT);
    }

    /** As {@link #check}, for mod: epoll_ctl(2) accepts EPOLLEXCLUSIVE with EPOLL_CTL_ADD only. */
    void checkChange(int fd, int from, int to) {
        check(to);
        if (((from | to) & Events.EXCLUSIVE) != 0) {
            throw new IllegalArgumentException(
                    "fd " + fd + ": mod cannot change EXCLUSIVE; use del and add");
        }
    }

    private void require(int interest, int bit, Capability capability) {
        if ((interest & bit) != 0 && !capabilities.contains(capability)) {
            throw new UnsupportedOperationException(
                    Events.toString(bit) + " is not supported by the " + backend + " backend");
        }
    }

    private static IllegalArgumentException wrong(int interest, String why) {
        return new IllegalArgumentException("interest " + Events.toString(interest) + " " + why);
    }
}
