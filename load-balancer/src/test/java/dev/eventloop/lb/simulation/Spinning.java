package dev.eventloop.lb.simulation;

import dev.eventloop.testkit.kernel.SimulatedKernel;

/**
 * Detects busy loops of the load balancer. Two rules: at one moment of virtual time it may not poll
 * {@value #MOST_FOR_NOTHING} times in a row without effect; and in one second its own timers may
 * not wake it without effect more often than {@value #BASE_A_SECOND} times, plus {@value
 * #WATCHING_A_SECOND} for health checks, plus {@value #EACH_A_SECOND} per connection.
 */
final class Spinning {
    private static final int MOST_FOR_NOTHING = 100;

    /** The limit even with progress: buffers bound the data, so a moment must end. */
    private static final int MOST_AT_A_MOMENT = 20_000;

    private static final int MOST_LOOKS_AT_THE_CLOCK = 1_000_000;

    private static final int BASE_A_SECOND = 150;

    /** For health checks, and for slow starts in steps of 10 ms. */
    private static final int WATCHING_A_SECOND = 250;

    /**
     * For the fastest timer, which polls whether the last bytes before a reset are acknowledged.
     */
    private static final int EACH_A_SECOND = 250;

    private static final long SECOND = 1_000_000_000;

    private final SimulatedKernel kernel;
    private final int base;
    private long lookedAt;
    private long looks;
    private long moment = -1;
    private long waitsAtMoment;
    private long waitsAtProgress;
    private long progress;
    private long second = -1;
    private long progressAtWake;
    private int wokenForNothing;
    private int mostConnections;
    private boolean wokenByTimer;

    /**
     * @param watching whether health checks are on
     */
    Spinning(SimulatedKernel kernel, boolean watching) {
        this.kernel = kernel;
        this.base = BASE_A_SECOND + (watching ? WATCHING_A_SECOND : 0);
    }

    /**
     * The clock of the load balancer. Detects a loop that reads the clock without letting it
     * advance.
     */
    long nanoTime() {
        long now = kernel.nanoTime();
        looks = now == lookedAt ? looks + 1 : 0;
        lookedAt = now;
        if (looks > MOST_LOOKS_AT_THE_CLOCK) {
            throw new Violation("it spins: the moment %.6f s never ends", now / 1e9);
        }
        return now;
    }

    /** Called after a turn of the load balancer. */
    void turned() {
        long now = kernel.nanoTime();
        if (now != moment) {
            moment = now;
            waitsAtMoment = kernel.waits();
            waitsAtProgress = kernel.waits();
        }
        if (kernel.progress() != progress) {
            progress = kernel.progress();
            waitsAtProgress = kernel.waits();
        }
        if (kernel.waits() - waitsAtProgress > MOST_FOR_NOTHING) {
            throw new Violation(
                    "it spins: at %.6f s it polled %d times without effect",
                    now / 1e9, kernel.waits() - waitsAtProgress);
        }
        if (kernel.waits() - waitsAtMoment > MOST_AT_A_MOMENT) {
            throw new Violation("it spins: the moment %.6f s never ends", now / 1e9);
        }
    }

    /**
     * Called before the clock advances.
     *
     * @param byTimer whether the cause is a timer of the load balancer
     */
    void moved(long to, boolean byTimer, int connections) {
        if (wokenByTimer && kernel.progress() == progressAtWake) {
            wokenForNothing++;
        }
        if (to / SECOND != second) {
            second = to / SECOND;
            wokenForNothing = 0;
            mostConnections = 0;
        }
        mostConnections = Math.max(mostConnections, connections);
        if (wokenForNothing > base + EACH_A_SECOND * mostConnections) {
            throw new Violation(
                    "it spins: in second %d its timers woke it %d times without effect",
                    second, wokenForNothing);
        }
        wokenByTimer = byTimer;
        progressAtWake = kernel.progress();
    }
}
