package dev.eventloop.lb.pool;

import dev.eventloop.EventLoop;
import dev.eventloop.Timer;
import dev.eventloop.lb.BackendState;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs the health checks of all backends on one event loop, and advances the slow start of backends
 * that came back up. Confined to the loop's thread.
 */
public final class HealthChecks {
    /** What a check sends first, such as a PROXY header. */
    public interface Preface {
        /**
         * Writes the preface, or nothing, to an empty buffer; {@code fd} is the connected socket.
         */
        void write(int fd, NativeBuffer buffer);
    }

    /** Larger than any preface. */
    private static final int BUFFER_SIZE = 1024;

    private static final int UPDATES_AT_ONCE = 256;

    /** How often shares are computed anew without a slow start, while a backend catches up. */
    private static final Duration CATCH_UP_STEP = Duration.ofSeconds(1);

    private final Pool pool;
    private final EventLoop loop;
    private final Sockets sockets;
    private final Connector connector;
    private final LocalErrors localErrors;
    private final Preface preface;
    private final CheckSlots slots;
    private final Timer slowStart;
    private final Map<Backend, HealthCheck> checks = new LinkedHashMap<>();

    /** Retired checks that still wait for the backend's FIN. */
    private final Set<HealthCheck> retiring = new LinkedHashSet<>();

    /** Backends that {@link #update} was called for, and that it has not looked at yet. */
    private final ArrayDeque<Backend> changed = new ArrayDeque<>();

    /** Of all checks, which use it within a callback only. */
    private NativeBuffer buffer;

    private Duration interval = Duration.ZERO;
    private long random;
    private boolean ended;

    /**
     * Checks nothing before the first {@link #update}.
     *
     * @param preface what each check sends first
     * @param slots of all pools that are checked on this loop
     * @param seed for the jitter
     */
    public HealthChecks(
            Pool pool,
            EventLoop loop,
            Sockets sockets,
            Preface preface,
            CheckSlots slots,
            long seed) {
        this.pool = pool;
        this.loop = loop;
        this.sockets = sockets;
        this.connector = new Connector(sockets);
        this.localErrors = new LocalErrors(loop::nanoTime);
        this.preface = preface;
        this.slots = slots;
        this.random = seed;
        this.slowStart = loop.newTimer(pool::stepSlowStart);
    }

    /** Starts and stops checks after the settings have changed. */
    public void updateAll() {
        if (ended) {
            return;
        }
        if (!pool.health().interval().equals(interval)) {
            interval = pool.health().interval();
            checks.values().forEach(HealthCheck::intervalChanged);
        }
        update(List.copyOf(checks.keySet()));
        update(pool.backends());
    }

    /** Starts and stops the checks of backends that have come, gone or changed. */
    public void update(Collection<Backend> backends) {
        boolean isRunning = !changed.isEmpty();
        changed.addAll(backends);
        if (!isRunning) {
            updateSome();
        }
    }

    /** Thousands may change at a time, and the loop has clients to serve. */
    private void updateSome() {
        for (int i = 0; i < UPDATES_AT_ONCE && !changed.isEmpty() && !ended; i++) {
            update(changed.poll());
        }
        if (!changed.isEmpty() && !ended) {
            loop.execute(this::updateSome);
        }
    }

    private void update(Backend backend) {
        boolean wanted =
                pool.has(backend)
                        && backend.state() != BackendState.DOWN
                        && (pool.health().isActive() || !backend.isHealthy());
        HealthCheck running = checks.get(backend);
        if (wanted && running == null) {
            HealthCheck check = new HealthCheck(backend, this);
            checks.put(backend, check);
            check.begin();
        } else if (!wanted && running != null) {
            checks.remove(backend);
            if (running.retire()) {
                retiring.add(running);
            }
        }
    }

    /** Stops all checks and closes their sockets. */
    public void end() {
        ended = true;
        slowStart.cancel();
        checks.values().forEach(HealthCheck::end);
        checks.clear();
        retiring.forEach(HealthCheck::end);
        retiring.clear();
        connector.close();
        if (buffer != null) {
            buffer.close();
        }
    }

    /** Called while a backend is in its slow start: there is a step to take. */
    public void startSlowly() {
        if (!slowStart.isActive() && !ended) {
            Duration time = pool.health().slowStart();
            Duration step = time.dividedBy(TableBuilder.SLOW_START_STEPS);
            slowStart.start(step.isZero() ? CATCH_UP_STEP : step);
        }
    }

    /**
     * Called by a check that passed. Checking goes on only if checks are on, or the backend is
     * down.
     */
    void passed(Backend backend) {
        pool.succeeded(backend);
        if (!pool.health().isActive()) {
            update(backend);
        }
    }

    /** Called by a retired check when its socket is closed. */
    void retired(HealthCheck check) {
        retiring.remove(check);
    }

    /** This machine could not check. */
    void couldNotCheck(Backend backend, int errno) {
        localErrors.warn(backend, errno);
    }

    void failed(Backend backend, String why) {
        pool.checkFailed(backend, why);
    }

    /**
     * The interval, longer or shorter by up to {@code percent} at random, so that the checks of
     * many load balancers do not arrive together.
     */
    Duration jittered(Duration interval, int percent) {
        random += Hash.GOLDEN_GAMMA;
        long part = Long.remainderUnsigned(Hash.mix(random), 2L * percent + 1) - percent;
        return interval.plus(interval.multipliedBy(part).dividedBy(100));
    }

    HealthOptions options() {
        return pool.health();
    }

    CheckSlots slots() {
        return slots;
    }

    /** For what a check reads or writes within a callback. */
    NativeBuffer emptyBuffer() {
        if (buffer == null) {
            buffer = NativeBuffer.allocate(BUFFER_SIZE);
        }
        buffer.clear();
        return buffer;
    }

    EventLoop loop() {
        return loop;
    }

    Sockets sockets() {
        return sockets;
    }

    Connector connector() {
        return connector;
    }

    Preface preface() {
        return preface;
    }
}
