package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendOptions;
import java.util.List;

/**
 * The backends of a configuration.
 *
 * @param all in the order of the configuration
 * @param found those whose addresses are known; not yet in a pool
 * @param late those whose names the name servers have not answered in time
 */
public record GivenBackends(
        List<BackendOptions> all, List<Backend> found, List<BackendOptions> late) {
    /**
     * Refuses those that are the load balancer itself.
     *
     * @throws IllegalArgumentException as {@link OwnAddresses#refuse}
     */
    public void refuse(OwnAddresses own) {
        found.forEach(backend -> own.refuse(backend.name(), backend.socketAddress()));
    }

    /** Frees those that were found, where they come into no pool. */
    public void discard() {
        found.forEach(Backend::remove);
    }
}
