package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the clock, and distant deadlines, do to timers and waits. */
abstract class ClockContract extends TimerCase {
    @Test
    void delaysThatOverflowMeanNever() throws Exception {
        Duration[] delays = {
            Duration.ofSeconds(Long.MAX_VALUE),
            Duration.ofNanos(Long.MAX_VALUE),
            Duration.ofDays(365L * 292),
            Duration.ofMillis(Integer.MAX_VALUE).plusMillis(1)
        };
        for (Duration delay : delays) {
            timer(loop, "never").start(delay);
            timer(loop, "never").startPeriodic(delay);
        }
        assertSilent();
        timer(loop, "soon").start(Duration.ofMillis(1));
        while (fired.isEmpty()) {
            loop.run(-1);
        }
        assertThat(fired).containsExactly("soon");
    }

    /** The wheel moves a distant timer to finer slots as time passes. */
    @Test
    void aDistantTimerDoesNotEndAWaitEarly() throws Exception {
        for (int millis : new int[] {150, 400, 10_000, 1_000_000}) {
            timer(loop, "distant").start(Duration.ofMillis(millis));
        }
        while (fired.size() < 2) {
            int before = fired.size();
            long start = machine.nanoTime();
            loop.run(3);
            long waited = machine.nanoTime() - start;
            assertThat(waited >= 3_000_000 || fired.size() > before).isTrue();
        }
    }

    @Test
    void whoSleepsForNanosToWaitMeetsEveryDeadlineAndNeverStandsStill() throws Exception {
        EventLoop clocked = clocked();
        assertThat(clocked.nanosToWait()).isEqualTo(-1);
        List<Long> at = new ArrayList<>();
        List<Long> delays = List.of(0L, 1L, 131_072L, 5_000_000L, 77_000_000_001L, 1L << 50);
        for (long delay : delays) {
            clocked.newTimer(() -> at.add(handClock)).start(Duration.ofNanos(delay));
        }
        Timer cancelled = timer(clocked, "cancelled");
        cancelled.start(Duration.ofSeconds(3));
        cancelled.cancel();
        assertThat(clocked.nanosToWait()).isZero();
        clocked.run(0);
        for (long wait = clocked.nanosToWait(); wait >= 0; wait = clocked.nanosToWait()) {
            assertThat(wait).as("after a run").isPositive();
            handClock += wait;
            clocked.run(0);
        }
        assertThat(at).isEqualTo(delays);
        assertThat(fired).isEmpty();
    }

    @Test
    void aClockThatGoesBackDelaysATimerByTheTimeItHadWaitedAtMost() throws Exception {
        EventLoop clocked = clocked();
        handClock = 1_000_000_000_000L;
        timer(clocked, "x").start(Duration.ofMillis(10));
        advance(clocked, 4);
        advance(clocked, -3_600_000);
        assertThat(fired).isEmpty();
        assertThat(clocked.nanosToWait()).isBetween(1L, 6_000_000L);
        advance(clocked, 5);
        assertThat(fired).as("before its time").isEmpty();
        advance(clocked, 1);
        assertThat(fired).containsExactly("x");
    }

    @Test
    void norDoesItStopTimersThatAreStartedLater() throws Exception {
        EventLoop clocked = clocked();
        handClock = Long.MAX_VALUE - 1_000_000; // and wraps around, as System.nanoTime may
        advance(clocked, 5);
        advance(clocked, -1_000_000_000);
        timer(clocked, "x").start(Duration.ofMillis(2));
        Timer periodic = timer(clocked, "tick");
        periodic.startPeriodic(Duration.ofMillis(1));
        advance(clocked, 1);
        advance(clocked, -50);
        advance(clocked, 1);
        assertThat(fired).containsExactly("tick", "x", "tick");
    }

    @Test
    void theLoopsOwnTimeGoesOnAsItsClockDoes() throws Exception {
        EventLoop clocked = clocked();
        handClock = 1_000;
        long before = clocked.nanoTime();
        handClock += 77_000_000_001L;
        assertThat(clocked.nanoTime() - before).isEqualTo(77_000_000_001L);
    }

    @Test
    void theLoopsOwnTimeNeverGoesBack() throws Exception {
        EventLoop clocked = clocked();
        long before = clocked.nanoTime();
        for (int millis : new int[] {5, -100, 1, -1, 0, 3}) {
            advance(clocked, millis);
            assertThat(clocked.nanoTime()).isGreaterThanOrEqualTo(before);
            before = clocked.nanoTime();
        }
    }
}
