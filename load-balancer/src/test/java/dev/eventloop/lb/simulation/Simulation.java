package dev.eventloop.lb.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.SteppedLoadBalancer;
import dev.eventloop.net.NativeAddress;
import dev.eventloop.net.Sockets;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.io.IOException;
import java.io.StringWriter;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * One run from one seed, on one thread: the load balancer in one process of a simulated machine,
 * its clients and backends in another.
 */
final class Simulation {
    /** Longer than any script and timeout together. */
    private static final long LIMIT = Duration.ofMinutes(40).toNanos();

    private static final int LARGEST_TRANSFER = 256 * 1024;

    /**
     * The longest wait of a worker that blocks; also how soon such a run notices that all clients
     * have gone.
     */
    private static final int WAIT_MILLIS = 700;

    /** After this long without a connection, no more will come. */
    private static final long QUIET = Duration.ofSeconds(2).toNanos();

    /** For clients in the backlog and handshakes in progress. */
    private static final long DRAIN_SLACK = Duration.ofMillis(150).toNanos();

    private static final Duration LAST_DRAIN = Duration.ofSeconds(10);

    final Scenario scenario;
    final SimulatedKernel kernel;
    final Policies policies = new Policies();
    final Visits visits = new Visits(this);
    final List<Peer> clients = new ArrayList<>();
    final List<Peer> backendPeers = new ArrayList<>();
    final Map<String, BackendServer> servers = new LinkedHashMap<>();
    final Map<String, Peer> clientsByAddress = new LinkedHashMap<>();

    /** When the load balancer closed the connection of each client. */
    final Map<String, Long> closeTimes = new LinkedHashMap<>();

    /** When the drain started; -1 before. */
    long drainStartedAt = -1;

    long shutDownAt = -1;
    Duration drainTime;
    SteppedLoadBalancer lb;
    List<AccessLine> accessLines = new ArrayList<>();
    BackendWatch backendWatch;

    /** Whether the operator may have killed a connection that was not recorded yet. */
    boolean killedBlindly;

