package dev.eventloop;

import dev.eventloop.spi.Poller;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;

/**
 * The event loop over a {@link Poller}. The hot path is {@link #iterate} and {@link Batch}; it
 * allocates nothing and takes no lock.
 */
final class PollerEventLoop implements EventLoop {
    private static final long FOREVER = Long.MAX_VALUE;

    /** A wait that ends on time ends within this; some waits are rounded up to a millisecond. */
    private static final long LATE_NANOS = 2_000_000;

    private final Poller poller;
    private final Registrations registrations = new Registrations();
    private final Registrar registrar;
    private final Batch batch;
    private final TimerWheel timers;
    private final BatchClock clock;
    private final TaskQueue tasks = new TaskQueue();
    private final WakeupGate gate;
    private final ErrorHandling errors;
    private final Ownership ownership = new Ownership(this::release);
    private volatile boolean stopRequested;

    PollerEventLoop(Poller poller, EventLoopOptions options) {
        this.poller = poller;
        this.registrar = new Registrar(poller, registrations);
        this.timers = new TimerWheel(options.clock());
        this.clock = new BatchClock(timers);
        this.gate = new WakeupGate(poller);
        this.errors = new ErrorHandling(options.errorHandler());
        this.batch =
                new Batch(poller, registrations, registrar, errors, ownership, options.maxEvents());
    }

    // Registrations

    @Override
    public <A> void add(int fd, int interest, EventCallback<? super A> callback, A attachment)
            throws ErrnoException {
        ownership.checkOwned("add an fd to");
        registrar.add(fd, interest, callback, attachment, batch.number());
    }

    @Override
    public void mod(int fd, int interest) throws ErrnoException {
        ownership.checkOwned("change an fd of");
        registrar.mod(fd, interest);
    }

    @Override
    public void del(int fd) throws ErrnoException {
        ownership.checkOwned("delete an fd from");
        registrar.del(fd, batch.number());
    }

    @Override
    public void delBeforeClose(int fd) throws ErrnoException {
        ownership.checkOwned("delete an fd from");
        registrar.delBeforeClose(fd, batch.number());
    }

    // Running

    @Override
    public int run(int timeoutMillis) throws IOException {
        ownership.enter();
        try {
            return iterate(timeoutMillis < 0 ? FOREVER : timeoutMillis * 1_000_000L);
        } finally {
            if (stopRequested) { // read first: a volatile write costs a fence in each run
                stopRequested = false;
            }
            ownership.leave();
        }
    }

    @Override
    public void runUntilStopped() throws IOException {
        ownership.enter();
        try {
            while (!stopRequested && !ownership.isClosed()) {
                iterate(FOREVER);
            }
            stopRequested = false;
        } finally {
            ownership.leave();
        }
    }

    /**
     * Waits, then calls fd callbacks, timers and tasks, in this order. An exception of one kind
     * does not keep the other kinds from running: a callback that throws in every run must not
     * starve timers and tasks.
     */
    private int iterate(long timeoutNanos) throws IOException {
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
            try {
                task.run();
            } catch (Throwable thrown) { // the other tasks must not be lost
                errors.handle(thrown);
            }
        }
    }

    private Runnable pollTask() {
        return ownership.isClosed() ? null : tasks.poll();
    }

    // How long to wait

    @Override
    public long nanosToWait() {
        ownership.checkOwned("ask for the next deadline of");
        return batch.hasRest() || gate.isNotified() ? 0 : timeToWait(FOREVER);
    }

    private long timeToWait(long deadline) {
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

    // Any thread

    @Override
    public void stop() {
        ownership.checkOpen();
        stopRequested = true;
        gate.interrupt();
    }

    @Override
    public void wakeup() {
        ownership.checkOpen();
        gate.wakeup();
    }

    @Override
    public void execute(Runnable task) {
        ownership.checkOpen();
        tasks.add(Objects.requireNonNull(task, "task"));
        gate.interrupt();
    }

    @Override
    public void close() {
        if (ownership.close()) {
            gate.interrupt(); // the thread inside run, which releases everything as it leaves
        }
    }

    private void release() {
        tasks.clear();
        gate.close();
    }

    // Timers and properties

    @Override
    public Timer newTimer(Runnable onExpiry) {
        ownership.checkOwned("make a timer of");
        return new WheelTimer(this, onExpiry);
    }

    @Override
    public long nanoTime() {
        return clock.now();
    }

    void checkOwned(String what) {
        ownership.checkOwned(what);
    }

    TimerWheel timers() {
        return timers;
    }

    @Override
    public String backendName() {
        ownership.checkOpen();
        return poller.name();
    }

    @Override
    public Set<Capability> capabilities() {
        ownership.checkOpen();
        return poller.capabilities();
    }

    @Override
    public int size() {
        ownership.checkOpen();
        return registrations.size();
    }

    @Override
    public boolean inEventLoop() {
        ownership.checkOpen();
        return ownership.isRunner();
    }
}
