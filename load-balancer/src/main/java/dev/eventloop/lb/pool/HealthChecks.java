package dev.eventloop.lb.pool;

import dev.eventloop.EventLoop;
import dev.eventloop.Timer;
import dev.eventloop.lb.BackendState;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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

    private final Pool pool;
    private final EventLoop loop;
    private final Sockets sockets;
    private final Connector connector;
    private final LocalErrors localErrors;
    private final Preface preface;
    private final Timer slowStart;
    private final Map<Backend, HealthCheck> checks = new LinkedHashMap<>();

    /** Retired checks that still wait for the backend's FIN. */
    private final Set<HealthCheck> retiring = new LinkedHashSet<>();

    private Duration interval = Duration.ZERO;
    private long random;
    private boolean ended;

    /**
     * Checks nothing before the first {@link #update}.
     *
     * @param preface what each check sends first
     * @param seed for the jitter
     */
    public HealthChecks(Pool pool, EventLoop loop, Sockets sockets, Preface preface, long seed) {
        this.pool = pool;
        this.loop = loop;
        this.sockets = sockets;
        this.connector = new Connector(sockets);
        this.localErrors = new LocalErrors(loop::nanoTime);
        this.preface = preface;
        this.random = seed;
        this.slowStart = loop.newTimer(this::stepSlowStart);
    }

    /** Starts and stops checks after backends were added or removed, or after one went down. */
    public void update() {
        if (ended) {
            return;
        }
        if (!pool.health().interval().equals(interval)) {
            interval = pool.health().interval();
            checks.values().forEach(HealthCheck::intervalChanged);
        }
        Map<Backend, HealthCheck> gone = new LinkedHashMap<>(checks);
        for (Backend backend : pool.backends()) {
            boolean wanted =
                    backend.state() != BackendState.DOWN
                            && (pool.health().isActive() || !backend.isHealthy());
            if (wanted && gone.remove(backend) == null) {
                HealthCheck check = new HealthCheck(backend, this);
                checks.put(backend, check);
                check.begin();
            }
        }
        gone.forEach(
                (backend, check) -> {
                    checks.remove(backend);
                    if (check.retire()) {
                        retiring.add(check);
                    }
                });
        stepSlowStart();
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
    }

    /** Advances the slow start, as long as a backend is in one. */
    private void stepSlowStart() {
        if (pool.isInSlowStart() && !slowStart.isActive()) {
            Duration time = pool.health().slowStart();
            slowStart.start(time.dividedBy(TableBuilder.SLOW_START_STEPS));
            pool.refresh();
        }
    }

    /**
     * Called by a check that passed. Checking goes on only if checks are on, or the backend is
     * down.
     */
    void passed(Backend backend) {
        pool.succeeded(backend);
        if (pool.health().isActive()) {
            stepSlowStart();
        } else {
            update();
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
