package dev.eventloop.lb.simulation;

import dev.eventloop.testkit.kernel.SimulatedKernel;

/**
 * Watches that the load balancer asks what is ready only when something may be. Two rules: at one
 * moment of virtual time it may not ask {@value #MOST_FOR_NOTHING} times in a row and change
 * nothing; and of the times that only its own timers wake it, those that change nothing may not be
 * more than {@value #BASE_A_SECOND}, {@value #WATCHING_A_SECOND} more for its backends, and {@value
 * #EACH_A_SECOND} per connection in any one second.
 */
final class Spinning {
    private static final int MOST_FOR_NOTHING = 100;

    /** However much is changed: data is bounded by buffers, so a moment has an end. */
    private static final int MOST_AT_A_MOMENT = 20_000;

    private static final int MOST_LOOKS_AT_THE_CLOCK = 1_000_000;

    private static final int BASE_A_SECOND = 150;

    /** Of checks, and of shares that grow in steps of a hundredth of a second. */
    private static final int WATCHING_A_SECOND = 250;

    /** The fastest timer, which looks whether the last bytes before a reset were acknowledged. */
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
     * @param watching whether it watches its backends
     */
    Spinning(SimulatedKernel kernel, boolean watching) {
        this.kernel = kernel;
        this.base = BASE_A_SECOND + (watching ? WATCHING_A_SECOND : 0);
    }

    /** The clock of the load balancer: who asks for ever without letting it go on is caught. */
    long nanoTime() {
        long now = kernel.nanoTime();
        looks = now == lookedAt ? looks + 1 : 0;
        lookedAt = now;
        if (looks > MOST_LOOKS_AT_THE_CLOCK) {
            throw new Violation("it spins: it never comes to an end at %.6f s", now / 1e9);
        }
        return now;
    }

    /** The load balancer had a turn. */
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
                    "it spins: at %.6f s it asked %d times what is ready, and did nothing",
                    now / 1e9, kernel.waits() - waitsAtProgress);
        }
        if (kernel.waits() - waitsAtMoment > MOST_AT_A_MOMENT) {
            throw new Violation("it spins: it never comes to an end at %.6f s", now / 1e9);
        }
    }

    /**
     * The clock moves on.
     *
     * @param byTimer whether only a timer of the load balancer makes it
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
                    "it spins: in second %d its timers woke it %d times for nothing",
                    second, wokenForNothing);
        }
        wokenByTimer = byTimer;
        progressAtWake = kernel.progress();
    }
}
