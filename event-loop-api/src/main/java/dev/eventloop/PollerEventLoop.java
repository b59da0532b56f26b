package dev.eventloop;

import dev.eventloop.spi.Poller;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;

/**
 * The event loop over a {@link Poller}: who may call what, and when. {@link Iteration} is what a
 * run does.
 */
final class PollerEventLoop implements EventLoop {
    private final Poller poller;
    private final Registrations registrations = new Registrations();
    private final Registrar registrar;
    private final Batch batch;
    private final TimerWheel timers;
    private final TaskQueue tasks = new TaskQueue();
    private final WakeupGate gate;
    private final ErrorHandling errors;
    private final Ownership ownership = new Ownership(this::release);
    private final Iteration iteration;
    private final Unclosed unclosed;

    /** Another loop waits in place of this one: from nanosToWait on, others must wake it. */
    private boolean isDriven;

    PollerEventLoop(Poller poller, EventLoopOptions options) {
        this.poller = poller;
        this.registrar = new Registrar(poller, registrations);
        this.timers = new TimerWheel(options.clock());
        this.gate = new WakeupGate(poller);
        this.errors = new ErrorHandling(options.errorHandler());
        this.batch =
                new Batch(poller, registrations, registrar, errors, ownership, options.maxEvents());
        this.iteration = new Iteration(batch, timers, tasks, gate, errors, ownership);
        this.unclosed = Unclosed.watch(this, poller.name());
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
        int called = 0;
        Throwable failure = null;
        try {
            called = iteration.run(timeoutMillis < 0 ? Iteration.FOREVER : nanos(timeoutMillis));
        } catch (Throwable thrown) {
            failure = thrown;
        }
        iteration.forgetStop();
        leave(failure);
        return called;
    }

    private static long nanos(int millis) {
        return millis * 1_000_000L;
    }

    @Override
    public void runUntilStopped() throws IOException {
        ownership.enter();
        Throwable failure = null;
        try {
            while (!iteration.isStopRequested() && !ownership.isClosed()) {
                iteration.run(Iteration.FOREVER);
            }
            iteration.forgetStop();
        } catch (Throwable thrown) {
            failure = thrown;
        }
        leave(failure);
    }

    /** Releases everything if the loop was closed during the run. */
    private void leave(Throwable failure) throws IOException {
        Throwable first = failure;
        try {
            ownership.leave();
        } catch (Throwable thrown) { // by a task that was left
            first = ErrorHandling.first(failure, thrown);
        }
        if (first != null) {
            ErrorHandling.rethrow(first);
        }
    }

    @Override
    public long nanosToWait() {
        ownership.checkOwned("ask for the next deadline of");
        boolean notified = isDriven ? !gate.beforeWait() : gate.isNotified();
        return batch.hasRest() || notified ? 0 : iteration.timeToWait(Iteration.FOREVER);
    }

    @Override
    public int fd() throws ErrnoException {
        ownership.checkOwned("ask for the fd of");
        if (!poller.capabilities().contains(Capability.FD)) {
            throw new UnsupportedOperationException(
                    "the "
                            + poller.name()
                            + " backend has no fd to wait for; use epoll or kqueue, or call run(0)"
                            + " and nanosToWait at intervals");
        }
        isDriven = true;
        return poller.fd();
    }

    // Any thread

    @Override
    public void stop() {
        ownership.checkOpen();
        iteration.requestStop();
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
        if (!tasks.add(Objects.requireNonNull(task, "task"))) {
            throw Ownership.closed(); // since the check above
        }
        gate.interrupt();
    }

    @Override
    public void close() {
        if (ownership.close()) {
            gate.interrupt(); // the thread inside run, which releases everything as it leaves
        }
    }

    /** Runs the tasks that were accepted and have not run, and frees the poller. */
    private void release() {
        Throwable failure = null;
        for (Runnable task : tasks.close()) {
            try {
                errors.runLast(task);
            } catch (Throwable thrown) { // the other tasks must not be lost
                failure = ErrorHandling.first(failure, thrown);
            }
        }
        gate.close();
        unclosed.closed();
        if (failure != null) {
            ErrorHandling.<RuntimeException>throwAsItIs(failure);
        }
    }

    // Timers and properties

    @Override
    public Timer newTimer(Runnable onExpiry) {
        ownership.checkOwned("make a timer of");
        return new WheelTimer(this, onExpiry);
    }

    @Override
    public long nanoTime() {
        return iteration.nanoTime();
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
