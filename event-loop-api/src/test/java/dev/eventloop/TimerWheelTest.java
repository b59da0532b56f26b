package dev.eventloop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Compares the wheel with a list of deadlines, under a manual clock. */
@Timeout(60)
@Tag("fast")
final class TimerWheelTest {
    private static final int SEEDS = 4_000;
    private static final int STEPS = 150;
    private static final int TIMERS = 12;
    private static final long LAST = TimerWheel.NEVER - 1;

    /** An arbitrary origin, like that of System.nanoTime. */
    private long origin;

    private long time;

    private TimerWheel newWheel(long clockOrigin) {
        origin = clockOrigin;
        time = 0;
        return new TimerWheel(() -> origin + time);
    }

    private static WheelTimer newTimer() {
        return new WheelTimer(null, () -> {});
    }

    /** A delay of any magnitude, to reach every level of the wheel. */
    private static long randomDelay(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> 0;
            case 1 -> Long.MAX_VALUE;
            case 2 -> 1L << random.nextInt(63);
            case 3 -> (1L << random.nextInt(63)) - 1;
            default -> random.nextLong() >>> (1 + random.nextInt(62));
        };
    }

    @Test
    void neverEarlyNeverLostAndInTheOrderOfDeadlines() {
        for (int seed = 0; seed < SEEDS; seed++) {
            assertAgreesWithModel(seed);
        }
    }

    private void assertAgreesWithModel(int seed) {
        Random random = new Random(seed);
        TimerWheel wheel = newWheel(random.nextLong());
        WheelTimer[] timers = new WheelTimer[TIMERS];
        long[] deadlines = new long[TIMERS]; // the model; -1 for one that is not running
        for (int i = 0; i < TIMERS; i++) {
            timers[i] = newTimer();
            deadlines[i] = -1;
        }
        for (int step = 0; step < STEPS; step++) {
            int i = random.nextInt(TIMERS);
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    long delay = randomDelay(random);
                    wheel.start(timers[i], delay);
                    deadlines[i] = delay > LAST - time ? LAST : time + delay;
                }
                case 2 -> {
                    wheel.cancel(timers[i]);
                    deadlines[i] = -1;
                }
                default -> {
                    long advance = random.nextLong() >>> (4 + random.nextInt(60));
                    time += Math.min(advance, LAST - 1 - time);
                    fireAndCompare(wheel, timers, deadlines, "seed " + seed + " step " + step);
                }
            }
            long first = LAST + 1;
            for (int t = 0; t < TIMERS; t++) {
                assertThat(timers[t].isActive()).isEqualTo(deadlines[t] >= 0);
                first = deadlines[t] >= 0 ? Math.min(first, deadlines[t]) : first;
            }
            assertThat(wheel.nextDeadline()).as("seed %d", seed).isLessThanOrEqualTo(first);
        }
    }

    private void fireAndCompare(
            TimerWheel wheel, WheelTimer[] timers, long[] deadlines, String when) {
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < TIMERS; i++) {
            if (deadlines[i] >= 0 && deadlines[i] <= time) {
                expected.add(deadlines[i]);
                deadlines[i] = -1;
            }
        }
        Collections.sort(expected);
        wheel.advance(time);
        List<Long> fired = new ArrayList<>();
        for (WheelTimer timer = wheel.pollDue(); timer != null; timer = wheel.pollDue()) {
            fired.add(timer.deadline);
            assertThat(timers).contains(timer);
        }
        assertThat(fired).as(when).isEqualTo(expected);
        assertThat(wheel.nextDeadline()).as(when).isGreaterThan(time); // or the loop would spin
    }

    @Test
    void whoLooksWhenTheWheelSaysLooksFewTimes() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            TimerWheel wheel = newWheel(random.nextLong());
            time = random.nextLong() >>> (2 + random.nextInt(40));
            wheel.advance(time);
            WheelTimer timer = newTimer();
            wheel.start(timer, random.nextLong() >>> (2 + random.nextInt(40)));
            long deadline = timer.deadline;
            WheelTimer decoy = newTimer(); // makes nextDeadline too early
            wheel.start(decoy, 1);
            wheel.cancel(decoy);
            int looks = 0;
            WheelTimer due = null;
            while (due == null) {
                assertThat(wheel.nextDeadline()).isLessThanOrEqualTo(deadline);
                time = Math.max(time, wheel.nextDeadline());
                wheel.advance(time);
                due = wheel.pollDue();
                looks++;
            }
            assertThat(time).isEqualTo(deadline);
            assertThat(looks).isLessThan(12);
        }
    }

    @Test
    void anEmptyWheelNeverWantsToBeLookedAt() {
        TimerWheel wheel = newWheel(5);
        assertThat(wheel.nextDeadline()).isEqualTo(TimerWheel.NEVER);
        WheelTimer timer = newTimer();
        wheel.start(timer, 1_000);
        wheel.cancel(timer);
        time = 1_000_000_000;
        wheel.advance(time);
        assertThat(wheel.pollDue()).isNull();
        assertThat(wheel.nextDeadline()).isEqualTo(TimerWheel.NEVER);
    }

    @Test
    void aTimerTakenBackFromTheDueDoesNotComeOut() {
        TimerWheel wheel = newWheel(0);
        WheelTimer[] timers = new WheelTimer[4];
        for (int i = 0; i < timers.length; i++) {
            timers[i] = newTimer();
            wheel.start(timers[i], 100 + i);
        }
        time = 1_000;
        wheel.advance(time);
        assertThat(wheel.pollDue()).isSameAs(timers[0]);
        wheel.cancel(timers[1]);
        wheel.start(timers[2], 50);
        assertThat(wheel.pollDue()).isSameAs(timers[3]);
        assertThat(wheel.pollDue()).isNull();
        time = 1_050;
        wheel.advance(time);
        assertThat(wheel.pollDue()).isSameAs(timers[2]);
    }

    @Test
    void dueTimersThatWereLeftComeBeforeLaterOnes() {
        TimerWheel wheel = newWheel(0);
        WheelTimer left = newTimer();
        WheelTimer later = newTimer();
        WheelTimer earlier = newTimer();
        wheel.start(left, 1_000_000);
        time = 1_000_000;
        wheel.advance(time); // without polling
        wheel.start(later, 10);
        time = 2_000_000;
        wheel.start(earlier, 0);
        assertThat(wheel.nextDeadline()).isLessThanOrEqualTo(time);
        wheel.advance(time);
        assertThat(List.of(wheel.pollDue(), wheel.pollDue(), wheel.pollDue()))
                .containsExactly(left, later, earlier);
    }

    @Test
    void aPeriodicTimerStaysOnItsGrid() {
        for (int seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            TimerWheel wheel = newWheel(random.nextLong());
            WheelTimer timer = newTimer();
            long period = 1 + (random.nextLong() >>> (16 + random.nextInt(44)));
            time = random.nextLong() >>> 20;
            long start = time;
            wheel.start(timer, period);
            for (int i = 0; i < 20; i++) {
                time += random.nextLong() >>> (16 + random.nextInt(44));
                wheel.advance(time);
                WheelTimer due = wheel.pollDue();
                if (due != null) {
                    wheel.restart(due, period);
                    assertThat(timer.deadline).isGreaterThan(time);
                    assertThat(timer.deadline - time).isLessThanOrEqualTo(period);
                    assertThat((timer.deadline - start) % period).isZero();
                } else {
                    assertThat(timer.deadline).isGreaterThan(time);
                }
            }
        }
    }

    @Test
    void aPeriodThatOverflowsMeansNever() {
        TimerWheel wheel = newWheel(-1);
        WheelTimer timer = newTimer();
        wheel.start(timer, Long.MAX_VALUE / 2);
        time = Long.MAX_VALUE / 2;
        wheel.advance(time);
        assertThat(wheel.pollDue()).isSameAs(timer);
        wheel.restart(timer, Long.MAX_VALUE);
        assertThat(timer.deadline).isEqualTo(LAST);
    }
}
