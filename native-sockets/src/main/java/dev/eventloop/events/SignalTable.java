package dev.eventloop.events;

import dev.eventloop.libc.Signals;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** The watches of each signal, of all loops: a process has one handler per signal. */
final class SignalTable {
    /**
     * Signals that the JVM allows to be handled although it needs them: it suspends threads for
     * profilers with SIGUSR2 and turns SIGBUS into InternalError. A handler for SIGPIPE would start
     * a thread for each write to a broken pipe.
     */
    private static final Set<String> KEPT = Set.of("SIGUSR2", "SIGBUS", "SIGPIPE");

    private static final Map<String, Entry> TABLE = new HashMap<>();

    private record Entry(List<SignalWatch<?>> watches, Runnable undo) {}

    private SignalTable() {}

    static synchronized void add(SignalWatch<?> watch) {
        Entry entry = TABLE.get(watch.name());
        if (entry == null) {
            List<SignalWatch<?>> watches = new CopyOnWriteArrayList<>();
            entry = new Entry(watches, take(watch.name(), watches));
            TABLE.put(watch.name(), entry);
        }
        entry.watches().add(watch);
    }

    static synchronized void remove(SignalWatch<?> watch) {
        Entry entry = TABLE.get(watch.name());
        entry.watches().remove(watch);
        if (entry.watches().isEmpty()) {
            TABLE.remove(watch.name());
            entry.undo().run();
        }
    }

    private static Runnable take(String name, List<SignalWatch<?>> watches) {
        if (KEPT.contains(name)) {
            throw new IllegalArgumentException(name + " cannot be watched: the JVM needs it");
        }
        try {
            return Signals.handleUntilUndone(name, () -> watches.forEach(SignalWatch::raised));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    name
                            + " cannot be watched: there is no such signal, or the JVM or"
                            + " the kernel reserves it; use SIGHUP, SIGINT, SIGTERM, SIGUSR1 or"
                            + " SIGWINCH",
                    e);
        }
    }
}
