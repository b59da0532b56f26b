package dev.eventloop.lb;

import dev.eventloop.lb.frontend.Counters;
import dev.eventloop.lb.frontend.Frontend;
import dev.eventloop.lb.pool.Backend;
import dev.eventloop.lb.pool.Pool;
import java.util.List;

/** Reads the counters of frontends and pools into {@link LoadBalancerStats}. */
final class StatsOf {
    private StatsOf() {}

    /** Totals have what removed frontends counted, too. */
    static LoadBalancerStats all(
            List<Frontend> frontends, FrontendUsage.Totals totals, List<Pool> pools) {
        return new LoadBalancerStats(
                totals.accepted(),
                totals.active(),
                frontends.stream().map(StatsOf::frontend).toList(),
                pools.stream().map(StatsOf::pool).toList(),
                totals.closes());
    }

    private static LoadBalancerStats.Frontend frontend(Frontend frontend) {
        Counters counters = frontend.counters();
        return new LoadBalancerStats.Frontend(
                frontend.name(),
                frontend.addresses(),
                counters.acceptedCount(),
                counters.active(),
                counters.closes());
    }

    private static LoadBalancerStats.Pool pool(Pool pool) {
        return new LoadBalancerStats.Pool(
                pool.name(), pool.backends().stream().map(b -> backend(pool, b)).toList());
    }

    private static LoadBalancerStats.Backend backend(Pool pool, Backend backend) {
        return new LoadBalancerStats.Backend(
                backend.name(),
                pool.name(),
                backend.weight(),
                backend.isBackup(),
                backend.maxConnections(),
                backend.state(),
                backend.isHealthy(),
                pool.shareOf(backend),
                backend.connections(),
                backend.active(),
                backend.connectFailures(),
                backend.checkFailures(),
                backend.bytesSent(),
                backend.bytesReceived());
    }
}
