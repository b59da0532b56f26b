package dev.eventloop.benchmarks.suites;

import dev.eventloop.benchmarks.pipes.WatchedPipes;
import java.io.IOException;
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

/**
 * One wait that finds {@code active} of {@code registered} fds ready, and a callback for each. The
 * fds are pipes with a byte that is never read, so this measures only the wait and the dispatch.
 * Divide by {@code active} for the cost per event.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DispatchBenchmark {
    @Param({"epoll", "poll", "select", WatchedPipes.NIO, WatchedPipes.NETTY})
    public String loop;

    @Param({"100", "1000", "9000"})
    public int registered;

    @Param({"1", "10", "100"})
    public int active;

    private WatchedPipes pipes;
    private long called;

    @Setup
    public void open() throws IOException {
        pipes = WatchedPipes.open(loop, registered, pipe -> called++);
        for (int i = 0; i < active; i++) {
            pipes.put(i * (registered / active));
        }
    }

    @TearDown
    public void close() throws IOException {
        pipes.close();
    }

    @Benchmark
    public long waitAndDispatch() throws IOException {
        pipes.poll();
        return called;
    }
}
