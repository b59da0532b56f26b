package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.LoadBalancerStats;
import dev.eventloop.lb.frontend.Counters;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks that all connections add up: the counters, and the shares of backends. */
final class Totals {
    private final Simulation run;
    private final LoadBalancerStats stats;

    Totals(Simulation run) {
        this.run = run;
        this.stats = run.lb.stats();
    }

    void check() {
        checkCounters();
        run.frontends.values().forEach(this::checkFrontend);
        checkBackends();
        for (LoadBalancerStats.Pool pool : stats.pools()) {
            checkDistribution(run.pools.get(pool.name()), pool.backends());
        }
    }

    private void checkCounters() {
        Map<CloseReason, Long> closes = new EnumMap<>(CloseReason.class);
        for (AccessLine line : run.accessLines) {
            closes.merge(line.reason(), 1L, Long::sum);
        }
        expect(
                stats.closes().equals(closes),
                "the statistics have %s, the log %s",
                stats.closes(),
                closes);
        expect(
                stats.accepted() == run.accessLines.size(),
                "%d were accepted, and %d have a reason",
                stats.accepted(),
                run.accessLines.size());
        expect(stats.active() == 0, "%d are active at the end", stats.active());
    }

    /** The counters of all frontends of this name there ever were, and those in the statistics. */
    private void checkFrontend(FrontendHistory frontend) {
        List<AccessLine> lines =
                run.accessLines.stream()
                        .filter(line -> line.frontend().equals(frontend.plan.name()))
                        .toList();
        Map<CloseReason, Long> closes = new EnumMap<>(CloseReason.class);
        lines.forEach(line -> closes.merge(line.reason(), 1L, Long::sum));
        Map<CloseReason, Long> counted = new EnumMap<>(CloseReason.class);
        long accepted = 0;
        for (Counters each : frontend.counters()) {
            accepted += each.acceptedCount();
            each.closes().forEach((reason, n) -> counted.merge(reason, n, Long::sum));
        }
        String name = frontend.plan.name();
        expect(counted.equals(closes), "%s has closed %s, the log %s", name, counted, closes);
        expect(
                accepted == lines.size(),
                "%s has accepted %d, and %d have a reason",
                name,
                accepted,
                lines.size());
        if (frontend.presence.now() && frontend.counters().size() == 1) {
            LoadBalancerStats.Frontend told =
                    stats.frontends().stream()
                            .filter(each -> each.name().equals(name))
                            .findAny()
                            .orElseThrow();
            expect(
                    told.accepted() == accepted && told.closes().equals(closes),
                    "the statistics of %s are %s, the log has %s",
                    name,
                    told,
                    closes);
        }
    }

    private void checkBackends() {
        for (LoadBalancerStats.Backend backend : stats.backends()) {
            expect(backend.active() == 0, "active at the end: %s", backend);
            if (run.pools.get(backend.pool()).named(backend.name()).size() == 1) {
                checkBackend(backend);
            }
        }
    }

    private void checkBackend(LoadBalancerStats.Backend backend) {
        long connections = 0;
        long failures = 0;
        long sent = 0;
        long received = 0;
        for (AccessLine line : run.accessLines) {
            boolean tried = line.tried().contains(backend.name());
            boolean connected = line.backend().equals(backend.name());
            connections += connected ? 1 : 0;
            failures += tried && !connected ? 1 : 0;
            sent += connected ? line.sent() : 0;
            received += connected ? line.received() : 0;
        }
        String what = backend + " against the log";
        expect(backend.connections() == connections, "%d connections: %s", connections, what);
        expect(backend.bytesSent() == sent, "%d bytes sent: %s", sent, what);
        expect(backend.bytesReceived() == received, "%d bytes received: %s", received, what);
        expect(
                backend.connectFailures() <= failures,
                "at most %d connects can have failed: %s",
                failures,
                what);
    }

    /** If nothing failed and nothing changed, each backend got exactly its share. */
    private void checkDistribution(BackendWatch pool, List<LoadBalancerStats.Backend> backends) {
        List<AccessLine> served =
                run.accessLines.stream()
                        .filter(line -> line.pool().equals(pool.plan.name()))
                        .filter(
                                line ->
                                        run.visits.of(run.client(line.client())).closed.pool()
                                                != null)
                        .toList();
        boolean allAtOnce =
                served.stream().allMatch(line -> line.wasConnected() && line.tried().size() == 1);
        boolean limited = backends.stream().anyMatch(b -> b.maxConnections() > 0);
        if (!allAtOnce || limited || !pool.nothingChanged()) {
            return; // a connection that was closed may have been about to try another backend
        }
        List<LoadBalancerStats.Backend> tier = backends.stream().filter(b -> !b.backup()).toList();
        tier = tier.isEmpty() ? backends : tier;
        Algorithm algorithm = pool.policies.now().algorithm();
        switch (algorithm) {
            case WEIGHTED_ROUND_ROBIN, ROUND_ROBIN -> checkTurns(algorithm, tier, served);
            case SOURCE_HASH -> checkSources(served);
            case LEAST_CONNECTIONS, RANDOM_TWO -> {}
        }
    }

    private static void checkTurns(
            Algorithm algorithm, List<LoadBalancerStats.Backend> tier, List<AccessLine> served) {
        boolean weighted = algorithm == Algorithm.WEIGHTED_ROUND_ROBIN;
        int[] weights = tier.stream().mapToInt(b -> weighted ? b.weight() : 1).toArray();
        long[] expected = smoothRoundRobin(weights, served.size());
        for (int i = 0; i < weights.length; i++) {
            String name = tier.get(i).name();
            long picked = served.stream().filter(l -> l.tried().contains(name)).count();
            expect(
                    picked == expected[i],
                    "%s was picked %d times of %d, not %d times",
                    name,
                    picked,
                    served.size(),
                    expected[i]);
        }
    }

    /**
     * A second implementation of smooth weighted round robin, from the commit message of nginx: all
     * gain their weight, the best is picked and pays the total.
     */
    private static long[] smoothRoundRobin(int[] weights, long picks) {
        long[] picked = new long[weights.length];
        long[] current = new long[weights.length];
        for (long n = 0; n < picks; n++) {
            int best = 0;
            long total = 0;
            for (int i = 0; i < weights.length; i++) {
                current[i] += weights[i];
                total += weights[i];
                best = current[i] > current[best] ? i : best;
            }
            current[best] -= total;
            picked[best]++;
        }
        return picked;
    }

    /** A source that connects again gets the same backend. */
    private void checkSources(List<AccessLine> served) {
        Map<InetAddress, String> backends = new HashMap<>();
        for (AccessLine line : served) {
            InetAddress source = run.visits.of(run.client(line.client())).source;
            String before = backends.putIfAbsent(source, line.backend());
            expect(
                    before == null || before.equals(line.backend()),
                    "%s got %s and then %s",
                    source,
                    before,
                    line.backend());
        }
    }
}
