package dev.eventloop.lb;

import dev.eventloop.lb.frontend.Counters;
import dev.eventloop.lb.frontend.Frontend;
import dev.eventloop.lb.pool.Backend;
import dev.eventloop.lb.pool.Pool;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reads the counters of frontends and pools into {@link LoadBalancerStats}. */
final class StatsOf {
    private StatsOf() {}

    /** Totals have what removed frontends counted, too. */
    static LoadBalancerStats all(
            List<Frontend> frontends, RetiredFrontends retired, List<Pool> pools) {
        List<LoadBalancerStats.Frontend> each = frontends.stream().map(StatsOf::frontend).toList();
        List<LoadBalancerStats.Frontend> counted = new ArrayList<>(each);
        counted.addAll(retired.stats());
        Map<CloseReason, Long> closes = new EnumMap<>(CloseReason.class);
        long accepted = 0;
        int active = 0;
        for (LoadBalancerStats.Frontend frontend : counted) {
            accepted += frontend.accepted();
            active += frontend.active();
            frontend.closes().forEach((reason, count) -> closes.merge(reason, count, Long::sum));
        }
        return new LoadBalancerStats(
                accepted, active, each, pools.stream().map(StatsOf::pool).toList(), closes);
    }

    static LoadBalancerStats.Frontend frontend(Frontend frontend) {
        Counters counters = frontend.counters();
        return new LoadBalancerStats.Frontend(
                frontend.name(),
                frontend.addresses(),
                counters.acceptedCount(),
                counters.active(),
                counters.closes());
    }

    static LoadBalancerStats.Pool pool(Pool pool) {
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
