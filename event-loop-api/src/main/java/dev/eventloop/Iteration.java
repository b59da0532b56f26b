package dev.eventloop;

import java.io.IOException;

/**
 * One iteration of a loop: waits, then calls fd callbacks, timers and tasks, in this order. With
 * {@link Batch} this is the hot path; it allocates nothing and takes no lock. The loop's thread
 * only, except {@link #requestStop} and {@link #isStopRequested}.
 */
final class Iteration {
    static final long FOREVER = Long.MAX_VALUE;

    /** A wait that ends on time ends within this; some waits are rounded up to a millisecond. */
    private static final long LATE_NANOS = 2_000_000;

    private final Batch batch;
    private final TimerWheel timers;
    private final BatchClock clock;
    private final TaskQueue tasks;
    private final WakeupGate gate;
    private final ErrorHandling errors;
    private final Ownership ownership;
    private volatile boolean stopRequested;

    Iteration(
            Batch batch,
            TimerWheel timers,
            TaskQueue tasks,
            WakeupGate gate,
            ErrorHandling errors,
            Ownership ownership) {
        this.batch = batch;
        this.timers = timers;
        this.clock = new BatchClock(timers);
        this.tasks = tasks;
        this.gate = gate;
        this.errors = errors;
        this.ownership = ownership;
    }

    /**
     * Waits, then calls fd callbacks, timers and tasks, in this order. An exception of one kind
     * does not keep the other kinds from running: a callback that throws in every run must not
     * starve timers and tasks.
     */
    int run(long timeoutNanos) throws IOException {
        int called = 0;
        Throwable failure = null;
        clock.start();
        try {
            called = batch.dispatch(); // what an exception left of the last batch
            if (called == 0) {
                called = timeoutNanos == 0 ? pollAndDispatch() : waitAndDispatch(timeoutNanos);
            }
        } catch (Throwable thrown) {
            failure = thrown;
        }
        try {
            called += collectDue();
        } catch (Throwable thrown) {
            failure = ErrorHandling.first(failure, thrown);
        }
        try {
            fireTimers();
        } catch (Throwable thrown) {
            failure = ErrorHandling.first(failure, thrown);
        }
        try {
            runTasks();
        } catch (Throwable thrown) {
            failure = ErrorHandling.first(failure, thrown);
        }
        clock.stop();
        if (failure != null) {
            ErrorHandling.rethrow(failure);
        }
        return called;
    }

    /** Waits again for the rest of the time if a wait ended without events, work or a wake-up. */
    private int waitAndDispatch(long timeoutNanos) throws IOException {
        long start = timeoutNanos == FOREVER ? 0 : timers.now();
        long deadline = timeoutNanos > FOREVER - start ? FOREVER : start + timeoutNanos;
        while (true) {
            boolean mayWait = gate.beforeWait(); // before looking for work: see WakeupGate
            batch.take(mayWait ? timeToWait(deadline) : 0);
            clock.forget();
            boolean woken = gate.afterWait();
            int called = batch.dispatch();
            if (called > 0 || woken || hasWork() || isOver(deadline)) {
                return called;
            }
        }
    }

    /** Polls once: without a wait there is no deadline, and nothing for a wake-up to end. */
    private int pollAndDispatch() throws IOException {
        gate.forget();
        batch.take(0);
        clock.forget();
        return batch.dispatch();
    }

    /**
     * Collects the timers that are due. If they are late, because the process was stopped, the
     * machine was suspended or a callback took long, fds may have become ready meanwhile. These
     * come first: a timer that ends what is idle must not take their silence for idleness.
     */
    private int collectDue() throws IOException {
        if (timers.nextDeadline() == TimerWheel.NEVER) {
            return 0;
        }
        clock.forget();
        timers.advance(clock.now());
        return timers.lateness(clock.now()) > LATE_NANOS ? batch.dispatchAll(clock) : 0;
    }

    private void fireTimers() throws IOException {
        for (WheelTimer timer = pollDue(); timer != null; timer = pollDue()) {
            try {
                timer.fire(timers);
            } catch (Throwable thrown) { // the other timers must not be late because of it
                errors.handle(thrown);
            }
        }
    }

    private WheelTimer pollDue() {
        return ownership.isClosed() ? null : timers.pollDue();
    }

    /** Runs the tasks that are queued now; those that they add run in the next iteration. */
    private void runTasks() throws IOException {
        clock.forget();
        tasks.startRound();
        for (Runnable task = pollTask(); task != null; task = pollTask()) {
            errors.run(task);
        }
    }

    private Runnable pollTask() {
        return ownership.isClosed() ? null : tasks.poll();
    }

    // How long to wait

    long timeToWait(long deadline) {
        if (isInterrupted()) {
            return 0;
        }
        long until = Math.min(deadline, timers.nextDeadline());
        return until == FOREVER ? -1 : Math.max(0, until - timers.now());
    }

    private boolean hasWork() {
        return isInterrupted() || timersAreDue();
    }

    /** Other threads make this true, and then call {@link WakeupGate#interrupt}. */
    private boolean isInterrupted() {
        return stopRequested || ownership.isClosed() || !tasks.isEmpty();
    }

    /** The wheel's next deadline may be too early: only advancing the wheel gives the exact one. */
    private boolean timersAreDue() {
        if (timers.nextDeadline() == TimerWheel.NEVER) {
            return false;
        }
        long now = timers.now();
        timers.advance(now);
        return timers.nextDeadline() <= now;
    }

    private boolean isOver(long deadline) {
        return deadline != FOREVER && timers.now() >= deadline;
    }

    long nanoTime() {
        return clock.now();
    }

    // Stopping

    /** Any thread. */
    void requestStop() {
        stopRequested = true;
    }

    /** Any thread. */
    boolean isStopRequested() {
        return stopRequested;
    }

    /** The run that was to stop returns. */
    void forgetStop() {
        if (stopRequested) { // read first: a volatile write costs a fence in each run
            stopRequested = false;
        }
    }
}
