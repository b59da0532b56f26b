package dev.eventloop.lb.pool;

import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backends of a pool, in the order in which they came, and how many of them are up. Any thread.
 * No method takes longer for one backend because there are many.
 */
final class Roster {
    private static final Logger LOG = LoggerFactory.getLogger(Pool.class);

    private final FormerBackends former;
    private final Map<String, Backend> byName = new LinkedHashMap<>();

    /** The first one at each address. */
    private final Map<SocketAddress, Backend> byAddress = new HashMap<>();

    /** Those that are up. */
    private final Set<Backend> up = new HashSet<>();

    /** Removed, but in a table from which they may still be picked. */
    private final Set<Backend> leaving = new LinkedHashSet<>();

    /** A copy for readers; null after a change. */
    private volatile List<Backend> copy = List.of();

    Roster(FormerBackends former) {
        this.former = former;
    }

    /** A snapshot. */
    List<Backend> all() {
        List<Backend> all = copy;
        return all == null ? copied() : all;
    }

    private synchronized List<Backend> copied() {
        copy = List.copyOf(byName.values());
        return copy;
    }

    /** Null if there is none of that name. */
    synchronized Backend find(String name) {
        return byName.get(name);
    }

    /** A backend at the address of this one; null if there is none. */
    synchronized Backend at(SocketAddress address) {
        return byAddress.get(address);
    }

    synchronized int size() {
        return byName.size();
    }

    boolean has(Backend backend) {
        return find(backend.name()) == backend;
    }

    /** Adds a backend, and returns it or the former one that has come back. */
    synchronized Backend add(Backend next) {
        Backend backend = former.recall(next);
        leaving.remove(backend);
        backend.setLeaving(false);
        byName.put(backend.name(), backend);
        byAddress.putIfAbsent(backend.socketAddress(), backend);
        copy = null;
        count(backend);
        return backend;
    }

    /** Removes the backends that match, and returns them; they leave with the next table. */
    synchronized List<Backend> remove(Predicate<Backend> gone, boolean asTheyAre) {
        List<Backend> removed = byName.values().stream().filter(gone).toList();
        removed.forEach(backend -> remove(backend, asTheyAre));
        return removed;
    }

    private void remove(Backend backend, boolean asItIs) {
        byName.remove(backend.name());
        byAddress.remove(backend.socketAddress(), backend);
        leaving.add(backend);
        backend.setLeaving(true);
        former.add(backend, asItIs);
        copy = null;
        count(backend);
    }

    /**
     * Replaces the backends of a group.
     *
     * @return those that were added or removed
     */
    synchronized Changes replace(String group, List<Backend> wanted, boolean asTheyAre) {
        Changes changes = new Changes(new ArrayList<>(), new ArrayList<>());
        Set<String> names = new HashSet<>();
        for (Backend next : wanted) {
            Backend now = byName.get(next.name());
            if (now != null && !now.group().equals(group)) {
                LOG.warn(
                        "ignoring backend {} of {}: another group has a backend of this name",
                        next,
                        group);
                next.remove();
                continue;
            }
            names.add(next.name());
            if (now == next) {
                continue;
            }
            if (now != null && now.isAt(next)) {
                now.configureAs(next);
                next.remove();
                continue;
            }
            if (now != null) {
                remove(now, asTheyAre);
                changes.removed.add(now);
            }
            changes.added.add(add(next));
        }
        changes.removed.addAll(
                remove(b -> b.group().equals(group) && !names.contains(b.name()), asTheyAre));
        return changes;
    }

    /** What {@link #replace} has changed. */
    record Changes(List<Backend> added, List<Backend> removed) {}

    /**
     * Notes whether the backend is up, after something of it may have changed; true if it was not
     * up before.
     */
    synchronized boolean count(Backend backend) {
        if (backend.isUp() && byName.get(backend.name()) == backend) {
            return up.add(backend);
        }
        up.remove(backend);
        return false;
    }

    /** Forgets what is known of those without connections. */
    synchronized void forgetIdle() {
        for (Backend backend : byName.values()) {
            if (backend.active() == 0) {
                backend.forget();
                count(backend);
            }
        }
    }

    /** How many are up. */
    synchronized int upCount() {
        return up.size();
    }

    /** How many are up, as part of a sentence in the log. */
    synchronized String upSentence() {
        int count = up.size();
        return count == 0
                ? "none of " + byName.size() + " is up; trying them anyway"
                : count + " of " + byName.size() + (count == 1 ? " is up" : " are up");
    }

    /** Those that the next table does not have. */
    synchronized List<Backend> leaving() {
        return List.copyOf(leaving);
    }

    /** No table has these any more: ends them, unless they have come back. */
    synchronized void left(List<Backend> gone) {
        for (Backend backend : gone) {
            if (leaving.remove(backend)) {
                backend.account().share(0);
                backend.remove();
            }
        }
    }

    /** Ends all; they stay readable. */
    synchronized void end() {
        left(leaving());
        for (Backend backend : byName.values()) {
            former.add(backend, false);
            backend.remove();
        }
    }
}
