package dev.eventloop.lb.simulation;

import dev.eventloop.ErrnoException;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.net.ListenOptions;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
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

    /**
     * The behaviour of a backend.
     *
     * @param weight as configured in the load balancer
     * @param limit the connection limit in the load balancer; 0 for none
     * @param spare whether the load balancer is started without it
     * @param backlog of its listener
     * @param slowness the longest time in nanoseconds before it accepts; {@link Script#FOR_EVER}
     *     for never
     * @param downFrom when it dies; -1 for never, 0 if it is down at the start
     * @param downFor how long it stays down
     * @param unlinks whether it unlinks its unix-domain socket when it dies
     */
    record Plan(
            SocketAddress address,
            int weight,
            boolean backup,
            int limit,
            boolean spare,
            int backlog,
            long slowness,
            long downFrom,
            long downFor,
            boolean unlinks,
            int largest) {
        /** The configuration for the load balancer. */
        BackendOptions options() {
            BackendOptions options =
                    address instanceof InetSocketAddress inet
                            ? BackendOptions.of(inet.getAddress().getHostAddress(), inet.getPort())
                            : BackendOptions.of((UnixDomainSocketAddress) address);
            return options.weight(weight).backup(backup).maxConnections(limit);
        }
    }

    final Plan plan;
    final String name;
    private final Simulation simulation;
    private final Dice dice;
    private final List<Peer> connections = new ArrayList<>();
    private int listener = -1;
    private long lastAccept;

    /** When it last came up or died. */
    private long changedAt;

    private long checksSinceUp;
    private boolean wasDown;
    private boolean hasDied;
    private long nextLook = Long.MAX_VALUE;

    BackendServer(Simulation simulation, Plan plan, Dice dice) {
        this.simulation = simulation;
        this.name = plan.options().name();
        this.plan = plan;
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

    private void open() {
        if (simulation.isOver()) {
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
        if (listener < 0 || simulation.isOver()) {
            return;
        }
        int fd = simulation.sockets().accept(listener);
        while (fd >= 0) {
            lastAccept = simulation.now();
            boolean check = isCheck(fd);
            Script script =
                    check
                            ? Script.ofChecked(dice.split())
                            : Script.ofBackend(
                                    dice.split(), plan.largest(), simulation.scenario.stubborn());
            Peer peer = simulation.accepted(this, fd, script, dice.split());
            peer.isCheck = check;
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
        if (simulation.isOver()) {
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
        long timeout = simulation.scenario.connectTimeout().toNanos();
        return mayKeepWaiting()
                || 4 * most > Math.min(timeout, simulation.policies.shortestInterval());
    }

    /** Whether it was ever down, so that a connect could fail. */
    boolean mayRefuse() {
        return wasDown;
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
