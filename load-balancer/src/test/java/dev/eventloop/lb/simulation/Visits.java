package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.ClosedConnection;
import dev.eventloop.lb.ConnectionListener;
import dev.eventloop.lb.OpenConnection;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Listens to all connections, and checks the order of the calls. */
final class Visits implements ConnectionListener {
    private final Simulation simulation;
    private final Map<String, Visit> visits = new LinkedHashMap<>();

    private long closedCount;

    Visits(Simulation simulation) {
        this.simulation = simulation;
    }

    /** Records an accepted client, which may have gone already; does nothing if it is known. */
    void seen(String client) {
        if (!visits.containsKey(client)) {
            Peer peer = simulation.clientsByAddress.get(client);
            if (peer == null) {
                throw new Violation("%s is connected, but unknown", client);
            }
            visits.put(client, new Visit(peer, peer.source, simulation.now()));
        }
    }

    @Override
    public void connected(long id, InetSocketAddress client, String backend) {
        Visit visit = visit(client);
        expect(visit.connectedAt < 0 && visit.closed == null, "%s is connected twice", client);
        visit.id = id;
        visit.connectedAt = simulation.now();
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
            expect(each.idle().compareTo(age) <= 0, "it is idle for too long: %s", what);
            expect(each.bytesUp() <= visit.client.sent, "too many bytes up: %s", what);
            expect(each.bytesDown() >= visit.client.received, "too few bytes down: %s", what);
        }
    }

    private Visit visit(InetSocketAddress client) {
        String host = client.getAddress().getHostAddress();
        String address = (host.contains(":") ? "[" + host + "]" : host) + ":" + client.getPort();
        seen(address);
        return visits.get(address);
    }

    /** The visit of a client; null if it was never accepted. */
    Visit of(String client) {
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
