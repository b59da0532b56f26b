package dev.eventloop.lb;

import dev.eventloop.lb.upstream.Backend;
import dev.eventloop.lb.upstream.BackendState;
import dev.eventloop.lb.upstream.Upstream;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who brings backends: the builder and the operator a group, each {@link BackendSource} one of its
 * own. One change at a time.
 */
final class BackendGroups implements AutoCloseable {
    /** Those that were given by name. */
    static final String GIVEN = "";

    private static final Logger LOG = LoggerFactory.getLogger(LoadBalancer.class);

    private final Upstream upstream;
    private final Supplier<Settings> settings;
    private final Map<String, BackendSource> sources = new LinkedHashMap<>();

    BackendGroups(Upstream upstream, Supplier<Settings> settings) {
        this.upstream = upstream;
        this.settings = settings;
    }

    /**
     * @param limit of its connections, if it has none of its own; 0 for none
     */
    static Backend backend(String group, SocketAddress where, BackendOptions options, int limit) {
        int most = options.maxConnections() > 0 ? options.maxConnections() : limit;
        return new Backend(options.name(), group, where, options.weight(), options.backup(), most);
    }

    // By the operator

    synchronized void add(BackendOptions options) throws UnknownHostException {
        if (upstream.find(options.name()) != null) {
            throw new IllegalArgumentException(
                    "backend "
                            + options.name()
                            + " is there already; change its weight, or remove it first");
        }
        SocketAddress where = BackendLookup.of(options);
        for (Backend other : upstream.backends()) {
            if (other.isAt(where)) {
                throw new IllegalArgumentException(
                        "backend "
                                + options.name()
                                + " is the same as backend "
                                + other.name()
                                + "; change the weight of that one");
            }
        }
        upstream.add(backend(GIVEN, where, options, settings.get().maxConnectionsPerBackend()));
        LOG.info("backend {} is added, weight {}", options.name(), options.weight());
    }

    synchronized void remove(String name) {
        Backend doomed = find(name);
        refuseIfLast(doomed);
        upstream.remove(backend -> backend == doomed);
        LOG.info("backend {} is removed; {} connections to it go on", name, doomed.active());
    }

    synchronized void weight(String name, int weight) {
        Backend backend = find(name);
        if (weight < BackendOptions.MIN_WEIGHT || weight > BackendOptions.MAX_WEIGHT) {
            throw new IllegalArgumentException(
                    "backend " + name + ": weight " + weight + " is not from 1 to 256");
        }
        upstream.change(backend, weight, backend.isBackup(), backend.maxConnections());
        LOG.info("backend {} has weight {} now", name, weight);
    }

    synchronized void state(String name, BackendState state) {
        Backend backend = find(name);
        if (state != BackendState.UP) {
            refuseIfLast(backend);
        }
        upstream.change(backend, state);
    }

    private void refuseIfLast(Backend backend) {
        boolean othersLeft =
                upstream.backends().stream()
                        .anyMatch(b -> b != backend && b.state() == BackendState.UP);
        if (!othersLeft) {
            throw new IllegalStateException(
                    "backend "
                            + backend.name()
                            + " is the last one in use and stays; add another one, or set another one"
                            + " up, before");
        }
    }

    private Backend find(String name) {
        Backend backend = upstream.find(name);
        if (backend == null) {
            String names =
                    upstream.backends().stream()
                            .map(Backend::name)
                            .collect(Collectors.joining(", "));
            throw new NoSuchElementException(
                    "there is no backend " + name + "; there are " + names);
        }
        return backend;
    }

    // By configuration

    /** Those that were given are these now. */
    synchronized void replaceGiven(List<Backend> backends) {
        upstream.replace(GIVEN, backends);
    }

    /**
     * Sources that are new begin, in the place of one of the same name that is not equal; those
     * that are not there any more end with all they brought.
     */
    void replaceSources(List<BackendSource> wanted) {
        List<BackendSource> begin = register(wanted);
        // not under the lock: it may wait for an answer, which comes on another thread
        begin.forEach(source -> source.start(answer -> sourceAnswered(source, answer)));
    }

    /** Those that are to begin. */
    private synchronized List<BackendSource> register(List<BackendSource> wanted) {
        List<BackendSource> begin = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (BackendSource source : wanted) {
            names.add(source.name());
            BackendSource running = sources.get(source.name());
            if (source.equals(running)) {
                if (source != running) {
                    source.close(); // the one that runs knows more
                }
                continue;
            }
            if (running != null) {
                running.close(); // what it brought stays until the next one has its answer
            }
            sources.put(source.name(), source);
            begin.add(source);
        }
        List<BackendSource> gone =
                sources.values().stream().filter(s -> !names.contains(s.name())).toList();
        for (BackendSource source : gone) {
            sources.remove(source.name());
            source.close();
            upstream.remove(backend -> backend.group().equals(source.name()));
        }
        return begin;
    }

    private synchronized void sourceAnswered(BackendSource source, List<BackendOptions> answer) {
        if (sources.get(source.name()) != source) {
            return; // it has ended meanwhile
        }
        List<Backend> backends = new ArrayList<>();
        for (BackendOptions options : answer) {
            try {
                backends.add(
                        backend(
                                source.name(),
                                BackendLookup.of(options),
                                options,
                                settings.get().maxConnectionsPerBackend()));
            } catch (UnknownHostException e) {
                LOG.warn("one of {} is left out: {}", source.name(), e.getMessage());
            }
        }
        upstream.replace(source.name(), backends);
        LOG.info(
                "{} is {}",
                source.name(),
                backends.isEmpty() ? "nobody" : backends.stream().map(Backend::name).toList());
    }

    @Override
    public synchronized void close() {
        sources.values().forEach(BackendSource::close);
        sources.clear();
    }
}
