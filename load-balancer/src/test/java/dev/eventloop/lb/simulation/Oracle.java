package dev.eventloop.lb.simulation;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.LoadBalancerStats;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether a run that is over kept every promise. What can be seen at once was checked before. */
final class Oracle {
    /** Reasons for which the load balancer itself ends a connection that could go on. */
    private static final Set<CloseReason> CUT =
            EnumSet.of(
                    CloseReason.IDLE_TIMEOUT,
                    CloseReason.HALF_CLOSE_TIMEOUT,
                    CloseReason.DRAINED,
                    CloseReason.SHUTDOWN);

    private static final Set<CloseReason> NOT_CONNECTED =
            EnumSet.of(
                    CloseReason.CONNECT_REFUSED,
                    CloseReason.CONNECT_TIMEOUT,
                    CloseReason.NO_BACKEND);

    private static final long MILLI = 1_000_000;

    private final Simulation run;
    private final Scenario scenario;
    private final LoadBalancerStats stats;
    private final Map<String, AccessLine> lines = new HashMap<>();

    Oracle(Simulation run) {
        this.run = run;
        this.scenario = run.scenario;
        this.stats = run.lb.stats();
    }

    void check() {
        checkNothingIsLeft();
        for (AccessLine line : run.accessLines) {
            if (lines.put(line.client(), line) != null) {
                throw new Violation("%s has two close reasons", line.client());
            }
            run.note("%s", line);
        }
        run.clientsByAddress.forEach((address, client) -> checkClient(client, lines.get(address)));
        checkCounters();
        checkBackends();
        checkDistribution();
    }

    private void checkNothingIsLeft() {
        expect(run.kernel.openFiles() == 0, "%d fds are open in the end", run.kernel.openFiles());
        expect(run.peers().openFiles() == 0, "the simulation itself has fds open");
        expect(run.lb.connectionsInUse() == 0, "connections are not back in their pool");
        expect(run.lb.buffersTaken() == 0, "%d buffers leak", run.lb.buffersTaken());
        expect(
                run.lb.freeSlots() >= scenario.maxClients(),
                "only %d of %d client slots are free in the end",
                run.lb.freeSlots(),
                scenario.maxClients());
    }

    // One connection

    private void checkClient(Peer client, AccessLine line) {
        if (line == null) {
            checkNotServed(client);
            return;
        }
        Peer backend = client.other;
        String what = client + "; " + backend + "; " + line;
        expect(line.wasConnected() || !client.sawFin, "an empty answer was made up: %s", what);
        checkAttempts(line, what);
        checkReason(client, backend, line, what);
        checkDirection(client, backend, line, what);
        if (backend != null) {
            expect(
                    backend.server.name.equals(line.backend()),
                    "the log has another backend than the one that was met: %s",
                    what);
            checkDirection(backend, client, line, what);
        }
        checkLoggedBytes(client, backend, line, what);
    }

    /** Only who came too late, or was still in the backlog when all ended, may go unserved. */
    private void checkNotServed(Peer client) {
        expect(
                client.received == 0 && !client.sawFin,
                "%s was never accepted, and heard something",
                client);
        boolean late = run.drainStartedAt >= 0 && !wasConnectedBefore(client, run.drainStartedAt);
        boolean shutDown = run.shutDownAt >= 0;
        boolean aborted =
                scenario.mood() != Scenario.Mood.CALM; // or accept said that none was there
        expect(late || shutDown || aborted || client.left, "%s was never served", client);
    }

    private boolean wasConnectedBefore(Peer client, long time) {
        return client.connectedAt >= 0 && client.connectedAt < time;
    }

    private void checkAttempts(AccessLine line, String what) {
        List<String> tried = line.tried();
        expect(new HashSet<>(tried).size() == tried.size(), "a backend is tried twice: %s", what);
        int most = 1 + Math.min(scenario.retries(), run.servers.size() - 1);
        expect(tried.size() <= most, "more backends are tried than allowed: %s", what);
        expect(
                !line.wasConnected() || line.backend().equals(tried.get(tried.size() - 1)),
                "the backend is not the last one tried: %s",
                what);
        if (NOT_CONNECTED.contains(line.reason())) {
            expect(tried.size() == most, "not all backends are tried: %s", what);
        }
        for (int i = 0; i < tried.size(); i++) {
            boolean failed = i < tried.size() - 1 || NOT_CONNECTED.contains(line.reason());
            if (failed) {
                expect(
                        mayFail(tried.get(i)),
                        "%s is up, and was not connected to: %s",
                        tried.get(i),
                        what);
            }
        }
    }

