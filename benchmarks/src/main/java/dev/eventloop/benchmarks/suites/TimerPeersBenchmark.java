package dev.eventloop.benchmarks.suites;

import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
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
 * The same as {@link TimerBenchmark} with the timers of Netty's loop, a heap that allocates an
 * object per start, and with the JDK's executor, which is also a heap and takes locks.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TimerPeersBenchmark {
    private static final int DELAYS = 1 << 10;

    @Param({"10", "10000"})
    public int running;

    private final long[] delays = new long[DELAYS];
    private final MockTicker ticker = Ticker.newMockTicker();
    private ManualIoEventLoop netty;
    private ScheduledThreadPoolExecutor executor;
    private int next;
    private long fired;

    @Setup
    public void open() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < DELAYS; i++) {
            delays[i] = 1 + random.nextLong(TimerBenchmark.LONGEST_MILLIS * 1_000_000L);
        }
        netty =
                new ManualIoEventLoop(
                        null, Thread.currentThread(), NioIoHandler.newFactory(), ticker);
        executor = new ScheduledThreadPoolExecutor(1);
        executor.setRemoveOnCancelPolicy(true);
        for (int i = 0; i < running; i++) {
            Future<?> ignored = executor.schedule(this::expired, 1, TimeUnit.HOURS);
        }
    }

    private void expired() {
        fired++;
    }

    private long delay() {
        return delays[next++ & DELAYS - 1];
    }

    @TearDown
    public void close() {
        executor.shutdownNow();
        Future<?> end = netty.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        while (!end.isDone()) {
            netty.runNow();
            ticker.advanceMillis(1); // so does the end of the run
        }
    }

    /** Netty's timers that run while start and cancel are measured. */
    @State(Scope.Thread)
    public static class Others {
        @Setup
        public void start(TimerPeersBenchmark benchmark) {
            for (int i = 0; i < benchmark.running; i++) {
                Future<?> ignored =
                        benchmark.netty.schedule(
                                benchmark::expired, benchmark.delay(), TimeUnit.HOURS);
            }
        }
    }

    @Benchmark
    public boolean startAndCancelNetty(Others others) {
        return netty.schedule(this::expired, delay(), TimeUnit.NANOSECONDS).cancel(false);
    }

    @Benchmark
    public boolean startAndCancelExecutor() {
        return executor.schedule(this::expired, delay(), TimeUnit.NANOSECONDS).cancel(false);
    }

    @Benchmark
    public long startAllAndExpireNetty() {
        Future<?> last = null;
        for (int i = 0; i < running; i++) {
            last = netty.schedule(this::expired, delay(), TimeUnit.NANOSECONDS);
        }
        ticker.advanceMillis(TimerBenchmark.LONGEST_MILLIS + 1);
        while (!last.isDone()) {
            netty.runNow();
        }
        return fired;
    }
}
