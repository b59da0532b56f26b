package dev.eventloop.lb.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.SteppedLoadBalancer;
import dev.eventloop.lb.frontend.Frontend;
import dev.eventloop.net.Sockets;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One run from one seed, on one thread: the load balancer in one process of a simulated machine,
 * its clients and backends in another.
 */
final class Simulation {
    final Scenario scenario;
    final SimulatedKernel kernel;
    final Visits visits = new Visits(this);
    final List<Peer> clients = new ArrayList<>();
    final List<Peer> backendPeers = new ArrayList<>();

    /** By name, like the pools and the servers. */
    final Map<String, FrontendHistory> frontends = new LinkedHashMap<>();

    final Map<String, BackendWatch> pools = new LinkedHashMap<>();
    final Map<String, BackendServer> servers = new LinkedHashMap<>();

    final NameServers names = new NameServers(this);

    final Ending ending = new Ending(this);
    final Pauses pauses = new Pauses(this);
    final Spinning spinning;
    SteppedLoadBalancer lb;
    Operator operator;

    List<AccessLine> accessLines = new ArrayList<>();

    /** Whether the operator may have killed a connection that was not recorded yet. */
    boolean killedBlindly;

    private final Dice dice;
    private final Consumer<String> trace;
    private final SimulatedKernel peers;
    private final Sockets sockets;
    private final Sockets lbSockets;
    private final Set<Integer> dialPorts = new HashSet<>();
    private final ClientAddresses addresses = new ClientAddresses();
    private final StringWriter accessLog = new StringWriter();
    private final ByteBuffer buffer;
    private final byte[] bytes;
    private final Arrivals arrivals;
    private final Stepping stepping;

    /**
     * @param trace receives a line for each call and action; null for none
     */
    Simulation(long seed, Consumer<String> trace) {
        this.dice = new Dice(seed);
        this.trace = trace;
        this.scenario = Scenario.draw(dice.split());
        KernelOptions options =
                KernelOptions.defaults()
                        .seed(dice.seed())
                        .faults(scenario.mood().faults())
                        .latency(scenario.leastLatency(), scenario.mostLatency())
                        .socketBuffer(scenario.socketBuffer());
        if (scenario.fileLimit() > 0) {
            options = options.openFileLimit(scenario.fileLimit());
        }
        if (trace != null) {
            options = options.trace(trace);
        }
        this.kernel = new SimulatedKernel(options);
        this.peers = kernel.anotherProcess();
        this.sockets = new Sockets(peers);
        this.lbSockets = new Sockets(kernel);
        this.buffer = ByteBuffer.allocateDirect(scenario.style().largestTransfer());
        this.bytes = new byte[scenario.style().largestTransfer()];
        this.spinning = new Spinning(kernel, !scenario.plain());
        this.arrivals = new Arrivals(this);
        this.stepping = new Stepping(this);
    }

    /** Plays the run to its end and checks everything; throws a {@link Violation}. */
    void run() throws IOException {
        LoggedErrors.listen(this::logged);
        try {
            if (start()) {
                stepping.play();
                ending.finish(stepping);
                accessLog.toString().lines().map(AccessLine::parse).forEach(accessLines::add);
                new Oracle(this).check();
            }
        } finally {
            LoggedErrors.listen(null);
        }
    }