    private boolean mayFail(String name) {
        BackendServer server = run.servers.get(name);
        return server.mayRefuse() || mayTimeOut(server) || scenario.isHostile();
    }

    private boolean mayTimeOut(BackendServer server) {
        return server.mayKeepWaiting()
                || 4 * scenario.mostLatency().toNanos() > scenario.connectTimeout().toNanos();
    }

    // Reasons

    private void checkReason(Peer client, Peer backend, AccessLine line, String what) {
        CloseReason reason = line.reason();
        expect(
                line.wasConnected() != NOT_CONNECTED.contains(reason) || CUT.contains(reason),
                "the reason does not fit the backend: %s",
                what);
        boolean backendUnknown = backend == null;
        boolean resets = scenario.isHostile();
        boolean right =
                switch (reason) {
                    case CLIENT_CLOSED ->
                            hasEnded(client)
                                    && (backendUnknown || hasEnded(backend))
                                    && !client.sentFinLast;
                    case BACKEND_CLOSED ->
                            hasEnded(client)
                                    && (backendUnknown
                                            || (hasEnded(backend) && !backend.sentFinLast));
                    case CLIENT_RESET -> client.left || resets;
                    case BACKEND_RESET ->
                            resets || (backendUnknown ? mayDropConnections(line) : backend.left);
                    case CONNECT_REFUSED -> mayFail(last(line));
                    case CONNECT_TIMEOUT ->
                            mayTimeOut(run.servers.get(last(line))) && isInTime(line);
                    case NO_BACKEND ->
                            mayFail(last(line))
                                    && (last(line).startsWith("unix:") || scenario.isHostile());
                    case IDLE_TIMEOUT -> isSilent(client, backend, line, scenario.idleTimeout());
                    case HALF_CLOSE_TIMEOUT ->
                            isHalfClosed(client, backend)
                                    && isSilent(client, backend, line, scenario.halfCloseTimeout());
                    case DRAINED ->
                            run.drainStartedAt >= 0
                                    && closeTime(line) >= run.drainStartedAt + leastDrainTime();
                    case SHUTDOWN -> run.shutDownAt >= 0 && closeTime(line) >= run.shutDownAt;
                    case MAX_AGE, BACKEND_DOWN, DENIED, SOURCE_LIMIT, BAD_PROXY_HEADER, KILLED ->
                            false; // nobody asked for it
                };
        expect(right, "the reason %s is not the right one: %s", reason, what);
        if (reason == CloseReason.IDLE_TIMEOUT || reason == CloseReason.HALF_CLOSE_TIMEOUT) {
            Duration limit =
                    reason == CloseReason.IDLE_TIMEOUT
                            ? scenario.idleTimeout()
                            : scenario.halfCloseTimeout();
            checkNotLate(client, backend, line, limit, what);
            checkNotStuck(client, backend, line, limit, what);
            checkNotStuck(backend, client, line, limit, what);
        }
    }

    /** Each attempt has its time, and no more than that. */
    private boolean isInTime(AccessLine line) {
        long limit = scenario.connectTimeout().toMillis();
        long most = line.tried().size() * (limit + 15);
        boolean unhindered = scenario.fileLimit() == 0 && !scenario.isHostile();
        return line.durationMillis() >= limit && (line.durationMillis() <= most || !unhindered);
    }

    private static String last(AccessLine line) {
        return line.tried().get(line.tried().size() - 1);
    }

    /** FIN was sent, or perhaps by close. */
    private static boolean hasEnded(Peer peer) {
        return peer.sentFin || (peer.left && (!peer.hasReset || peer.isUnix()));
    }

    private static boolean isHalfClosed(Peer client, Peer backend) {
        return hasEnded(client) || backend == null || hasEnded(backend);
    }

    /** Whether this backend closes connections without a script. */
    private boolean mayDropConnections(AccessLine line) {
        BackendServer server = run.servers.get(line.backend());
        boolean leaves =
                run.backendPeers.stream()
                        .anyMatch(p -> p.server == server && p.left && p.other == null);
        return server.hasDied() || leaves;
    }

    private long closeTime(AccessLine line) {
        return run.closeTimes.getOrDefault(line.client(), Long.MAX_VALUE);
    }

