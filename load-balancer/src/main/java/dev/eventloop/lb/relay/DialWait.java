package dev.eventloop.lb.relay;

import dev.eventloop.ErrnoException;
import dev.eventloop.lb.pool.Backend;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a dial waits for, and until when. For most of it no event comes: then the connection stands
 * in a {@link WaitingLine}. The client is watched all the time.
 */
final class DialWait {
    private static final Logger LOG = LoggerFactory.getLogger(DialWait.class);

    /** How often to ask whether the client was reset, where the loop does not report it. */
    private static final long CLIENT_CHECK = Duration.ofSeconds(1).toNanos();

    enum For {
        NOTHING,

        /** The answer of the backend, which an event tells of. */
        ANSWER,

        /** Room in the backlog of the backend, a unix-domain socket: EAGAIN in connect(2). */
        BACKLOG,

        /** A file descriptor, or memory. */
        DESCRIPTOR,

        /** Whatever this machine lacks: {@link dev.eventloop.lb.pool.LocalErrors}. */
        THIS_MACHINE,

        /** The next round, after no backend is left to be tried in this one. */
        NEXT_ROUND
    }

    private final Connection connection;
    private final RelayContext context;
    private For what = For.NOTHING;
    private long deadline;

    // Each kind of wait has a time of its own, so that none is charged to another; 0 for none yet.
    private long descriptorUntil;
    private long backendUntil;

    /** Until when attempts that fail because of this machine are repeated, with other backends. */
    private long repeatedUntil;

    DialWait(Connection connection, RelayContext context) {
        this.connection = connection;
        this.context = context;
    }

    /** For another connection. */
    void reset() {
        repeatedUntil = 0;
    }

    boolean isFor(For what) {
        return this.what == what;
    }

    /**
     * Waits from now on. A later try does not extend the time, unless {@link #stop} was called; nor
     * does it if there was another kind of wait in between.
     *
     * @param backend the one that is tried; null for none
     */
    void start(For next, Backend backend) {
        if (what == next) {
            return;
        }
        deadline = until(next);
        become(next);
        if (next != For.ANSWER && next != For.NEXT_ROUND) {
            line(backend).join(connection);
        }
        watchClient();
        startTimer();
    }

    /** Waits for the pause before all backends are tried again; false if there is no such round. */
    boolean startNextRound() {
        boolean hasPause = !connection.pool().settings().retryInterval().isZero();
        boolean mayTry = hasPause && connection.attempts().roundsRemain();
        if (mayTry) {
            start(For.NEXT_ROUND, null);
        }
        return mayTry;
    }

    private long until(For next) {
        long latest = context.now() + longest(next).toNanos();
        switch (next) {
            case DESCRIPTOR -> {
                descriptorUntil = first(descriptorUntil, latest);
                return descriptorUntil;
            }
            case THIS_MACHINE -> {
                repeatedUntil = first(repeatedUntil, latest);
                return repeatedUntil;
            }
            case NEXT_ROUND -> {
                return latest;
            }
            default -> {
                backendUntil = first(backendUntil, latest);
                return backendUntil;
            }
        }
    }

    private static long first(long known, long next) {
        return known == 0 ? next : known;
    }

    private void watchClient() {
        try {
            connection.relay().watchForFailure(Direction.UP);
        } catch (ErrnoException e) {
            LOG.debug("{} is not watched while it is dialled for", connection.client(), e);
        }
    }

    void stop() {
        become(For.NOTHING);
        descriptorUntil = 0;
        backendUntil = 0;
    }

    /**
     * Accepted connections get descriptors before new ones are accepted: otherwise all might wait
     * for ever. Clients that sent their hellos at the same time may have all of them, so that ends
     * at the deadline, too.
     */
    private void become(For next) {
        WaitingLine.leave(connection);
        boolean claims = next == For.DESCRIPTOR;
        if (claims != (what == For.DESCRIPTOR)) {
            context.host().claimDescriptors(claims ? 1 : -1);
        }
        what = next;
    }

    private Duration longest(For what) {
        if (what == For.NEXT_ROUND) {
            return connection.pool().settings().retryInterval();
        }
        Duration idle = connection.frontend().settings().idleTimeout();
        boolean byIdle = what == For.DESCRIPTOR && !idle.isZero();
        return byIdle ? idle : connection.pool().settings().connectTimeout();
    }

    private WaitingLine line(Backend backend) {
        return switch (what) {
            case BACKLOG -> context.lines().backlog(backend);
            case DESCRIPTOR -> context.lines().descriptor();
            default -> context.lines().thisMachine();
        };
    }

    boolean isOver() {
        return context.now() >= deadline;
    }

    /** Starts the timer for the deadline, or to ask for the client before. */
    void startTimer() {
        long left = Math.max(0, deadline - context.now());
        boolean heard = connection.relay().reportsFailures();
        connection.timer().start(Duration.ofNanos(heard ? left : Math.min(left, CLIENT_CHECK)));
    }
}
