package dev.eventloop.lb.simulation;

import dev.eventloop.ErrnoException;
import dev.eventloop.net.ListenOptions;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A simulated backend. It listens, polls for connections at intervals, plays a {@link Script} on
 * each, and may die and come back.
 */
final class BackendServer {
    private static final long SHORTEST_LOOK = 20_000;
    private static final long LONGEST_LOOK = 250_000_000;

    final BackendPlan plan;
    final String name;

    /** Its pool. */
    final BackendWatch pool;

    private final Simulation simulation;
    private final Dice dice;
    private final List<Peer> connections = new ArrayList<>();
    private int listener = -1;
    private long lastAccept;
    private long lastLook;

    /** When it last came up or died. */
    private long changedAt;

    private long checksSinceUp;
    private boolean wasDown;
    private boolean hasDied;
    private boolean hasDropped;
    private long nextLook = Long.MAX_VALUE;

    BackendServer(Simulation simulation, BackendPlan plan, BackendWatch pool, Dice dice) {
        this.simulation = simulation;
        this.name = plan.options().name();
        this.plan = plan;
        this.pool = pool;
        this.dice = dice;
    }

    /** Starts listening, unless it is down at the start, and schedules its death and return. */
    void begin() {
        if (plan.downFrom() != 0) {
            open();
        } else {
            wasDown = true;
        }
        if (plan.downFrom() > 0) {
            simulation.peers().after(plan.downFrom(), this::die);
        }
        if (plan.downFrom() >= 0 && plan.downFor() < Script.FOR_EVER) {
            simulation.peers().after(plan.downFrom() + plan.downFor(), this::open);
        }
    }

    /** Listens from now on, whatever was planned. */
    void comeBack() {
        if (!isListening()) {
            open();
        }
    }

    private void open() {
        if (simulation.ending.isOver() || isListening()) {
            return;
        }
        ListenOptions options = ListenOptions.defaults().backlog(plan.backlog());
        try {
            if (plan.address() instanceof InetSocketAddress inet) {
                listener = simulation.sockets().listen(inet, options);
            } else if (plan.address() instanceof UnixDomainSocketAddress unix) {
                simulation.peers().unlink(unix.getPath().toString());
                listener = simulation.sockets().listen(unix, options);
            }
        } catch (ErrnoException e) {
            throw new AssertionError(name + " cannot listen", e);
        }
        simulation.note("%s listens", name);
        checksSinceUp = 0;
        changedAt = simulation.now();
        lastAccept = simulation.now();
        lastLook = simulation.now();
        lookIn(SHORTEST_LOOK);
    }

    /** Polls soon, because a client has just arrived. */
    void nudge() {
        lastAccept = simulation.now();
        lookIn(SHORTEST_LOOK);
    }

    private void lookIn(long delay) {
        long at = simulation.now() + delay + (plan.slowness() > 0 ? dice.upTo(plan.slowness()) : 0);
        if (plan.slowness() < Script.FOR_EVER && at < nextLook) {
            nextLook = at;
            simulation.peers().after(at - simulation.now(), () -> look(at));
        }
    }

    private void look(long at) {
        if (nextLook != at) {
            return; // another look is scheduled earlier
        }
        nextLook = Long.MAX_VALUE;
        if (listener < 0 || simulation.ending.isOver()) {
            return;
        }
        long unseen = simulation.now() - lastLook;
        lastLook = simulation.now();
        int fd = simulation.sockets().accept(listener);
        while (fd >= 0) {
            lastAccept = simulation.now();
            boolean check = isCheck(fd);
            Script script =
                    check
                            ? Script.ofChecked(dice.split())
                            : Script.ofBackend(
                                    dice.split(), plan.largest(), simulation.scenario.style());
            Peer peer = simulation.accepted(this, fd, script, check, dice.split());
            peer.unseenFor = unseen;
            checksSinceUp += check ? 1 : 0;
            connections.add(peer);
            peer.begin();
            fd = simulation.sockets().accept(listener);
        }
        lookIn(Math.min(LONGEST_LOOK, SHORTEST_LOOK + (simulation.now() - lastAccept) / 4));
    }

    /**
     * Whether the connection is a health check: no client's connection uses its source port. False
     * for unix-domain sockets, where this is unknown.
     */
    private boolean isCheck(int fd) {
        if (isUnix() || simulation.scenario.plain()) {
            return false;
        }
        InetSocketAddress from = simulation.sockets().remoteAddress(fd);
        return from != null && !simulation.isDialPort(from.getPort());
    }

    private void die() {
        if (simulation.ending.isOver()) {
            return;
        }
        simulation.note("%s dies", name);
        hasDied = true;
        wasDown = true;
        closeListener();
        changedAt = simulation.now();
        for (Peer peer : connections) {
            if (!peer.isClosed) {
                peer.leave(true, "dies");
            }
        }
    }

    void closeListener() {
        if (listener >= 0) {
            simulation.sockets().close(listener);
            listener = -1;
            if (plan.unlinks() && plan.address() instanceof UnixDomainSocketAddress unix) {
                simulation.peers().unlink(unix.getPath().toString());
            }
        }
    }

    boolean isUnix() {
        return plan.address() instanceof UnixDomainSocketAddress;
    }

    /** How many health checks it has accepted since it came up, as far as they are recognizable. */
    long checksSinceUp() {
        return checksSinceUp;
    }

    boolean isListening() {
        return listener >= 0;
    }

    long changedAt() {
        return changedAt;
    }

    /** Whether a connect to it could exceed the timeout of the load balancer. */
    boolean mayTimeOut() {
        long most = simulation.scenario.mostLatency().toNanos();
        long timeout = pool.plan.connectTimeout().toNanos();
        return mayKeepWaiting()
                || mayGetShortHeaders()
                || 4 * most > Math.min(timeout, pool.policies.shortestInterval());
    }

    /**
     * Whether a connect could fail: it was ever down, or has closed a connection, and so perhaps
     * before it got its PROXY header.
     */
    boolean mayRefuse() {
        return wasDown || mayMissHeader();
    }

    /** Whether it may have closed a connection before it got its PROXY header. */
    boolean mayMissHeader() {
        return pool.plan.sends() != null && hasDropped;
    }

    /** One of its connections was closed by it before both sides had ended. */
    void hasDropped() {
        hasDropped = true;
    }

    /**
     * Whether the time of a connect may be over, after a pause, when only a part of the PROXY
     * header could be sent, as a kernel that is not calm has it.
     */
    boolean mayGetShortHeaders() {
        return pool.plan.sends() != null
                && simulation.pauses.total() > 0
                && simulation.scenario.mood() != Scenario.Mood.CALM;
    }

    /** Whether its backlog may fill up. */
    boolean mayKeepWaiting() {
        return plan.slowness() > 0 || plan.backlog() < 100;
    }

    /** Whether it has died, and so closed connections in its backlog. */
    boolean hasDied() {
        return hasDied;
    }
}
