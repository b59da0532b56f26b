package dev.eventloop.lb.pool;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The backends that a pool had, by name. One that comes back is the same: its open connections
 * count towards its limit, and its counters go on. What the operator has set and its health go on,
 * too, if connections of it are open, or if its source had only lost it, as DNS does at times.
 */
public final class FormerBackends {
    /** The oldest without connections is forgotten; each has less than 1 KiB. */
    private static final int MOST = 10_000;

    /**
     * One of them.
     *
     * @param asItIs whether it goes on as it is even if it has no connections any more
     */
    private record Former(Backend backend, boolean asItIs) {}

    private final Map<String, Former> byName = new LinkedHashMap<>();

    /**
     * Remembers a backend that was removed.
     *
     * @param asItIs whether it goes on as it is even if it has no connections any more
     */
    synchronized void add(Backend backend, boolean asItIs) {
        byName.remove(backend.name());
        byName.put(backend.name(), new Former(backend, asItIs));
        Iterator<Former> oldest = byName.values().iterator();
        while (byName.size() > MOST && oldest.hasNext()) {
            if (oldest.next().backend().isFreed()) {
                oldest.remove();
            }
        }
    }

    /** How many are remembered. */
    synchronized int size() {
        return byName.size();
    }

    /**
     * The backend to use for one that comes: itself, or the former one of its name, which then
     * accepts connections as this one would.
     */
    synchronized Backend recall(Backend next) {
        Former known = byName.remove(next.name());
        if (known == null) {
            return next;
        }
        Backend former = known.backend();
        boolean goesOn = known.asItIs() || former.active() > 0;
        if (!former.isAt(next)) {
            if (goesOn) {
                next.inherit(former);
            }
            return next;
        }
        if (!goesOn) {
            former.forget();
        }
        former.configureAs(next);
        former.restore();
        next.remove();
        return former;
    }
}
