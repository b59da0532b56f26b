package dev.eventloop.lb;

import java.util.List;
import java.util.Map;

/**
 * What a load balancer has done so far: a snapshot. Its numbers are taken one after the other while
 * traffic goes on, so they may differ by what happened in between.
 *
 * @param accepted connections accepted
 * @param active connections that are open now
 * @param backends in the order in which they were given
 * @param closes how many connections ended, by reason; reasons without any are left out
 */
public record LoadBalancerStats(
        long accepted, int active, List<Backend> backends, Map<CloseReason, Long> closes) {

    /** Copies what it is given. */
    public LoadBalancerStats {
        backends = List.copyOf(backends);
        closes = Map.copyOf(closes);
    }

    /**
     * One backend.
     *
     * @param name its address, {@code "127.0.0.1:9001"}
     * @param weight 1 to 256
     * @param connections that were established to it
     * @param active connections to it that are open now
     * @param connectFailures attempts that were refused or timed out
     * @param bytesSent to it, over connections that have ended
     * @param bytesReceived from it, over connections that have ended
     */
    public record Backend(
            String name,
            int weight,
            long connections,
            int active,
            long connectFailures,
            long bytesSent,
            long bytesReceived) {}
}
