package dev.eventloop.lb;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.net.Sockets;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A TCP load balancer in this process: accepts connections and relays each to one of its backends.
 *
 * <pre>{@code
 * try (LoadBalancer lb = LoadBalancer.builder()
 *         .listen(8080)
 *         .backend("127.0.0.1", 9001, 3)
 *         .backend("127.0.0.1", 9002, 2)
 *         .start()) {
 *     ...
 * }
 * }</pre>
 *
 * <p>It runs on threads of its own; every method may be called from any thread.
 */
public final class LoadBalancer implements AutoCloseable {
    private final List<Backend> backends;
    private final Counters counters = new Counters();
    private final AccessLog accessLog;
    private final ClientSlots slots;
    private final List<Worker> workers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final String eventBackend;
    private final InetSocketAddress address;
    private boolean released;

    LoadBalancer(
            Settings settings,
            List<Backend> backends,
            Surroundings surroundings,
            EventLoopOptions loopOptions,
            AccessLog accessLog)
            throws ErrnoException {
        this.backends = backends;
        this.accessLog = accessLog;
        Sockets sockets = surroundings.sockets();
        int[] listeners = Listeners.open(sockets, settings.address(), settings.threads());
        this.address = sockets.localAddress(listeners[0]);
        this.slots = new ClientSlots(settings.maxClients(), this::slotIsFree);
        Shared shared =
                new Shared(
                        settings,
                        sockets,
                        surroundings.nanoClock(),
                        new Balancer(backends, settings.algorithm()),
                        slots,
                        counters,
                        accessLog);
        try {
            for (int listener : listeners) {
                Worker worker =
                        new Worker(shared, surroundings.loops().open(loopOptions), listener);
                workers.add(worker);
                worker.open();
            }
        } catch (ErrnoException | RuntimeException e) {
            for (int i = workers.size(); i < listeners.length; i++) {
                sockets.close(listeners[i]);
            }
            workers.forEach(Worker::end);
            throw e;
        }
        this.eventBackend = workers.get(0).loop().backendName();
    }

    /** What to listen on, and who is behind. */
    public static LoadBalancerBuilder builder() {
        return new LoadBalancerBuilder();
    }

    /** Starts the threads. */
    LoadBalancer run() {
        for (Worker worker : workers) {
            String name = "load-balancer-" + address.getPort() + "-" + threads.size();
            Thread thread = new Thread(worker::run, name);
            threads.add(thread);
            thread.start();
        }
        return this;
    }

    /** The port that is listened on. */
    public int port() {
        return address.getPort();
    }

    /** The address that is listened on. */
    public InetSocketAddress address() {
        return address;
    }

    /** {@code "epoll"} and so on. */
    public String eventBackend() {
        return eventBackend;
    }

    /** What happened so far. */
    public LoadBalancerStats stats() {
        List<LoadBalancerStats.Backend> each = backends.stream().map(Backend::stats).toList();
        return new LoadBalancerStats(
                counters.acceptedCount(), counters.active(), each, counters.closes());
    }

    /**
     * Stops listening at once and waits until all connections have ended. Those that have not when
     * {@code time} is over are closed, spread over its last tenth. Afterwards only {@link #stats}
     * is of use.
     *
     * @return whether all connections ended by themselves
     */
    public boolean drain(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(
                    "the time to drain is " + time + "; it must not be negative");
        }
        startDraining(time);
        awaitEnd();
        return !counters.closes().containsKey(CloseReason.DRAINED)
                && !counters.closes().containsKey(CloseReason.SHUTDOWN);
    }

    /** Each worker drains, and stops when its connections have ended. */
    void startDraining(Duration time) {
        onEach(worker -> worker.drain(time));
    }

    /** Each worker ends its connections, and stops. */
    void startClosing() {
        onEach(Worker::shutDown);
    }

    /** Whether everything has ended, by {@link #drain} or {@link #close}. */
    public synchronized boolean isClosed() {
        return released;
    }

    /** Ends everything now: listeners and connections. Idempotent. */
    @Override
    public void close() {
        startClosing();
        awaitEnd();
    }

    /** In the order of their listeners; each has a thread between {@link #run} and the end. */
    List<Worker> workers() {
        return workers;
    }

    ClientSlots slots() {
        return slots;
    }

    private void slotIsFree() {
        onEach(Worker::slotIsFree);
    }

    private void onEach(Consumer<Worker> action) {
        for (Worker worker : workers) {
            worker.execute(() -> action.accept(worker));
        }
    }

    private void awaitEnd() {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (true) {
                try {
                    thread.join();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        release();
    }

    /** What the workers shared, once none of them runs any more. */
    private synchronized void release() {
        if (released) {
            return;
        }
        released = true;
        backends.forEach(Backend::close);
        if (accessLog != null) {
            accessLog.close();
        }
    }
}
