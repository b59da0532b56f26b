package dev.eventloop.lb;

import dev.eventloop.lb.frontend.Admission;
import dev.eventloop.lb.frontend.ClientSlots;
import dev.eventloop.lb.frontend.Counters;
import dev.eventloop.lb.frontend.FrontendSettings;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The counters, client slots and admitted sources of frontends by name. A frontend that is removed
 * and comes back has the same ones as long as connections of it are open, and what it has counted
 * stays in the totals. Any thread.
 */
final class FrontendUsage {
    private static final class Entry {
        private final Counters counters = new Counters();

        /** Null if it shares those of the process. */
        private ClientSlots slots;

        /** Null before the first frontend of this name. */
        private Admission admission;
    }

    private final Map<String, Entry> byName = new HashMap<>();

    /** The sum of those that were dropped, so that the map does not grow for ever. */
    private long accepted;

    private final Map<CloseReason, Long> closes = new EnumMap<>(CloseReason.class);

    /** Of all frontends there are and were. */
    record Totals(long accepted, int active, Map<CloseReason, Long> closes) {}

    synchronized Counters counters(String name) {
        return of(name).counters;
    }

    /**
     * The slots of a frontend with a limit of its own.
     *
     * @param onAwaited as in {@link ClientSlots}; so is {@code process}
     */
    synchronized ClientSlots slots(
            String name, int count, Runnable onAwaited, ClientSlots process) {
        Entry entry = of(name);
        if (entry.slots == null) {
            entry.slots = new ClientSlots(count, onAwaited, process);
        } else if (entry.slots.count() != count) {
            entry.slots.resize(count);
        }
        return entry.slots;
    }

    /** Whom a frontend admits; it goes on to count the sources that an earlier one has admitted. */
    synchronized Admission admission(String name, FrontendSettings settings) {
        Entry entry = of(name);
        if (entry.admission == null) {
            entry.admission = new Admission(name, settings);
        } else {
            entry.admission.change(settings);
        }
        return entry.admission;
    }

    private Entry of(String name) {
        return byName.computeIfAbsent(name, n -> new Entry());
    }

    /** Drops those without connections, except for frontends of these names, which may get some. */
    synchronized void dropUnused(Set<String> used) {
        byName.entrySet()
                .removeIf(e -> !used.contains(e.getKey()) && isOver(e.getValue().counters));
    }

    private boolean isOver(Counters counters) {
        if (counters.active() > 0) {
            return false;
        }
        accepted += counters.acceptedCount();
        addTo(closes, counters);
        return true;
    }

    synchronized Totals totals() {
        long allAccepted = accepted;
        int active = 0;
        Map<CloseReason, Long> allCloses = new EnumMap<>(CloseReason.class);
        allCloses.putAll(closes);
        for (Entry entry : byName.values()) {
            allAccepted += entry.counters.acceptedCount();
            active += entry.counters.active();
            addTo(allCloses, entry.counters);
        }
        return new Totals(allAccepted, active, allCloses);
    }

    private static void addTo(Map<CloseReason, Long> sum, Counters counters) {
        counters.closes().forEach((reason, count) -> sum.merge(reason, count, Long::sum));
    }
}