    /** The last tenth is for closing, or 20 ms where that is more. */
    private long leastDrainTime() {
        long time = run.drainTime.toNanos();
        return time - Math.max(time / 10, 20 * MILLI);
    }

    /** Whether no byte that arrived can have moved within the limit. */
    private boolean isSilent(Peer client, Peer backend, AccessLine line, Duration limit) {
        long closed = closeTime(line);
        if (line.durationMillis() < limit.toMillis()) {
            return false;
        }
        if (backend == null) {
            return true;
        }
        return closed >= client.timeSent(backend.received) + limit.toNanos()
                && closed >= backend.timeSent(client.received) + limit.toNanos();
    }

    /** Bytes move when somebody sends, or makes room; from then on the time runs. */
    private void checkNotLate(
            Peer client, Peer backend, AccessLine line, Duration limit, String what) {
        boolean known = backend != null && backend.sentAtClose >= 0 && client.sentAtClose >= 0;
        if (!known || scenario.mood() != Scenario.Mood.CALM) {
            return; // a spurious event makes bytes move, too
        }
        long last = Math.max(client.changedBeforeClose, backend.changedBeforeClose);
        long slack = 4 * scenario.mostLatency().toNanos() + 5 * MILLI;
        expect(
                closeTime(line) <= Math.max(last, backend.beganAt) + limit.toNanos() + slack,
                "the timeout comes too late: %s",
                what);
    }

    /** A timeout is no excuse where bytes or an end were there, and somebody wanted them. */
    private void checkNotStuck(Peer from, Peer to, AccessLine line, Duration limit, String what) {
        if (from == null || to == null || to.left || to.script.readPauseAt() >= 0) {
            return;
        }
        long latency = 4 * scenario.mostLatency().toNanos();
        long closed = closeTime(line);
        long before = closed - limit.toNanos() - latency;
        boolean wanted =
                to.longestReadGap < limit.toNanos() / 2
                        && to.lastReceivedAt < closed - limit.toNanos();
        if (!wanted || scenario.isHostile() || latency >= limit.toNanos() / 4) {
            return;
        }
        expect(
                to.received >= Math.min(from.sentBy(before), from.sent),
                "bytes of %s were stuck until the timeout: %s",
                from.name,
                what);
        boolean told = !from.hasReset || !from.sentFin; // a reset behind a FIN may go unheard
        if (told && from.endedAt < before && to.received == from.sent) {
            expect(
                    to.heardEndAt < closed,
                    "the end of %s was stuck until the timeout: %s",
                    from.name,
                    what);
        }
    }

    // One direction

    private void checkDirection(Peer from, Peer to, AccessLine line, String what) {
        if (to == null) {
            return;
        }
        if (to.sawFin) {
            checkEnd(from, to, line, what);
        }
        boolean cut = CUT.contains(line.reason()) || scenario.isHostile();
        if (to.heardTheEnd() && !cut && wasListening(to)) {
            long least = from.left ? from.arrivedBeforeLeaving : from.sent;
            expect(
                    to.received >= least,
                    "%s lost bytes of %s, who had sent %d: %s",
                    to.name,
                    from.name,
                    least,
                    what);
        }
    }

    /** FIN says that this was all. */
    private void checkEnd(Peer from, Peer to, AccessLine line, String what) {
        boolean ended = hasEnded(from);
        if (ended && to.received == from.sent) {
            return;
        }
        if (to.isUnix()) {
            return; // there is no reset in the unix domain
        }
        expect(
                CUT.contains(line.reason()),
                "%s heard %s: %s",
                to.name,
                ended ? "an end before the last byte" : "an end that nobody sent",
                what);
        if (scenario.hasLatency()) {
            return; // what was under way nobody could know of
        }
        boolean hadReset = from.hasReset && !from.isUnix() && from.closedAt <= closeTime(line);
        expect(ended || !hadReset, "%s heard an end in place of a reset: %s", to.name, what);
        if (from.sentAtClose >= 0 && scenario.mood() == Scenario.Mood.CALM) {
            expect(
                    to.received == from.sentAtClose,
                    "%s misses bytes of %s, and heard what looks like the end: %s",
                    to.name,
                    from.name,
                    what);
        }
    }

