package dev.eventloop.lb.upstream;

import dev.eventloop.EventLoop;
import dev.eventloop.Timer;
import dev.eventloop.net.NativeBuffer;
import dev.eventloop.net.Sockets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Checks the health of backends, each at its own pace, on one event loop; and lets those that came
 * back have their share little by little. Confined to the loop's thread.
 */
public final class HealthChecks {
    /** What a backend wants to see first. */
    public interface Preface {
        /** Adds it, if there is one, to an empty buffer; the connection is that of {@code fd}. */
        void write(int fd, NativeBuffer buffer);
    }

    private final Upstream upstream;
    private final EventLoop loop;
    private final Sockets sockets;
    private final Preface preface;
    private final Timer slowStart;
    private final Map<Backend, HealthCheck> checks = new LinkedHashMap<>();

    /** Those whose backend is not checked any more, but that are not over. */
    private final Set<HealthCheck> leaving = new LinkedHashSet<>();

    private Duration interval = Duration.ZERO;
    private long random;
    private boolean ended;

    /**
     * Nothing is checked before {@link #update}.
     *
     * @param preface for each check
     * @param seed of the jitter
     */
    public HealthChecks(
            Upstream upstream, EventLoop loop, Sockets sockets, Preface preface, long seed) {
        this.upstream = upstream;
        this.loop = loop;
        this.sockets = sockets;
        this.preface = preface;
        this.random = seed;
        this.slowStart = loop.newTimer(this::step);
    }

    /** Backends came or went, or one went down. */
    public void update() {
        if (ended) {
            return;
        }
        if (!upstream.health().interval().equals(interval)) {
            interval = upstream.health().interval();
            checks.values().forEach(HealthCheck::intervalChanged);
        }
        Map<Backend, HealthCheck> gone = new LinkedHashMap<>(checks);
        for (Backend backend : upstream.backends()) {
            boolean wanted =
                    backend.state() != BackendState.DOWN
                            && (upstream.health().isActive() || !backend.isHealthy());
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
                        leaving.add(check);
                    }
                });
        step();
    }

    /** Checks nothing any more. */
    public void end() {
        ended = true;
        slowStart.cancel();
        checks.values().forEach(HealthCheck::end);
        checks.clear();
        leaving.forEach(HealthCheck::end);
        leaving.clear();
    }

    /** Shares grow while somebody is about to have his back. */
    private void step() {
        if (upstream.isSlowlyStarting() && !slowStart.isActive()) {
            Duration time = upstream.health().slowStart();
            slowStart.start(time.dividedBy(Upstream.SLOW_START_STEPS));
            upstream.refresh();
        }
    }

    /** It is checked on only if checks are on, or it is down. */
    void passed(Backend backend) {
        upstream.checkPassed(backend);
        if (upstream.health().isActive()) {
            step();
        } else {
            update();
        }
    }

    /** Its goodbye is over. */
    void retired(HealthCheck check) {
        leaving.remove(check);
    }

    void failed(Backend backend, String why) {
        upstream.checkFailed(backend, why);
    }

    /**
     * Until the next check: never in step with others, and a moment sooner or later each time, so
     * that many load balancers do not all come at once.
     */
    Duration jittered(Duration interval, int percent) {
        random += Hash.GOLDEN_GAMMA;
        long part = Long.remainderUnsigned(Hash.mix(random), 2L * percent + 1) - percent;
        return interval.plus(interval.multipliedBy(part).dividedBy(100));
    }

    HealthOptions options() {
        return upstream.health();
    }

    EventLoop loop() {
        return loop;
    }

    Sockets sockets() {
        return sockets;
    }

    Preface preface() {
        return preface;
    }
}