    private void logged(ILoggingEvent event) {
        note("lb logs: %s", event.getFormattedMessage());
        if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            Violation violation =
                    new Violation(
                            "the load balancer logs an error: %s", event.getFormattedMessage());
            violation.initCause(LoggedErrors.cause(event));
            throw violation;
        }
    }

    // The start

    /** Returns false if the load balancer rightly refused to start. */
    private boolean start() throws IOException {
        for (FrontendPlan plan : scenario.frontends()) {
            frontends.put(plan.name(), new FrontendHistory(plan));
        }
        for (PoolPlan plan : scenario.pools()) {
            BackendWatch pool = new BackendWatch(this, plan);
            pools.put(plan.name(), pool);
            for (BackendPlan backend : plan.allBackends()) {
                BackendServer server = new BackendServer(this, backend, pool, dice.split());
                servers.put(server.name, server);
            }
        }
        operator = new Operator(this, dice.split());
        names.schedule();
        if (!open(Configuration.atTheStart(scenario))) {
            return false;
        }
        servers.values().forEach(BackendServer::begin);
        for (int i = 0; i < scenario.operations(); i++) {
            peers.after(dice.upTo(scenario.operatedFor()), () -> pauses.afterwards(operator::act));
        }
        arrivals.schedule(dice);
        ending.schedule();
        pauses.schedule();
        return true;
    }

    /** Opens the load balancer; false if it rightly refused to start. */
    private boolean open(Configuration configuration) {
        LoadBalancerBuilder builder =
                configuration.builder(this).accessLog(accessLog).connectionListener(visits);
        Loops loops = new Loops(scenario, kernel, spinning);
        try {
            lb =
                    SteppedLoadBalancer.open(
                            builder,
                            lbSockets,
                            spinning::nanoTime,
                            dice.seed(),
                            loops::open,
                            names::later);
        } catch (IOException | RuntimeException e) {
            note("the load balancer does not start: %s", e.getMessage());
            if (kernel.openFiles() > 0) {
                throw new Violation(
                        "the load balancer could not start (%s) and left %d fds open",
                        e.getMessage(), kernel.openFiles());
            }
            if (scenario.hasFilesForAll()) {
                throw new Violation("the load balancer does not start: %s", e);
            }
            return false;
        }
        configured(-1, configuration);
        return true;
    }

    /** Records a configuration that came into effect. */
    void configured(long now, Configuration configuration) {
        configuration.frontends().forEach((name, e) -> frontends.get(name).isConfigured(now, e));
        frontends.forEach(
                (name, frontend) -> {
                    if (!configuration.frontends().containsKey(name)) {
                        frontend.isRemoved(now);
                    }
                });
        for (Frontend frontend : lb.frontends()) {
            frontends.get(frontend.name()).isSeen(frontend);
        }
        configuration.pools().forEach((name, g) -> pools.get(name).policies.add(now, g.policy()));
        pools.values().forEach(pool -> pool.look(now));
    }

    /** Records the backends as they are between two turns, once there is a load balancer. */
    void look() {
        if (lb != null) {
            pools.values().forEach(BackendWatch::look);
        }
    }

    // Peers

    /** Called when a backend has accepted a connection. */
    Peer accepted(BackendServer server, int fd, Script script, boolean isCheck, Dice own) {
        long number = 1_000_000L + backendPeers.size();
        String name = server.name + " #" + (backendPeers.size() + 1);
        Peer peer = new Peer(this, name, number, fd, script, Opening.NONE, server, own);
        peer.isCheck = isCheck;
        backendPeers.add(peer);
        note("%s is accepted: %s", name, script);
        stepping.opened(peer);
        return peer;
    }

    void isOpen(Peer client) {
        clients.add(client);
        addresses.add(client);
        stepping.opened(client);
    }

    void closed(Peer peer) {
        stepping.closed(peer);
    }

    /** The client of this address, as the access log has it. */
    Peer client(String address) {
        return addresses.client(address);
    }

    Peer client(InetSocketAddress address) {
        return addresses.client(address);
    }

    /** Called when a client has received the number of a backend's end. */
    void identify(Peer client, long number) {
        long index = number - 1_000_000L;
        if (index < 0 || index >= backendPeers.size()) {
            throw new Violation("%s receives bytes that no peer has sent", client.name);
        }
        connect(client, backendPeers.get((int) index));
    }

    /** Called when received bytes have identified the other end. */
    void connect(Peer receiver, Peer other) {
        if (other.other != null && other.other != receiver) {
            throw new Violation(
                    "%s receives the bytes of %s, which is connected to %s",
                    receiver.name, other.name, other.other.name);
        }
        receiver.other = other;
        other.other = receiver;
    }

    // For the other classes

    Arrivals arrivals() {
        return arrivals;
    }

    long now() {
        return kernel.nanoTime();
    }

    /** Whether this is, or was, the source port of a client's connection to a backend. */
    boolean isDialPort(int port) {
        noteDialPorts();
        return dialPorts.contains(port);
    }

    /**
     * Records the source ports of connections to backends; called before such a connection can
     * close.
     */
    void noteDialPorts() {
        if (!scenario.plain()) {
            dialPorts.addAll(lb.dialPorts(lbSockets));
        }
    }

    SimulatedKernel peers() {
        return peers;
    }

    Sockets sockets() {
        return sockets;
    }

    ByteBuffer buffer() {
        return buffer;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Adds a line to the trace. */
    void note(String format, Object... arguments) {
        if (trace != null) {
            String what = String.format(Locale.ROOT, format, arguments);
            trace.accept(String.format(Locale.ROOT, "%.6f   %s", now() / 1e9, what));
        }
    }
}
