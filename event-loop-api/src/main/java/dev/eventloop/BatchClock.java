package dev.eventloop;

/**
 * The loop's clock, read once for all callbacks of a batch, once for the timers of an iteration and
 * once for its tasks: a busy loop would otherwise read it for each event. Outside of an iteration
 * it is read each time. The loop's thread only.
 */
final class BatchClock {
    private final TimerWheel clock;
    private boolean running;
    private boolean known;
    private long time;

    BatchClock(TimerWheel clock) {
        this.clock = clock;
    }

    long now() {
        if (!known) {
            time = clock.now();
            known = running;
        }
        return time;
    }

    /** What comes next has a time of its own. */
    void forget() {
        known = false;
    }

    /** An iteration begins. */
    void start() {
        running = true;
        known = false;
    }

    /** The iteration is over. */
    void stop() {
        running = false;
        known = false;
    }
}
