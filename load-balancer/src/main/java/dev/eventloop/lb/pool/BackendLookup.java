package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendOptions;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Resolves the addresses of backends, once. */
final class BackendLookup {
    private BackendLookup() {}

    /**
     * Resolves all, in the same order.
     *
     * @throws UnknownHostException if a name is not known
     * @throws IllegalArgumentException if two have the same address
     */
    static Map<SocketAddress, BackendOptions> ofAll(List<BackendOptions> backends)
            throws UnknownHostException {
        Map<SocketAddress, BackendOptions> resolved = new LinkedHashMap<>();
        for (BackendOptions backend : backends) {
            BackendOptions other = resolved.putIfAbsent(of(backend), backend);
            if (other != null) {
                throw new IllegalArgumentException(
                        "backend "
                                + backend.name()
                                + " is the same as backend "
                                + other.name()
                                + "; give it once, with a higher weight");
            }
        }
        return resolved;
    }

    static SocketAddress of(BackendOptions backend) throws UnknownHostException {
        if (!(backend.address() instanceof InetSocketAddress inet)) {
            return backend.address();
        }
        InetSocketAddress resolved = new InetSocketAddress(inet.getHostString(), inet.getPort());
        if (resolved.isUnresolved()) {
            throw new UnknownHostException(
                    "backend "
                            + backend.name()
                            + ": the host "
                            + inet.getHostString()
                            + " is unknown; give an address, or a name that resolves");
        }
        return resolved;
    }
}
