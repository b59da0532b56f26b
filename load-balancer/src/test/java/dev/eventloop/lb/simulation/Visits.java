package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.ClosedConnection;
import dev.eventloop.lb.ConnectionListener;
import dev.eventloop.lb.OpenConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Listens to all connections, and checks the order of the calls. */
final class Visits implements ConnectionListener {
    private final Simulation simulation;
    private final Map<Peer, Visit> visits = new LinkedHashMap<>();

    /** The ids of open connections that have a pool. */
    private final Set<Long> routed = new HashSet<>();

    private long closedCount;

    Visits(Simulation simulation) {
        this.simulation = simulation;
    }

    /** Records an accepted client, which may have gone already; does nothing if it is known. */
    void seen(Peer client) {
        if (!visits.containsKey(client)) {
            InetAddress source = client.address.getAddress();
            visits.put(client, new Visit(client, source, simulation.now()));
        }
    }

    /** Records which connections have a pool by now. */
    void routed(long id, String client) {
        if (!routed.contains(id)) {
            routed(visit(simulation.client(client)), id);
        }
    }

    private void routed(Visit visit, long id) {
        if (routed.add(id)) {
            visit.id = id;
            visit.routedAt = simulation.now();
        }
    }

    /** How many open connections are known to have a pool. */
    int routedCount() {
        return routed.size();
    }

    @Override
    public void connected(long id, InetSocketAddress client, String backend) {
        Visit visit = visit(client);
        expect(visit.connectedAt < 0 && visit.closed == null, "%s is connected twice", client);
        visit.id = id;
        visit.connectedAt = simulation.now();
        routed(visit, id);
        simulation.noteDialPorts();
    }

    @Override
    public void closed(ClosedConnection connection) {
        Visit visit = visit(connection.client());
        expect(visit.closed == null, "%s is closed twice", connection.client());
        expect(
                visit.id < 0 || visit.id == connection.id(),
                "%s has two ids, %d and %d",
                connection.client(),
                visit.id,
                connection.id());
        visit.id = connection.id();
        visit.closed = connection;
        closedCount++;
        visit.closedAt = simulation.now();
        visit.source = connection.client().getAddress();
        if (connection.pool() != null && visit.routedAt < 0) {
            visit.routedAt = visit.closedAt;
        }
        routed.remove(connection.id());
    }

    /** Checks a list of open connections, as the operator gets it. */
    void listed(List<OpenConnection> open) {
        for (OpenConnection each : open) {
            Visit visit = visit(each.client());
            String what = each + ", which is " + visit.client;
            expect(visit.closed == null, "a closed connection is listed as open: %s", what);
            expect(visit.id < 0 || visit.id == each.id(), "it has two ids: %s", what);
            visit.id = each.id();
            expect(
                    (each.backend() != null) == (visit.connectedAt >= 0),
                    "the list is wrong about its backend: %s",
                    what);
            Duration age = Duration.ofNanos(simulation.now() - visit.acceptedAt);
            expect(each.age().equals(age), "its age is %s: %s", age, what);
            expect(
                    each.frontend().equals(visit.client.frontend.plan.name()),
                    "its frontend is another: %s",
                    what);
            expect(each.idle().compareTo(age) <= 0, "it is idle for too long: %s", what);
            expect(each.bytesUp() <= visit.client.sent, "too many bytes up: %s", what);
            expect(each.bytesDown() >= visit.client.received, "too few bytes down: %s", what);
        }
    }

    private Visit visit(InetSocketAddress client) {
        return visit(simulation.client(client));
    }

    private Visit visit(Peer client) {
        seen(client);
        return visits.get(client);
    }

    /** The visit of a client; null if it was never accepted. */
    Visit of(Peer client) {
        return visits.get(client);
    }

    long closedCount() {
        return closedCount;
    }

    Collection<Visit> all() {
        return visits.values();
    }

    long count(Predicate<Visit> matching) {
        return visits.values().stream().filter(matching).count();
    }
}
