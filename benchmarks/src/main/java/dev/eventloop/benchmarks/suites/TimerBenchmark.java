package dev.eventloop.benchmarks.suites;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.Timer;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
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

/** The loop's timers while other timers run. The clock is virtual, so nothing waits. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TimerBenchmark {
    /** The range of delays, as for an idle timeout of a minute. */
    static final int LONGEST_MILLIS = 60_000;

    private static final int DELAYS = 1 << 10;

    @Param({"10", "10000"})
    public int running;

    private final Duration[] delays = new Duration[DELAYS];
    private long now;
    private EventLoop loop;
    private Timer[] others;
    private Timer timer;
    private int next;
    private long fired;

    @Setup
    public void open() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < DELAYS; i++) {
            delays[i] = Duration.ofNanos(1 + random.nextLong(LONGEST_MILLIS * 1_000_000L));
        }
        loop = EventLoop.create(EventLoopOptions.defaults().clock(() -> now));
        others = new Timer[running];
        for (int i = 0; i < running; i++) {
            others[i] = loop.newTimer(() -> fired++);
            others[i].start(delay());
        }
        timer = loop.newTimer(() -> fired++);
    }

    private Duration delay() {
        return delays[next++ & DELAYS - 1];
    }

    @TearDown
    public void close() {
        loop.close();
    }

    @Benchmark
    public void startAndCancel() {
        timer.start(delay());
        timer.cancel();
    }

    /** Restarts a timer, as each byte does with a connection's timeout. */
    @Benchmark
    public void restart() {
        others[next % running].start(delay());
    }

    /** Starts and expires all timers at different times: divide by their number. */
    @Benchmark
    public long startAllAndExpire() throws IOException {
        for (Timer other : others) {
            other.start(delay());
        }
        now += TimeUnit.MILLISECONDS.toNanos(LONGEST_MILLIS) + 1;
        loop.run(0);
        return fired;
    }
}
