package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
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
     * Creates a backend at its resolved address.
     *
     * @param limit of its connections, if it has none of its own; 0 for none
     */
    static Backend backend(String group, SocketAddress where, BackendOptions options, int limit) {
        int most = options.maxConnections() > 0 ? options.maxConnections() : limit;
        return new Backend(options.name(), group, where, options.weight(), options.backup(), most);
    }

    /** A backend that is picked like this one, and never connected to. */
    public static Backend sample(BackendOptions options) {
        SocketAddress nowhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return backend(BackendGroups.GIVEN, nowhere, options, 0);
    }

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
