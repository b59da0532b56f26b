package dev.eventloop.lb.simulation;

import dev.eventloop.ErrnoException;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.net.ListenOptions;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A backend: listens, accepts now and then, plays a script with each, may die and come back. */
final class BackendServer {
    private static final long SHORTEST_LOOK = 20_000;
    private static final long LONGEST_LOOK = 250_000_000;

    /**
     * How it behaves.
     *
     * @param weight as the load balancer is told
     * @param limit of its connections; 0 for none
     * @param spare whether the load balancer does not know it in the beginning
     * @param backlog of its listener
     * @param slowness how long it lets connections wait, at most; {@link Script#FOR_EVER} for one
     *     that never accepts
     * @param downFrom when it dies, -1 for never; 0: it is not there in the beginning
     * @param downFor until it comes back
     * @param unlinks whether a dead unix-domain socket leaves no name
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
        /** As the load balancer is told. */
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

    /** When it came, or went. */
    private long changedAt;

    private long checksSinceItCame;
    private boolean wasDown;
    private boolean hasDied;
    private long nextLook = Long.MAX_VALUE;

    BackendServer(Simulation simulation, Plan plan, Dice dice) {
        this.simulation = simulation;
        this.name = plan.options().name();
        this.plan = plan;
        this.dice = dice;
    }

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
        checksSinceItCame = 0;
        changedAt = simulation.now();
        lastAccept = simulation.now();
        lookIn(SHORTEST_LOOK);
    }

    /** Somebody may be coming. */
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
            return; // another look is to come before
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
            checksSinceItCame += check ? 1 : 0;
            connections.add(peer);
            peer.begin();
            fd = simulation.sockets().accept(listener);
        }
        lookIn(Math.min(LONGEST_LOOK, SHORTEST_LOOK + (simulation.now() - lastAccept) / 4));
    }

    /**
     * Whether no client's connection begins there, or not any more; unknown of unix-domain ones.
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

    /** How many health checks it has seen, as far as they can be told from clients. */
    long checksSinceItCame() {
        return checksSinceItCame;
    }

    boolean isListening() {
        return listener >= 0;
    }

    long changedAt() {
        return changedAt;
    }

    /** Whether a connect to it could take longer than the load balancer waits. */
    boolean mayTimeOut() {
        long most = simulation.scenario.mostLatency().toNanos();
        long timeout = simulation.scenario.connectTimeout().toNanos();
        return mayKeepWaiting()
                || 4 * most > Math.min(timeout, simulation.policies.shortestInterval());
    }

    /** Whether a connect to it could fail at some time or other. */
    boolean mayRefuse() {
        return wasDown;
    }

    /** Whether those who connect to it may find its backlog full. */
    boolean mayKeepWaiting() {
        return plan.slowness() > 0 || plan.backlog() < 100;
    }

    /** Whether it has closed connections that it had not accepted. */
    boolean hasDied() {
        return hasDied;
    }
}
