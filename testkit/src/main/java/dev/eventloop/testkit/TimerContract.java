package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Timers, under the real clock for tests of waits, else under a manual clock. */
abstract class TimerContract extends TimerCase {
    @Test
    void aTimerEndsAWaitForEverAndIsNeverEarly() throws Exception {
        for (long micros : new long[] {0, 1, 99, 100, 500, 999, 1_000, 1_001, 2_500, 20_000}) {
            long[] at = new long[1];
            Timer timer = loop.newTimer(() -> at[0] = machine.nanoTime());
            long start = machine.nanoTime();
            timer.start(Duration.ofNanos(micros * 1_000));
            assertThat(timer.isActive()).isTrue();
            while (at[0] == 0) {
                assertThat(loop.run(-1)).isZero();
            }
            assertThat(at[0] - start).isGreaterThanOrEqualTo(micros * 1_000);
            assertThat(timer.isActive()).isFalse();
        }
    }

    @Test
    void timersFireInTheOrderOfTheirDeadlines() throws Exception {
        EventLoop clocked = clocked();
        Random random = new Random(7);
        List<Long> delays = new ArrayList<>();
        List<Long> order = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            long nanos = (long) (Math.pow(random.nextDouble(), 6) * 100_000_000_000L);
            delays.add(nanos);
            clocked.newTimer(
                            () -> {
                                assertThat(handClock).isGreaterThanOrEqualTo(nanos);
                                order.add(nanos);
                            })
                    .start(Duration.ofNanos(nanos));
        }
        // Steps of random size, so that some expire many timers and some none.
        while (order.size() < delays.size()) {
            handClock += 1 + random.nextInt(500_000_000);
            clocked.run(0);
        }
        delays.sort(Comparator.naturalOrder());
        assertThat(order).isEqualTo(delays);
    }

    @Test
    void timersOfOneDeadlineFireInTheOrderOfTheirStart() throws Exception {
        EventLoop clocked = clocked();
        for (String name : List.of("a", "b", "c", "d")) {
            timer(clocked, name).start(Duration.ofMillis(5));
        }
        advance(clocked, 5);
        assertThat(fired).containsExactly("a", "b", "c", "d");
    }

    @Test
    void aRestartMovesTheDeadline() throws Exception {
        EventLoop clocked = clocked();
        Timer timer = timer(clocked, "x");
        timer.start(Duration.ofMillis(10));
        advance(clocked, 9);
        timer.start(Duration.ofMillis(10));
        advance(clocked, 9);
        assertThat(fired).isEmpty();
        advance(clocked, 1);
        assertThat(fired).containsExactly("x");
        timer.start(Duration.ofMillis(10));
        timer.start(Duration.ofMillis(2)); // earlier than before
        advance(clocked, 2);
        assertThat(fired).containsExactly("x", "x");
        advance(clocked, 100);
        assertThat(fired).hasSize(2);
    }

    @Test
    void aCancelledTimerDoesNotFire() throws Exception {
        EventLoop clocked = clocked();
        Timer timer = timer(clocked, "x");
        timer.cancel(); // not running: nothing happens
        timer.start(Duration.ofMillis(10));
        timer.cancel();
        timer.cancel();
        assertThat(timer.isActive()).isFalse();
        advance(clocked, 20);
        assertThat(fired).isEmpty();
        timer.start(Duration.ofMillis(1));
        advance(clocked, 1);
        assertThat(fired).containsExactly("x");
        timer.cancel();
    }

    @Test
    void aTimerCancelledByAnotherOfTheSameIterationDoesNotFire() throws Exception {
        EventLoop clocked = clocked();
        Timer victim = timer(clocked, "victim");
        Timer moved = timer(clocked, "moved");
        clocked.newTimer(
                        () -> {
                            victim.cancel();
                            moved.start(Duration.ofMillis(50));
                        })
                .start(Duration.ofMillis(1));
        victim.start(Duration.ofMillis(2));
        moved.start(Duration.ofMillis(3));
        advance(clocked, 10);
        assertThat(fired).isEmpty();
        advance(clocked, 50);
        assertThat(fired).containsExactly("moved");
    }

    @Test
    void timersCanBeStartedAndCancelledInCallbacksAndTasks() throws Exception {
        EventLoop clocked = clocked();
        Timer fromCallback = timer(clocked, "from callback");
        Timer fromTask = timer(clocked, "from task");
        Timer cancelled = timer(clocked, "cancelled");
        cancelled.start(Duration.ofMillis(1));
        clocked.add(
                fds.pair()[0],
                Events.WRITE,
                (int fd, int events, Object attachment) -> {
                    fromCallback.start(Duration.ofMillis(1));
                    cancelled.cancel();
                    clocked.del(fd);
                },
                null);
        clocked.execute(() -> fromTask.start(Duration.ofMillis(2)));
        advance(clocked, 0);
        advance(clocked, 2);
        assertThat(fired).containsExactly("from callback", "from task");
    }

    @Test
    void aTimerRestartedForNowInItsCallbackDoesNotStarveFds() throws Exception {
        Timer[] eager = new Timer[1];
        eager[0] = loop.newTimer(() -> eager[0].start(Duration.ZERO));
        eager[0].start(Duration.ZERO);
        loop.add(fds.pair()[0], Events.WRITE, recorder, null);
        runUntil(() -> recorder.count() == 3);
        assertThat(eager[0].isActive()).isTrue();
    }

    @Test
    void aPeriodicTimerKeepsToItsGridAndSkipsWhatItMissed() throws Exception {
        EventLoop clocked = clocked();
        List<Long> at = new ArrayList<>();
        Timer timer = clocked.newTimer(() -> at.add(handClock / 1_000_000));
        timer.startPeriodic(Duration.ofMillis(10));
        advance(clocked, 9);
        assertThat(at).isEmpty();
        advance(clocked, 4); // 13: late by 3
        advance(clocked, 6); // 19
        assertThat(at).containsExactly(13L);
        advance(clocked, 1); // 20: on the grid, not at 23
        assertThat(at).containsExactly(13L, 20L);
        advance(clocked, 35); // 55: 30, 40 and 50 were missed, one call makes up for them
        assertThat(at).containsExactly(13L, 20L, 55L);
        advance(clocked, 4);
        assertThat(at).hasSize(3);
        advance(clocked, 1);
        assertThat(at).containsExactly(13L, 20L, 55L, 60L);
        assertThat(timer.isActive()).isTrue();
        timer.cancel();
        advance(clocked, 100);
        assertThat(at).hasSize(4);
    }

    @Test
    void aPeriodicTimerCanBeCancelledAndRestartedInItsCallback() throws Exception {
        EventLoop clocked = clocked();
        Timer[] timer = new Timer[1];
        timer[0] =
                clocked.newTimer(
                        () -> {
                            fired.add("x");
                            if (fired.size() == 2) {
                                timer[0].start(Duration.ofMillis(3)); // once, not periodic
                            }
                        });
        timer[0].startPeriodic(Duration.ofMillis(10));
        advance(clocked, 10);
        advance(clocked, 10);
        advance(clocked, 3);
        assertThat(fired).hasSize(3);
        advance(clocked, 100);
        assertThat(fired).hasSize(3);
        assertThat(timer[0].isActive()).isFalse();
    }

    @Test
    void senselessDelaysAreIllegalArguments() {
        Timer timer = timer(loop, "x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> timer.start(Duration.ofNanos(-1)))
                .withMessageContaining("negative");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> timer.start(Duration.ofSeconds(Long.MIN_VALUE)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> timer.startPeriodic(Duration.ZERO))
                .withMessageContaining("positive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> timer.startPeriodic(Duration.ofNanos(-1)));
        assertThat(timer.isActive()).isFalse();
    }

    @Test
    void aTimerAndAnEventOfOneIterationAreBothHeard() throws Exception {
        EventLoop clocked = clocked();
        int[] pair = fds.pair();
        clocked.add(pair[0], Events.WRITE, recorder, null);
        timer(clocked, "x").start(Duration.ofMillis(1));
        advance(clocked, 1);
        assertThat(recorder.count()).isEqualTo(1);
        assertThat(fired).containsExactly("x");
    }
}
