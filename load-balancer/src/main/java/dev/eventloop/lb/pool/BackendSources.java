package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendSource;
import dev.eventloop.lb.lookup.HostLookup;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sources of a pool, and their answers. A source's first answer is applied at once. Later ones
 * are applied together, at most once a second, because each builds a table: many names, or records
 * whose weights change all the time, cost no more than one. Any thread.
 */
final class BackendSources implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackendGroups.class);
    private static final long NANOS_BETWEEN = Duration.ofSeconds(1).toNanos();

    private final Pool pool;
    private final OwnAddresses own;
    private final Builds builds;
    private final Object lock;

    /** The addresses that are left out because they are the load balancer itself. */
    private final Set<SocketAddress> leftOut = ConcurrentHashMap.newKeySet();

    private final Map<String, Running> sources = new LinkedHashMap<>();

    /** From which answer the backends of each name are, also while no source of it runs. */
    private final Map<String, List<BackendOptions>> applied = new HashMap<>();

    private long lastApplied;
    private boolean isScheduled;

    /**
     * @param own left out, with a sentence
     * @param builds when answers are applied
     * @param lock held while the backends of the pool change
     */
    BackendSources(Pool pool, OwnAddresses own, Builds builds, Object lock) {
        this.pool = pool;
        this.own = own;
        this.builds = builds;
        this.lock = lock;
        this.lastApplied = builds.nanoTime() - NANOS_BETWEEN;
    }

    /** A source that was started. */
    private static final class Running {
        private final BackendSource source;
        private final CompletableFuture<Void> answered = new CompletableFuture<>();
        private Answer next; // null if the last answer is applied

        Running(BackendSource source) {
            this.source = source;
        }

        void close() {
            source.close();
            answered.complete(null);
            discardNext();
        }

        private void discardNext() {
            if (next != null) {
                next.backends.forEach(Backend::remove);
                next = null;
            }
        }
    }

    /**
     * What a source has said.
     *
     * @param backends those whose addresses are known
     */
    private record Answer(List<BackendOptions> all, List<Backend> backends) {}

    /**
     * Starts the new sources, and replaces those of the same name that are not equal. Closes the
     * sources that are gone, and removes their backends.
     *
     * @return completes when each new source has answered, or is closed
     */
    CompletableFuture<Void> replace(List<BackendSource> wanted) {
        List<Running> begin;
        List<Running> again = new ArrayList<>();
        synchronized (lock) {
            begin = register(wanted, again);
        }
        again.forEach(this::applyAgain);
        // Not under the lock: a source may answer on another thread before start returns.
        begin.forEach(running -> running.source.start(answer -> answered(running, answer)));
        return CompletableFuture.allOf(
                begin.stream().map(r -> r.answered).toArray(CompletableFuture[]::new));
    }

    /**
     * Returns the sources to start.
     *
     * @param again gets those whose last answer is to be applied again
     */
    private List<Running> register(List<BackendSource> wanted, List<Running> again) {
        List<Running> begin = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (BackendSource source : wanted) {
            names.add(source.name());
            Running running = sources.get(source.name());
            limitConnections(source.name());
            if (running != null && source.equals(running.source)) {
                if (source != running.source) {
                    source.close(); // the running one has its answers already
                }
                if (isOwnChanged(lastAnswer(running))) {
                    again.add(running);
                }
                continue;
            }
            if (running != null) {
                running.close(); // its backends stay until the next one has an answer
            }
            Running next = new Running(source);
            sources.put(source.name(), next);
            begin.add(next);
        }
        for (String gone : sources.keySet().stream().filter(s -> !names.contains(s)).toList()) {
            sources.remove(gone).close();
        }
        applied.keySet().retainAll(names);
        names.add(BackendGroups.GIVEN);
        pool.remove(backend -> !names.contains(backend.group()));
        return begin;
    }

    /** Those without a limit of their own have that of the pool, which may have changed. */
    private void limitConnections(String name) {
        int limit = pool.settings().maxConnectionsPerBackend();
        for (BackendOptions options : applied.getOrDefault(name, List.of())) {
            Backend backend = pool.find(options.name());
            if (backend != null && backend.group().equals(name)) {
                int own = options.maxConnections();
                backend.setMaxConnections(own > 0 ? own : limit);
            }
        }
    }

    private List<BackendOptions> lastAnswer(Running running) {
        return running.next != null
                ? running.next.all
                : applied.getOrDefault(running.source.name(), List.of());
    }

    /** Whether a frontend that has come or gone makes a difference to these. */
    private boolean isOwnChanged(List<BackendOptions> answer) {
        return answer.stream()
                .map(BackendOptions::address)
                .filter(where -> !(where instanceof InetSocketAddress i && i.isUnresolved()))
                .anyMatch(where -> (own.reachedAt(where) != null) != leftOut.contains(where));
    }

    private void applyAgain(Running running) {
        List<BackendOptions> answer;
        synchronized (lock) {
            answer = lastAnswer(running);
        }
        take(running, answer, true);
    }

    private void answered(Running running, List<BackendOptions> answer) {
        take(running, answer, !running.answered.isDone());
        running.answered.complete(null);
    }

    private void take(Running running, List<BackendOptions> answer, boolean atOnce) {
        List<Backend> backends = backends(running.source, answer); // may wait, so without the lock
        synchronized (lock) {
            running.discardNext();
            running.next = new Answer(answer, backends);
            if (sources.get(running.source.name()) != running) {
                running.discardNext(); // it was closed in the meantime
            } else if (atOnce) {
                apply(running);
            } else {
                applySoon();
            }
        }
    }

    /** Those whose addresses are known. */
    private List<Backend> backends(BackendSource source, List<BackendOptions> answer) {
        List<Backend> backends = new ArrayList<>();
        BackendLookup lookup = BackendLookup.begin(answer);
        long deadline = HostLookup.deadline();
        for (BackendOptions options : answer) {
            try {
                SocketAddress where = lookup.where(options, deadline);
                if (where == null) {
                    LOG.warn(
                            "a backend of {} is left out: the name servers do not say where {} is",
                            source.name(),
                            options.name());
                } else if (!isOwn(source, options.name(), where)) {
                    backends.add(GivenBackends.backend(source.name(), where, options, 0));
                }
            } catch (UnknownHostException e) {
                LOG.warn("a backend of {} is left out: {}", source.name(), e.getMessage());
            }
        }
        return backends;
    }

    private boolean isOwn(BackendSource source, String name, SocketAddress where) {
        String reached = own.reachedAt(where);
        if (reached == null) {
            leftOut.remove(where);
        } else if (leftOut.add(where)) {
            LOG.warn("left out of {}: {}", source.name(), OwnAddresses.isItself(name, reached));
        }
        return reached != null;
    }

    private void applySoon() {
        long wait = lastApplied + NANOS_BETWEEN - builds.nanoTime();
        if (wait <= 0) {
            applyAll();
        } else if (!isScheduled) {
            isScheduled = true;
            builds.later(
                    wait,
                    () -> {
                        synchronized (lock) {
                            isScheduled = false;
                            applyAll();
                        }
                    });
        }
    }

    private void applyAll() {
        sources.values().stream().filter(running -> running.next != null).forEach(this::apply);
    }

    private void apply(Running running) {
        Answer answer = running.next;
        running.next = null;
        lastApplied = builds.nanoTime();
        pool.replace(running.source.name(), answer.backends);
        List<BackendOptions> before = applied.put(running.source.name(), answer.all);
        boolean onlyWeightsDiffer = before != null && names(answer.all).equals(names(before));
        limitConnections(running.source.name());
        if (!onlyWeightsDiffer || answer.backends.isEmpty()) {
            List<String> names = answer.backends.stream().map(Backend::name).toList();
            LOG.info(
                    "{} resolved to {}",
                    running.source.name(),
                    names.isEmpty() ? "no addresses" : names);
        }
    }

    private static List<String> names(List<BackendOptions> answer) {
        return answer.stream().map(BackendOptions::name).toList();
    }

    @Override
    public void close() {
        synchronized (lock) {
            sources.values().forEach(Running::close);
            sources.clear();
        }
    }
}
