package dev.eventloop.lb.pool;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Bounds how many health checks of all pools run at a time, because each has a file descriptor.
 * Confined to the loop of the checks.
 */
public final class CheckSlots {
    private static final int MOST = 1000;

    /** Checks take at most one in so many of the files that the process may open. */
    private static final int PART_OF_FILES = 16;

    private final int most;
    private int taken;

    /** Those that have a result, and only wait for the backend's FIN. */
    private final Set<HealthCheck> lingering = new LinkedHashSet<>();

    private final Set<HealthCheck> waiting = new LinkedHashSet<>();

    /**
     * @param openFiles that the process may have
     */
    public CheckSlots(long openFiles) {
        this.most = (int) Math.max(1, Math.min(MOST, openFiles / PART_OF_FILES));
    }

    /**
     * Takes a slot; one that only lingers is closed for it.
     *
     * @return false if there is none: then {@link HealthCheck#hasSlot} is called when there is
     */
    boolean take(HealthCheck check) {
        waiting.remove(check);
        if (taken == most && !lingering.isEmpty()) {
            lingering.iterator().next().closeEarly();
        }
        if (taken == most) {
            waiting.add(check);
            return false;
        }
        taken++;
        return true;
    }

    /** This check only waits for the backend's FIN now. */
    void lingers(HealthCheck check) {
        if (waiting.isEmpty()) {
            lingering.add(check);
        } else {
            check.closeEarly();
        }
    }

    /** Gives a slot back, which the check that has waited longest gets. */
    void give(HealthCheck check) {
        lingering.remove(check);
        Iterator<HealthCheck> next = waiting.iterator();
        if (next.hasNext()) {
            HealthCheck longest = next.next();
            next.remove();
            longest.hasSlot();
        } else {
            taken--;
        }
    }

    /** This check waits no more. */
    void forget(HealthCheck check) {
        waiting.remove(check);
    }
}
