package dev.eventloop.benchmarks.suites;

import dev.eventloop.benchmarks.pipes.TaskLoop;
import dev.eventloop.benchmarks.pipes.WatchedPipes;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The time from passing a task to a loop that waits in the kernel on another thread until the task
 * has run: the wake-up, the scheduler's delay, and the task.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WakeupBenchmark {
    @Param({"epoll", "poll", "select", WatchedPipes.NIO, WatchedPipes.NETTY})
    public String loop;

    /** Nanoseconds after which the loop is certainly back in its wait. */
    private static final long TIME_TO_WAIT = 50_000;

    private TaskLoop tasks;
    private volatile boolean done;
    private final Runnable task = this::runs;

    private void runs() {
        done = true;
    }

    /** Without this a task might find the loop not yet waiting, and there would be no wake-up. */
    @Setup(Level.Invocation)
    public void letItWait() {
        long start = System.nanoTime();
        while (System.nanoTime() - start < TIME_TO_WAIT) {
            Thread.onSpinWait();
        }
    }

    @Setup
    public void open() throws IOException {
        tasks = TaskLoop.start(loop);
    }

    @TearDown
    public void close() throws IOException, InterruptedException {
        tasks.close();
    }

    @Benchmark
    public void executeAndSee() {
        done = false;
        tasks.execute(task);
        while (!done) {
            Thread.onSpinWait();
        }
    }
}
