package dev.eventloop.benchmarks.suites;

import dev.eventloop.lb.pool.Attempts;
import dev.eventloop.lb.pool.Backend;
import dev.eventloop.lb.pool.HealthOptions;
import dev.eventloop.lb.pool.LeastConnections;
import dev.eventloop.lb.pool.Picker;
import dev.eventloop.lb.pool.Pool;
import dev.eventloop.lb.pool.RandomTwo;
import dev.eventloop.lb.pool.RoundRobin;
import dev.eventloop.lb.pool.SourceHash;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Picking a backend for a connection, and releasing it at the end of the connection. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PickingBenchmark {
    private static final int HEAVIEST = 5;
    private static final HealthOptions HEALTH =
            new HealthOptions(Duration.ZERO, Duration.ofSeconds(1), 3, 2, Duration.ZERO);

    @Param({"wrr", "rr", "least-conn", "random2", "source-hash"})
    public String algorithm;

    @Param({"1", "10", "100"})
    public int backends;

    private final Attempts attempts = new Attempts();
    private Pool pool;
    private long client;

    @Setup
    public void open() {
        pool = new Pool(pickers(), HEALTH, System::nanoTime);
        for (int i = 0; i < backends; i++) {
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 10_000 + i);
            pool.add(new Backend("b" + i, "", address, 1 + i % HEAVIEST, false, 0));
        }
        attempts.begin(0);
    }

    private Picker.Kind pickers() {
        return switch (algorithm) {
            case "wrr" -> RoundRobin::new;
            case "rr" -> RoundRobin::unweighted;
            case "least-conn" -> LeastConnections::new;
            case "random2" -> (candidates, weights, owed) -> new RandomTwo(candidates, weights, 1);
            default -> (candidates, weights, owed) -> new SourceHash(candidates, weights);
        };
    }

    @TearDown
    public void close() {
        pool.close();
    }

    @Benchmark
    public Backend pickAndRelease() {
        Backend backend = pool.pick(attempts, 0, client++);
        backend.release();
        return backend;
    }
}
