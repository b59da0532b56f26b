package dev.eventloop.lb;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/**
 * The counters of a load balancer: a snapshot. It reads them one after the other while traffic goes
 * on, so they may not add up exactly.
 *
 * @param accepted connections accepted, by all frontends
 * @param active connections that are open now
 * @param frontends in the order in which they were given
 * @param pools in the order in which they were given
 * @param closes how many connections ended, by reason; without reasons that have not occurred
 */
public record LoadBalancerStats(
        long accepted,
        int active,
        List<Frontend> frontends,
        List<Pool> pools,
        Map<CloseReason, Long> closes) {

    /** Copies what it is given. */
    public LoadBalancerStats {
        frontends = List.copyOf(frontends);
        pools = List.copyOf(pools);
        closes = Map.copyOf(closes);
    }

    /** The backends of all pools. */
    public List<Backend> backends() {
        return pools.stream().flatMap(pool -> pool.backends().stream()).toList();
    }

    /**
     * One frontend.
     *
     * @param addresses that it listens on
     * @param accepted connections accepted
     * @param active connections that are open now
     * @param closes how many connections ended, by reason; reasons without any are left out
     */
    public record Frontend(
            String name,
            List<InetSocketAddress> addresses,
            long accepted,
            int active,
            Map<CloseReason, Long> closes) {

        /** Copies what it is given. */
        public Frontend {
            addresses = List.copyOf(addresses);
            closes = Map.copyOf(closes);
        }
    }

    /**
     * One pool.
     *
     * @param backends in the order in which they were given
     */
    public record Pool(String name, List<Backend> backends) {

        /** Copies what it is given. */
        public Pool {
            backends = List.copyOf(backends);
        }
    }

    /**
     * One backend.
     *
     * @param name its address, {@code "127.0.0.1:9001"}; unique in its pool
     * @param pool the name of its pool
     * @param weight 0 to 256
     * @param backup whether it is used only when no other is up
     * @param maxConnections the limit of open connections; 0 for none
     * @param state as set by the operator
     * @param healthy whether it is up according to checks and connects
     * @param share its part of the new connections, as weights and states are now, from 0 to 1;
     *     with {@link Algorithm#LEAST_CONNECTIONS} and the like the part it would have if all
     *     connections were alike
     * @param connections that were established to it
     * @param active connections to it that are open, or being opened, now
     * @param connectFailures attempts that were refused or timed out
     * @param checkFailures health checks that failed
     * @param bytesSent to it; includes those of open connections
     * @param bytesReceived from it; includes those of open connections
     */
    public record Backend(
            String name,
            String pool,
            int weight,
            boolean backup,
            int maxConnections,
            BackendState state,
            boolean healthy,
            double share,
            long connections,
            int active,
            long connectFailures,
            long checkFailures,
            long bytesSent,
            long bytesReceived) {}
}