    private final Dice dice;
    private final Consumer<String> trace;
    private final SimulatedKernel peers;
    private final Sockets sockets;
    private final Sockets lbSockets;
    private final Set<Integer> dialPorts = new HashSet<>();
    private final StringWriter accessLog = new StringWriter();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST_TRANSFER);
    private final byte[] bytes = new byte[LARGEST_TRANSFER];
    private final Spinning spinning;
    private final Launch launch;
    private Operator operator;
    private long lingersUntil = -1;
    private Set<String> connected = new TreeSet<>();
    private long closed;
    private int yetToCome;
    private int open;
    private boolean allClientsHaveGone;
    private boolean over;

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
        this.spinning = new Spinning(kernel, !scenario.plain());
        this.launch = new Launch(scenario, kernel, spinning);
    }

    /** Plays the run to its end and checks everything; throws a {@link Violation}. */
    void run() throws IOException {
        LoggedErrors.listen(this::logged);
        try {
            if (start()) {
                play();
                finish();
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
        backendWatch = new BackendWatch(this);
        operator = new Operator(this, dice.split());
        policies.add(-1, scenario.policy());
        List<BackendOptions> given = new ArrayList<>();
        for (BackendServer.Plan plan : scenario.backends()) {
            BackendServer server = new BackendServer(this, plan, dice.split());
            servers.put(server.name, server);
            if (!plan.spare()) {
                given.add(plan.options());
            }
        }
        LoadBalancerBuilder builder =
                launch.builder(scenario.policy(), given)
                        .accessLog(accessLog)
                        .connectionListener(visits);
        given.forEach(operator::given);
        try {
            lb =
                    SteppedLoadBalancer.open(
                            builder, lbSockets, spinning::nanoTime, dice.seed(), launch::loop);
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
        backendWatch.look(-1);
        servers.values().forEach(BackendServer::begin);
        for (int i = 0; i < scenario.operations(); i++) {
            peers.after(dice.upTo(scenario.operatedFor()), operator::act);
        }
        yetToCome = scenario.arrivals().size();
        for (int i = 0; i < scenario.arrivals().size(); i++) {
            Script script = Script.ofClient(dice.split(), scenario.largest(), scenario.stubborn());
            Dice own = dice.split();
            int number = i + 1;
            peers.after(scenario.arrivals().get(i), () -> arrive(number, script, own));
        }
        if (scenario.ending() != Scenario.Ending.WHEN_ALL_ARE_SERVED) {
            peers.after(scenario.endsAt(), this::end);
        }
        return true;
    }

    private void arrive(int number, Script script, Dice own) {
        yetToCome--;
        String name = "client " + number;
        boolean v6 = scenario.listenOn().contains(":");
        InetSocketAddress target = new InetSocketAddress(v6 ? "::1" : "127.0.0.1", lb.port());
        int fd = connect(target, own);
        Peer client = new Peer(this, name, number, fd, script, null, own);
        clients.add(client);
        InetSocketAddress from = sockets.localAddress(fd);
        String host = from.getAddress().getHostAddress();
        String address = (v6 ? "[" + host + "]" : host) + ":" + from.getPort();
        client.source = from.getAddress();
        clientsByAddress.put(address, client);
        note("%s comes from %s: %s", name, address, script);
        open++;
        client.begin();
        servers.values().forEach(BackendServer::nudge);
    }

    /** Connects from one of a few source addresses, unless the scenario is plain. */
    private int connect(InetSocketAddress target, Dice own) {
        try (NativeAddress address = NativeAddress.of(target)) {
            int fd = sockets.socket(address);
            boolean v4 = target.getAddress() instanceof Inet4Address;
            if (!scenario.plain() && v4) {
                peers.bind(fd, new InetSocketAddress("127.0.0." + own.between(1, 4), 0));
            }
            int result = sockets.connect(fd, address);
            if (result < 0) {
                throw new AssertionError("a client cannot connect: " + result);
            }
            return fd;
        }
    }

    /** Called when a backend has accepted a connection. */
    Peer accepted(BackendServer server, int fd, Script script, Dice own) {
        long number = 1_000_000L + backendPeers.size();
        String name = server.name + " #" + (backendPeers.size() + 1);
        Peer peer = new Peer(this, name, number, fd, script, server, own);
        backendPeers.add(peer);
        note("%s is accepted: %s", name, script);
        open += holdsUp(peer) ? 1 : 0;
        return peer;
    }

    /** Called when received bytes have identified the other end. */
    void identify(Peer receiver, long number) {
        Peer other = null;
        if (receiver.isClient()) {
            long index = number - 1_000_000L;
            other =
                    index >= 0 && index < backendPeers.size()
                            ? backendPeers.get((int) index)
                            : null;
        } else if (number > 0 && number <= clients.size() + yetToCome) {
            for (Peer client : clients) {
                other = client.number == number ? client : other;
            }
        }
        if (other == null) {
            throw new Violation("%s receives bytes that no peer has sent", receiver.name);
        }
        if (other.other != null && other.other != receiver) {
            throw new Violation(
                    "%s receives the bytes of %s, which is connected to %s",
                    receiver.name, other.name, other.other.name);
        }
        receiver.other = other;
        other.other = receiver;
    }

    void closed(Peer peer) {
        open -= holdsUp(peer) ? 1 : 0;
    }

    /**
     * Whether the run lasts as long as this peer. Backend ends do not count with health checks,
     * because a check is always in progress.
     */
    private boolean holdsUp(Peer peer) {
        return peer.isClient() || scenario.plain();
    }

    private void end() {
        if (allClientsHaveGone) {
            return;
        }
        if (scenario.ending() == Scenario.Ending.SHUTDOWN) {
            shutDown();
            return;
        }
        drain(scenario.drainTime());
        if (scenario.ending() == Scenario.Ending.DRAIN_AND_THEN_SHUTDOWN) {
            peers.after(scenario.shutDownAfter(), this::shutDown);
        }
    }

    private void drain(Duration time) {
        note("the load balancer drains for %s", time);
        drainStartedAt = now();
        drainTime = time;
        lb.startDraining(time);
    }

    private void shutDown() {
        note("the load balancer shuts down");
        shutDownAt = now();
        lb.startClosing();
    }

    // The run

    private void play() throws IOException {
        settle();
        while (open > 0 || yetToCome > 0 || lingers()) {
            if (scenario.waits() && !lb.isOver()) {
                lb.turnWaiting(WAIT_MILLIS);
                turned();
            } else {
                step();
            }
        }
    }

    private boolean lingers() {
        if (lingersUntil < 0) {
            lingersUntil = now() + scenario.lingers();
        }
        return now() < lingersUntil && !lb.isOver() && !isEnding();
    }

    /** Runs until nothing is left to do at this moment, then advances the clock. */
    private void step() throws IOException {
        settle();
        long wait = lb.nanosToWait();
        long own = wait < 0 ? Long.MAX_VALUE : now() + wait;
        long next = Math.min(kernel.nextAt(), own);
        if (open == 0) {
            next = Math.min(next, now() + QUIET);
        }
        if (next == Long.MAX_VALUE) {
            throw new Violation("nothing is scheduled, but these wait forever: %s", openPeers());
        }
        spinning.moved(next, own < kernel.nextAt(), lb.connectionsInUse());
        kernel.advanceTo(next);
    }

    private void settle() throws IOException {
        long before;
        do { // a timer may have made something ready
            before = kernel.progress();
            lb.turn();
            turned();
        } while (kernel.progress() != before || lb.nanosToWait() == 0);
    }

    private void turned() {
        spinning.turned();
        if (now() > LIMIT) {
            throw new Violation(
                    "after %s these still wait: %s", Duration.ofNanos(LIMIT), openPeers());
        }
        int active = lb.connectionsInUse();
        if (active > scenario.maxClients() && drainStartedAt < 0) {
            throw new Violation(
                    "%d clients are connected, but max-clients is %d",
                    active, scenario.maxClients());
        }
        boolean unhindered = scenario.hasFilesForAll();
        if (drainStartedAt >= 0 && unhindered && !lb.isOver() && now() > drainIsOverAt()) {
            throw new Violation("the drain of %s does not end: %s", drainTime, lb.stats());
        }
        recordCloses();
        backendWatch.look();
        if (!lb.isOver()) {
            backendWatch.turned();
        }
    }

    /** When the drain must be over: connections are closed when its time is over. */
    private long drainIsOverAt() {
        return drainStartedAt + drainTime.toNanos() + DRAIN_SLACK;
    }

    /** Records connections that were closed since the last call. */
    private void recordCloses() {
        if (visits.closedCount() == closed && lb.connectionsInUse() == connected.size()) {
            return;
        }
        closed = visits.closedCount();
        Set<String> before = connected;
        connected = lb.clients();
        connected.forEach(visits::seen);
        for (String client : before) {
            if (!connected.contains(client)) {
                recordClose(client);
            }
        }
    }

    private void recordClose(String address) {
        closeTimes.put(address, now());
        note("lb has closed the connection of %s", address);
        Peer client = clientsByAddress.get(address);
        client.connectionIsClosed();
        if (client.other != null) {
            client.other.connectionIsClosed();
        }
    }

    private String openPeers() {
        StringBuilder open = new StringBuilder();
        for (List<Peer> peersOfKind : List.of(clients, backendPeers)) {
            for (Peer peer : peersOfKind) {
                if (!peer.isClosed) {
                    open.append(open.length() == 0 ? "" : "; ").append(peer);
                }
            }
        }
        return open.toString();
    }

    // The end

    private void finish() throws IOException {
        long quiet = now() + QUIET;
        while (!lb.isOver() && (lb.connectionsInUse() > 0 || now() < quiet)) {
            step();
            quiet = lb.connectionsInUse() > 0 ? now() + QUIET : quiet;
        }
        if (drainStartedAt < 0 && shutDownAt < 0) {
            allClientsHaveGone = true;
            checkIdle();
            drain(LAST_DRAIN);
        }
        while (!lb.isOver()) {
            step();
        }
        over = true;
        backendWatch.look();
        lb.release();
        backendWatch.checkAllAreFreed();
        servers.values().forEach(BackendServer::closeListener);
        boolean underWay = true;
        while (underWay) {
            underWay = kernel.advance();
        }
        accessLog.toString().lines().map(AccessLine::parse).forEach(accessLines::add);
    }

    /** After all clients have gone, everything is as at the start. */
    private void checkIdle() throws IOException {
        expect(lb.stats().active() == 0, "%d connections are still active", lb.stats().active());
        expect(
                lb.connectionsInUse() == 0,
                "%d connections are not back in their pool",
                lb.connectionsInUse());
        expect(
                lb.freeSlots() == scenario.maxClients(),
                "%d client slots are free, not %d",
                lb.freeSlots(),
                scenario.maxClients());
        expect(
                lb.buffersTaken() == scenario.workers(),
                "%d buffers are in use, not one per worker",
                lb.buffersTaken());
        for (int i = 0; lb.nanosToWait() >= 0 && !isBeingChecked(); i++) {
            expect(i < 100, "timers do not end");
            kernel.advanceTo(now() + lb.nanosToWait());
            settle();
        }
        // After the timers, because a check that was in progress when checks were turned off still
        // waits for its FIN.
        int watched = isBeingChecked() ? lb.backends().size() : 0;
        expect(lb.watchedFds() <= watched, "%d fds are still watched", lb.watchedFds());
    }

    private static void expect(boolean kept, String message, Object... arguments) {
        if (!kept) {
            throw new Violation("when all clients have gone " + message, arguments);
        }
    }

    // For the other classes

    Launch launch() {
        return launch;
    }

    long now() {
        return kernel.nanoTime();
    }

    boolean isOver() {
        return over;
    }

    /** Whether the load balancer is draining or shutting down. */
    boolean isEnding() {
        return drainStartedAt >= 0 || shutDownAt >= 0;
    }

    /** Whether health checks go on indefinitely. */
    private boolean isBeingChecked() {
        return policies.now().isActive()
                || lb.backends().stream().anyMatch(backend -> !backend.isHealthy());
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
