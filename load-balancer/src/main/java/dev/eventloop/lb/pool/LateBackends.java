package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.Durations;
import dev.eventloop.lb.lookup.HostLookup;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Given backends whose names have no answer yet, since the name servers are silent. They are looked
 * up until there is one. Any thread.
 */
final class LateBackends {
    private static final Logger LOG = LoggerFactory.getLogger(BackendGroups.class);
    private static final Duration REST = Duration.ofSeconds(10);

    private final Set<BackendOptions> waiting = new HashSet<>();
    private final BiConsumer<BackendOptions, SocketAddress> found;

    /**
     * @param found called once for each that is still wanted, on a thread of the lookups
     */
    LateBackends(BiConsumer<BackendOptions, SocketAddress> found) {
        this.found = found;
    }

    /** Looks these up, and no others any more. */
    synchronized void replace(List<BackendOptions> wanted) {
        waiting.retainAll(wanted);
        for (BackendOptions backend : wanted) {
            if (waiting.add(backend)) {
                LOG.warn(
                        "backend {} is left out for now: no name server has said within {} where it"
                                + " is; it is added once one does",
                        backend.name(),
                        Durations.toString(HostLookup.PATIENCE));
                lookUp(backend);
            }
        }
    }

    /** Whether the backend was still wanted; it no longer is. */
    synchronized boolean take(BackendOptions backend) {
        return waiting.remove(backend);
    }

    private synchronized boolean isWaitingFor(BackendOptions backend) {
        return waiting.contains(backend);
    }

    private void lookUp(BackendOptions backend) {
        CompletableFuture<SocketAddress> ignored =
                BackendLookup.later(backend)
                        .whenComplete(
                                (where, failure) -> {
                                    if (failure == null) {
                                        found.accept(backend, where);
                                    } else {
                                        later().execute(() -> again(backend));
                                    }
                                });
    }

    private static Executor later() {
        return CompletableFuture.delayedExecutor(REST.toSeconds(), TimeUnit.SECONDS);
    }

    private void again(BackendOptions backend) {
        if (isWaitingFor(backend)) {
            lookUp(backend);
        }
    }
}
