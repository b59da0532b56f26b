package dev.eventloop.lb.pool;

import dev.eventloop.lb.Algorithm;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Makes backends that no test connects to, and picks from them. */
final class Backends implements AutoCloseable {
    static final HealthOptions HEALTH =
            new HealthOptions(Duration.ZERO, Duration.ofSeconds(1), 3, 2, Duration.ZERO);

    /** The first of many different sources: 10.0.0.0 and so on. */
    private static final long FIRST_SOURCE = 0xffff_0a00_0000L;

    private final List<Backend> all = new ArrayList<>();

    /** Backends named b0, b1 and so on, with these weights. */
    Backend[] of(int... weights) {
        Backend[] backends = new Backend[weights.length];
        for (int i = 0; i < weights.length; i++) {
            backends[i] = of("b" + i, weights[i], 0);
        }
        return backends;
    }

    Backend of(String name, int weight, int maxConnections) {
        return of(name, weight, false, maxConnections);
    }

    Backend of(String name, int weight, boolean backup, int maxConnections) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        Backend backend = new Backend(name, "", address, weight, backup, maxConnections);
        all.add(backend);
        return backend;
    }

    /** A backend that a source has found. */
    Backend of(String group, String name) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        Backend backend = new Backend(name, group, address, 1, false, 0);
        all.add(backend);
        return backend;
    }

    /** With the default settings but for the algorithm; a table is built as {@code builds} says. */
    static Pool pool(Algorithm algorithm, HealthOptions health, LongSupplier clock, Builds builds) {
        return pool(algorithm, health, clock, builds, new FormerBackends());
    }

    static Pool pool(
            Algorithm algorithm,
            HealthOptions health,
            LongSupplier clock,
            Builds builds,
            FormerBackends former) {
        PoolSettings settings =
                new PoolSettings(
                        algorithm,
                        2,
                        Duration.ofSeconds(1),
                        0,
                        false,
                        health,
                        null,
                        Duration.ZERO,
                        false);
        return new Pool("default", settings, 42, clock, builds, former);
    }

    static Attempts none() {
        Attempts attempts = new Attempts();
        attempts.begin(Integer.MAX_VALUE);
        return attempts;
    }

    static Backend pick(Pool pool, int source) {
        return pool.pick(none(), 0, FIRST_SOURCE + source);
    }

    /** Lets connects to the backend fail until it is down. */
    static void failUntilDown(Pool pool, Backend backend) {
        for (int i = 0; i < HEALTH.fall(); i++) {
            pool.connectFailed(backend, "for a test");
        }
    }

    /**
     * Picks for {@code count} short connections, each from another source; returns how many each
     * backend got.
     */
    static Map<Backend, Integer> picks(Pool pool, int count) {
        Map<Backend, Integer> picks = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            Backend backend = pick(pool, i);
            picks.merge(backend, 1, Integer::sum);
            backend.release();
        }
        return picks;
    }

    /** Picks for {@code count} short connections; returns the names of the backends in order. */
    static String order(Pool pool, int count) {
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < count; i++) {
            Backend backend = pick(pool, i);
            order.append(backend.name());
            backend.release();
        }
        return order.toString();
    }

    @Override
    public void close() {
        all.forEach(Backend::remove);
    }
}
