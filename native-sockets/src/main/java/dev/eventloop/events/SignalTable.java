package dev.eventloop.events;

import dev.eventloop.libc.Signals;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who wants to hear of which signal: a process has one handler for each, however many loops. */
final class SignalTable {
    /**
     * The JVM lets them be taken and then misses them: SIGUSR2 stops threads for profilers, SIGBUS
     * becomes an InternalError, a SIGPIPE that is handled costs a thread for each broken pipe.
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
            throw new IllegalArgumentException(name + " is needed by the JVM itself");
        }
        try {
            return Signals.handleUntilUndone(name, () -> watches.forEach(SignalWatch::raised));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    name
                            + " cannot be watched: there is no such signal, or the JVM or the system"
                            + " keeps it; SIGHUP, SIGINT, SIGTERM, SIGUSR1 and SIGWINCH can be",
                    e);
        }
    }
}