    /**
     * Whether it read fast enough to be told from one that does not read at all: what the load
     * balancer sees is when a socket buffer of its peer's, or of its own, has become empty.
     */
    private boolean wasListening(Peer peer) {
        long limit =
                Math.min(scenario.idleTimeout().toNanos(), scenario.halfCloseTimeout().toNanos());
        double time = peer.lastReceivedAt - peer.beganAt;
        boolean fast =
                time < limit / 2.0
                        || peer.received * (limit / time) > 4.0 * scenario.socketBuffer();
        boolean atOnce = peer.server == null || peer.server.plan.slowness() < limit / 2;
        return !peer.left
                && peer.script.reads()
                && peer.longestReadGap < limit / 2
                && fast
                && atOnce;
    }

    private void checkLoggedBytes(Peer client, Peer backend, AccessLine line, String what) {
        expect(line.received() >= client.received, "too few bytes received in the log: %s", what);
        expect(line.sent() <= client.sent, "too many bytes sent in the log: %s", what);
        if (backend != null) {
            expect(line.sent() >= backend.received, "too few bytes sent in the log: %s", what);
            expect(line.received() <= backend.sent, "too many bytes received in the log: %s", what);
        }
    }

    // All connections

    private void checkCounters() {
        Map<CloseReason, Long> closes = new EnumMap<>(CloseReason.class);
        for (AccessLine line : run.accessLines) {
            closes.merge(line.reason(), 1L, Long::sum);
        }
        expect(stats.closes().equals(closes), "stats say %s, the log %s", stats.closes(), closes);
        expect(
                stats.accepted() == run.accessLines.size(),
                "%d were accepted, and %d have a reason",
                stats.accepted(),
                run.accessLines.size());
        expect(stats.active() == 0, "%d are active in the end", stats.active());
        expect(
                run.clientsByAddress.keySet().containsAll(lines.keySet()),
                "the log has clients that nobody knows");
    }

    private void checkBackends() {
        for (LoadBalancerStats.Backend backend : stats.backends()) {
            long connections = 0;
            long failures = 0;
            long sent = 0;
            long received = 0;
            for (AccessLine line : run.accessLines) {
                boolean tried = line.tried().contains(backend.name());
                boolean connected = line.backend().equals(backend.name());
                connections += connected ? 1 : 0;
                failures += tried && !connected ? 1 : 0;
                sent += connected ? line.sent() : 0;
                received += connected ? line.received() : 0;
            }
            String what = backend + " against the log";
            expect(backend.connections() == connections, "%d connections: %s", connections, what);
            expect(backend.active() == 0, "active in the end: %s", what);
            expect(backend.bytesSent() == sent, "%d bytes sent: %s", sent, what);
            expect(backend.bytesReceived() == received, "%d bytes received: %s", received, what);
            expect(
                    backend.connectFailures() <= failures,
                    "at most %d connects can have failed: %s",
                    failures,
                    what);
        }
    }

    /** Where nothing failed each backend had exactly its share. */
    private void checkDistribution() {
        long attempts = run.accessLines.stream().mapToLong(line -> line.tried().size()).sum();
        boolean allAtOnce =
                run.accessLines.stream()
                        .allMatch(line -> line.wasConnected() && line.tried().size() == 1);
        if (!allAtOnce) { // who was cut off may have been about to try another one
            return;
        }
        int[] weights = stats.backends().stream().mapToInt(b -> b.weight()).toArray();
        long[] expected = smoothRoundRobin(weights, attempts);
        for (int i = 0; i < weights.length; i++) {
            String name = stats.backends().get(i).name();
            long picked = run.accessLines.stream().filter(l -> l.tried().contains(name)).count();
            expect(
                    picked == expected[i],
                    "%s was picked %d times of %d, not %d times",
                    name,
                    picked,
                    attempts,
                    expected[i]);
        }
    }

    /** nginx's, in the words of its commit message: all gain, the best is picked and pays. */
    private long[] smoothRoundRobin(int[] weights, long picks) {
        long[] picked = new long[weights.length];
        long[] current = new long[weights.length];
        for (long n = 0; n < picks; n++) {
            int best = 0;
            long total = 0;
            for (int i = 0; i < weights.length; i++) {
                int weight = scenario.algorithm() == Algorithm.ROUND_ROBIN ? 1 : weights[i];
                current[i] += weight;
                total += weight;
                best = current[i] > current[best] ? i : best;
            }
            current[best] -= total;
            picked[best]++;
        }
        return picked;
    }

    private static void expect(boolean kept, String message, Object... arguments) {
        if (!kept) {
            throw new Violation(message, arguments);
        }
    }
}
