package dev.eventloop;

import dev.eventloop.spi.Poller;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** The loop over a {@link Poller}. The hot path is {@link #iterate} and {@link #dispatch}. */
final class PollerEventLoop implements EventLoop {
    private static final long FOR_EVER = Long.MAX_VALUE;

    private final Poller poller;
    private final Consumer<? super Throwable> errorHandler;
    private final Registrations registrations = new Registrations();
    private final TimerWheel timers;
    private final WakeupGate gate;
    private final TaskQueue tasks = new TaskQueue();
    private final InterestRules rules;
    private final Ownership ownership = new Ownership(this::release);
    private volatile boolean stopRequested;

    /** The batch that was taken from the poller: entries next to ready are yet to be dispatched. */
    private int ready;

    private int next;

    /** Counts the batches, so that changes made while one is dispatched can be told from older. */
    private int batch;

    /** The kernel reported a registration that was deleted in an earlier batch. */
    private boolean kernelIsStale;

    PollerEventLoop(Poller poller, EventLoopOptions options) {
        this.poller = poller;
        this.errorHandler = options.errorHandler();
        this.timers = new TimerWheel(options.clock());
        this.gate = new WakeupGate(poller);
        this.rules = new InterestRules(poller.name(), poller.capabilities());
    }

    @Override
    public <A> void add(int fd, int interest, EventCallback<? super A> callback, A attachment)
            throws ErrnoException {
        ownership.checkOwned("add an fd to");
        Objects.requireNonNull(callback, "callback");
        rules.check(interest);
        if (fd < 0) {
            throw ErrnoException.negative(fd);
        }
        if (registrations.state(fd) != Registrations.NONE) {
            replaceIfAbandoned(fd, interest);
        } else if (interest != 0) {
            watch(fd, interest, registrations.nextToken(fd));
        } else {
            probe(fd);
        }
        byte state = interest == 0 ? Registrations.MASKED : Registrations.WATCHED;
        registrations.put(fd, state, interest, callback, attachment, batch);
    }

    @Override
    public void mod(int fd, int interest) throws ErrnoException {
        ownership.checkOwned("change an fd of");
        byte state = registrations.state(fd);
        if (state == Registrations.NONE) {
            throw ErrnoException.notRegistered("mod", fd, "use add");
        }
        rules.checkChange(fd, registrations.interest(fd), interest);
        if (interest == 0) {
            if (state != Registrations.MASKED) {
                poller.del(fd);
            }
            registrations.update(fd, Registrations.MASKED, 0);
        } else {
            long token = registrations.token(fd);
            if (state == Registrations.MASKED) {
                poller.add(fd, interest, token);
            } else {
                poller.mod(fd, interest, token);
            }
            registrations.update(fd, Registrations.WATCHED, interest);
        }
    }

    @Override
    public void del(int fd) throws ErrnoException {
        if (remove("del", fd) != Registrations.MASKED) {
            poller.del(fd);
        }
    }

    @Override
    public void delBeforeClose(int fd) throws ErrnoException {
        if (remove("delBeforeClose", fd) != Registrations.MASKED) {
            poller.delBeforeClose(fd);
        }
    }

    /** The state that the registration had. */
    private byte remove(String operation, int fd) throws ErrnoException {
        ownership.checkOwned("delete an fd from");
        byte state = registrations.state(fd);
        if (state == Registrations.NONE) {
            throw ErrnoException.notRegistered(operation, fd, "there is nothing to delete");
        }
        registrations.remove(fd, batch);
        return state;
    }

    @Override
    public int run(int timeoutMillis) throws IOException {
        ownership.enter();
        try {
            return iterate(timeoutMillis < 0 ? FOR_EVER : timeoutMillis * 1_000_000L);
        } finally {
            if (stopRequested) { // a write would cost a fence in each run
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
                iterate(FOR_EVER);
            }
            stopRequested = false;
        } finally {
            ownership.leave();
        }
    }

    /**
     * Waits, then calls fd callbacks, timers and tasks, in this order. What throws in every run
     * must not keep those behind it waiting for ever.
     */
    private int iterate(long timeoutNanos) throws IOException {
        int called = 0;
        Throwable failure = null;
        try {
            called = dispatch(); // what an exception left of the last batch
            if (called == 0) {
                called = timeoutNanos == 0 ? lookAndDispatch() : waitAndDispatch(timeoutNanos);
            }
        } catch (Throwable thrown) {
            failure = thrown;
        }
        try {
            fireTimers();
        } catch (Throwable thrown) {
            failure = first(failure, thrown);
        }
        try {
            runTasks();
        } catch (Throwable thrown) {
            failure = first(failure, thrown);
        }
        if (failure != null) {
            rethrow(failure);
        }
        return called;
    }

    private static Throwable first(Throwable earlier, Throwable later) {
        if (earlier == null || earlier == later) {
            return later;
        }
        earlier.addSuppressed(later);
        return earlier;
    }

    /** Goes on with what is left of the time where the wait ended for nothing. */
    private int waitAndDispatch(long timeoutNanos) throws IOException {
        long start = timeoutNanos == FOR_EVER ? 0 : timers.now();
        long deadline = timeoutNanos > FOR_EVER - start ? FOR_EVER : start + timeoutNanos;
        while (true) {
            boolean mayWait = gate.beforeWait(); // before looking for work: see WakeupGate
            takeBatch(mayWait ? timeToWait(deadline) : 0);
            boolean woken = gate.afterWait();
            int called = dispatch();
            if (called > 0 || woken || hasWork() || isOver(deadline)) {
                return called;
            }
        }
    }

    /** What does not wait needs no clock, and nobody to end it. */
    private int lookAndDispatch() throws IOException {
        gate.forget();
        takeBatch(0);
        return dispatch();
    }

    private void takeBatch(long timeoutNanos) throws ErrnoException {
        next = 0;
        ready = 0;
        ready = poller.poll(timeoutNanos);
        batch++;
    }

    private int dispatch() throws IOException {
        int called = 0;
        while (next < ready && !ownership.isClosed()) {
            int index = next++;
            long token = poller.token(index);
            int fd = (int) token;
            if (!registrations.isCurrent(token)) {
                kernelIsStale |= !registrations.changedIn(fd, batch);
                continue;
            }
            int events = poller.events(index) & reportable(fd);
            if (events == 0) {
                continue;
            }
            called++;
            if ((registrations.interest(fd) & Events.ONESHOT) != 0) {
                registrations.disarm(fd);
            }
            try {
                registrations.callback(fd).onEvent(fd, events, registrations.attachment(fd));
            } catch (Throwable thrown) { // whatever it is, the rest of the batch must not be lost
                handle(thrown);
            }
        }
        if (kernelIsStale && next == ready) {
            rebuild();
        }
        return called;
    }

    /** What may be reported now: an earlier callback of the batch may have changed the interest. */
    private int reportable(int fd) {
        if (registrations.state(fd) != Registrations.WATCHED) {
            return 0;
        }
        int interest = registrations.interest(fd);
        int asked = interest & (Events.READ | Events.WRITE | Events.URGENT);
        int reported = asked | Events.ERROR | Events.HUP;
        boolean readHup = (interest & (Events.READ | Events.READ_HUP)) != 0;
        return readHup ? reported | Events.READ_HUP : reported;
    }

    private void fireTimers() throws IOException {
        if (timers.nextDeadline() == TimerWheel.NEVER) {
            return;
        }
        timers.advance(timers.now());
        for (WheelTimer timer = pollDue(); timer != null; timer = pollDue()) {
            try {
                timer.fire(timers);
            } catch (Throwable thrown) { // the other timers must not be late for it
                handle(thrown);
            }
        }
    }

    private WheelTimer pollDue() {
        return ownership.isClosed() ? null : timers.pollDue();
    }

    /** Runs the tasks that are there now; those they add come in the next iteration. */
    private void runTasks() throws IOException {
        tasks.startRound();
        for (Runnable task = pollTask(); task != null; task = pollTask()) {
            try {
                task.run();
            } catch (Throwable thrown) { // the other tasks must not be lost
                handle(thrown);
            }
        }
    }

    private Runnable pollTask() {
        return ownership.isClosed() ? null : tasks.poll();
    }

    private long timeToWait(long deadline) {
        if (isAskedFor()) {
            return 0;
        }
        long until = Math.min(deadline, timers.nextDeadline());
        return until == FOR_EVER ? -1 : Math.max(0, until - timers.now());
    }

    @Override
    public long nanosToWait() {
        ownership.checkOwned("ask for the next deadline of");
        return next < ready || gate.isNotified() ? 0 : timeToWait(FOR_EVER);
    }

    private boolean hasWork() {
        return isAskedFor() || timersAreDue();
    }

    /**
     * Another thread may make this true at any time, and then calls {@link WakeupGate#interrupt}.
     */
    private boolean isAskedFor() {
        return stopRequested || ownership.isClosed() || !tasks.isEmpty();
    }

    /** The wheel's next deadline may be too early: only advancing tells. */
    private boolean timersAreDue() {
        if (timers.nextDeadline() == TimerWheel.NEVER) {
            return false;
        }
        long now = timers.now();
        timers.advance(now);
        return timers.nextDeadline() <= now;
    }

    private boolean isOver(long deadline) {
        return deadline != FOR_EVER && timers.now() >= deadline;
    }

    private void handle(Throwable thrown) throws IOException {
        if (errorHandler == null) {
            rethrow(thrown);
        } else {
            errorHandler.accept(thrown);
        }
    }

    private static void rethrow(Throwable thrown) throws IOException {
        if (thrown instanceof IOException checked) {
            throw checked;
        } else if (thrown instanceof RuntimeException unchecked) {
            throw unchecked;
        } else {
            throw (Error) thrown;
        }
    }

    /**
     * An fd that was closed before del, and whose file lives on in a duplicate, can be deleted from
     * the kernel's table no more, and being level-triggered would end every wait at once. What is
     * left is to begin a new table (libev does the same).
     */
    private void rebuild() throws ErrnoException {
        kernelIsStale = false;
        poller.reset();
        for (int fd = 0; fd < registrations.capacity(); fd++) {
            if (registrations.state(fd) == Registrations.WATCHED) {
                try {
                    poller.add(fd, registrations.interest(fd), registrations.token(fd));
                } catch (ErrnoException e) { // closed without del: nobody will hear of it
                    registrations.update(fd, Registrations.MASKED, 0);
                }
            } else if (registrations.state(fd) == Registrations.DISARMED) {
                registrations.update(fd, Registrations.MASKED, registrations.interest(fd));
            }
        }
    }

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
    public Timer newTimer(Runnable onExpiry) {
        ownership.checkOwned("make a timer of");
        return new WheelTimer(this, onExpiry);
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

    @Override
    public void close() {
        if (ownership.close()) {
            gate.interrupt(); // the thread inside run, which then releases everything
        }
    }

    private void release() {
        tasks.clear();
        gate.close();
    }

    void checkOwned(String what) {
        ownership.checkOwned(what);
    }

    TimerWheel timers() {
        return timers;
    }

    /** Of a registered number the kernel may know nothing more: then it was closed without del. */
    private void replaceIfAbandoned(int fd, int interest) throws ErrnoException {
        if (interest == 0 || registrations.state(fd) == Registrations.MASKED) {
            throw ErrnoException.alreadyRegistered(fd);
        }
        try {
            poller.add(fd, interest, registrations.nextToken(fd));
        } catch (ErrnoException e) {
            throw ErrnoException.alreadyRegistered(fd); // whatever it is by now
        }
    }

    /** Interest 0 tells the poller nothing, but a bad fd is refused all the same. */
    private void probe(int fd) throws ErrnoException {
        watch(fd, Events.READ, registrations.nextToken(fd));
        poller.del(fd);
    }

    private void watch(int fd, int interest, long token) throws ErrnoException {
        try {
            poller.add(fd, interest, token);
        } catch (ErrnoException e) {
            throw ErrnoException.explained(e);
        }
    }
}
