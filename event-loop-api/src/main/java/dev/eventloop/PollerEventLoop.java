package dev.eventloop;

import dev.eventloop.spi.Poller;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue;

/** The loop over a {@link Poller}. The hot path is {@link #iterate} and {@link #dispatch}. */
final class PollerEventLoop implements EventLoop {
    private static final long FOR_EVER = Long.MAX_VALUE;
    private static final int TASK_CHUNK = 128;

    private final Poller poller;
    private final Consumer<? super Throwable> errorHandler;
    private final Registrations registrations = new Registrations();
    private final TimerWheel timers;
    private final WakeupGate gate;
    private final MpscUnboundedAtomicArrayQueue<Runnable> tasks =
            new MpscUnboundedAtomicArrayQueue<>(TASK_CHUNK);

    /** The thread inside run. */
    private final AtomicReference<Thread> runner = new AtomicReference<>();

    private volatile boolean stopRequested;
    private volatile boolean closed;
    private boolean released;

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
    }

    @Override
    public <A> void add(int fd, int interest, EventCallback<? super A> callback, A attachment)
            throws ErrnoException {
        checkOwned("add an fd to");
        Objects.requireNonNull(callback, "callback");
        checkInterest(interest);
        if (fd < 0) {
            throw ErrnoException.negative(fd);
        }
        if (registrations.state(fd) != Registrations.NONE) {
            replaceIfAbandoned(fd, interest);
        } else if (interest != 0) {
            poller.add(fd, interest, registrations.nextToken(fd));
        } else {
            probe(fd);
        }
        byte state = interest == 0 ? Registrations.MASKED : Registrations.WATCHED;
        registrations.put(fd, state, interest, callback, attachment, batch);
    }

    @Override
    public void mod(int fd, int interest) throws ErrnoException {
        checkOwned("change an fd of");
        checkInterest(interest);
        byte state = registrations.state(fd);
        if (state == Registrations.NONE) {
            throw ErrnoException.notRegistered("mod", fd);
        }
        checkExclusive(registrations.interest(fd) | interest, fd);
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
        checkOwned("delete an fd from");
        byte state = registrations.state(fd);
        if (state == Registrations.NONE) {
            throw ErrnoException.notRegistered("del", fd);
        }
        registrations.remove(fd, batch);
        if (state != Registrations.MASKED) {
            poller.del(fd);
        }
    }

    @Override
    public int run(int timeoutMillis) throws IOException {
        enter();
        try {
            return iterate(timeoutMillis < 0 ? FOR_EVER : timeoutMillis * 1_000_000L);
        } finally {
            stopRequested = false;
            leave();
        }
    }

    @Override
    public void runUntilStopped() throws IOException {
        enter();
        try {
            while (!stopRequested) {
                iterate(FOR_EVER);
            }
            stopRequested = false;
        } finally {
            leave();
        }
    }

    /** Waits, then calls fd callbacks, timers and tasks, in this order. */
    private int iterate(long timeoutNanos) throws IOException {
        int called = next < ready ? dispatch() : waitAndDispatch(timeoutNanos);
        fireTimers();
        runTasks();
        return called;
    }

    /** Goes on with what is left of the time where the wait ended for nothing. */
    private int waitAndDispatch(long timeoutNanos) throws IOException {
        long start = timeoutNanos == FOR_EVER ? 0 : timers.now();
        long deadline = timeoutNanos > FOR_EVER - start ? FOR_EVER : start + timeoutNanos;
        while (true) {
            next = 0;
            ready = 0;
            boolean mayWait = gate.beforeWait(); // before looking for work: see WakeupGate
            ready = poller.poll(mayWait ? timeToWait(deadline) : 0);
            boolean woken = gate.afterWait();
            batch++;
            int called = dispatch();
            if (called > 0 || woken || hasWork() || isOver(deadline)) {
                return called;
            }
        }
    }

    private int dispatch() throws IOException {
        int called = 0;
        while (next < ready && !closed) {
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

    /** What may be reported now; disarms a ONESHOT. An earlier callback may have changed it. */
    private int reportable(int fd) {
        int interest = registrations.interest(fd);
        byte state = registrations.state(fd);
        if (state != Registrations.WATCHED) {
            return 0;
        }
        if ((interest & Events.ONESHOT) != 0) {
            registrations.disarm(fd);
        }
        int reported = (interest & (Events.READ | Events.WRITE)) | Events.ERROR | Events.HUP;
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
        return closed ? null : timers.pollDue();
    }

    /** Runs the tasks that are there now; those they add come in the next iteration. */
    private void runTasks() throws IOException {
        if (tasks.isEmpty()) {
            return;
        }
        for (int n = tasks.size(); n > 0 && !closed; n--) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            try {
                task.run();
            } catch (Throwable thrown) { // the other tasks must not be lost
                handle(thrown);
            }
        }
    }

    private long timeToWait(long deadline) {
        if (isAskedFor()) {
            return 0;
        }
        long until = Math.min(deadline, timers.nextDeadline());
        return until == FOR_EVER ? -1 : Math.max(0, until - timers.now());
    }

    private boolean hasWork() {
        return isAskedFor() || timersAreDue();
    }

    /**
     * Another thread may make this true at any time, and then calls {@link WakeupGate#interrupt}.
     */
    private boolean isAskedFor() {
        return stopRequested || closed || !tasks.isEmpty();
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
        if (errorHandler != null) {
            errorHandler.accept(thrown);
        } else if (thrown instanceof IOException checked) {
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
        checkOpen();
        stopRequested = true;
        gate.interrupt();
    }

    @Override
    public void wakeup() {
        checkOpen();
        gate.wakeup();
    }

    @Override
    public void execute(Runnable task) {
        checkOpen();
        tasks.offer(Objects.requireNonNull(task, "task"));
        gate.interrupt();
    }

    @Override
    public Timer newTimer(Runnable onExpiry) {
        checkOwned("make a timer of");
        return new WheelTimer(this, onExpiry);
    }

    @Override
    public String backendName() {
        checkOpen();
        return poller.name();
    }

    @Override
    public Set<Capability> capabilities() {
        checkOpen();
        return poller.capabilities();
    }

    @Override
    public int size() {
        checkOpen();
        return registrations.size();
    }

    @Override
    public boolean inEventLoop() {
        return runner.getPlain() == Thread.currentThread();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        gate.interrupt();
        if (runner.compareAndSet(null, Thread.currentThread())) {
            leave();
        } // else the thread inside run releases everything as it leaves
    }

    private void enter() {
        checkOpen();
        Thread current = Thread.currentThread();
        if (!runner.compareAndSet(null, current)) {
            Thread other = runner.get();
            if (other == current) {
                throw new IllegalStateException(
                        "run was called from inside a callback of this loop");
            }
            throw foreign("run", current, other);
        }
        if (closed) { // by another thread since the check above
            leave();
            checkOpen();
        }
    }

    private void leave() {
        if (closed && !released) {
            released = true;
            tasks.clear();
            gate.close();
        }
        runner.set(null);
        if (closed && !released && runner.compareAndSet(null, Thread.currentThread())) {
            leave(); // closed by another thread in between
        }
    }

    void checkOwned(String what) {
        checkOpen();
        Thread owner = runner.get();
        if (owner != null && owner != Thread.currentThread()) {
            throw foreign(what, Thread.currentThread(), owner);
        }
    }

    TimerWheel timers() {
        return timers;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("event loop is closed");
        }
    }

    private static IllegalStateException foreign(String what, Thread caller, Thread owner) {
        return new IllegalStateException(
                "thread \""
                        + caller.getName()
                        + "\" must not "
                        + what
                        + " this loop while thread \""
                        + (owner == null ? "?" : owner.getName())
                        + "\" is inside run; use execute");
    }

    private void checkInterest(int interest) {
        int unknown = interest & ~Events.ALL_INTEREST;
        if (unknown != 0) {
            throw new IllegalArgumentException(
                    "interest "
                            + Events.toString(interest)
                            + " holds "
                            + Events.toString(unknown)
                            + ", which cannot be asked for");
        }
        if (interest != 0 && (interest & (Events.READ | Events.WRITE)) == 0) {
            throw new IllegalArgumentException(
                    "interest " + Events.toString(interest) + " needs READ or WRITE, or must be 0");
        }
        if ((interest & Events.EXCLUSIVE) != 0
                && (interest & (Events.ONESHOT | Events.READ_HUP)) != 0) {
            throw new IllegalArgumentException(
                    "interest "
                            + Events.toString(interest)
                            + ": EXCLUSIVE goes with READ, WRITE and EDGE only");
        }
        require(interest, Events.EDGE, Capability.EDGE_TRIGGERED);
        require(interest, Events.ONESHOT, Capability.ONESHOT);
        require(interest, Events.EXCLUSIVE, Capability.EXCLUSIVE);
        require(interest, Events.READ_HUP, Capability.READ_HUP);
    }

    private void require(int interest, int bit, Capability capability) {
        if ((interest & bit) != 0 && !poller.capabilities().contains(capability)) {
            throw new UnsupportedOperationException(
                    Events.toString(bit)
                            + " is not supported by the "
                            + poller.name()
                            + " backend");
        }
    }

    private static void checkExclusive(int interests, int fd) {
        if ((interests & Events.EXCLUSIVE) != 0) {
            throw new IllegalArgumentException(
                    "fd "
                            + fd
                            + ": EXCLUSIVE is for add only; delete the fd and add it again to change it");
        }
    }

    /** Of a registered number the kernel may know nothing more: then it was closed without del. */
    private void replaceIfAbandoned(int fd, int interest) throws ErrnoException {
        if (interest == 0 || registrations.state(fd) == Registrations.MASKED) {
            throw ErrnoException.alreadyRegistered(fd);
        }
        try {
            poller.add(fd, interest, registrations.nextToken(fd));
        } catch (ErrnoException e) {
            throw ErrnoException.isExists(e) ? ErrnoException.alreadyRegistered(fd) : e;
        }
    }

    /** Interest 0 tells the poller nothing, but a bad fd is refused all the same. */
    private void probe(int fd) throws ErrnoException {
        poller.add(fd, Events.READ, registrations.nextToken(fd));
        poller.del(fd);
    }
}
