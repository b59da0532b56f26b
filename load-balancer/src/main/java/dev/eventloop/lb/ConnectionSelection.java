package dev.eventloop.lb;

import dev.eventloop.lb.access.Cidr;
import dev.eventloop.lb.pool.Backend;
import dev.eventloop.lb.relay.Connection;
import java.util.Objects;

/**
 * Some of the open connections: those that match everything that is named here. Immutable.
 *
 * <pre>{@code
 * loadBalancer.closeConnections(ConnectionSelection.all().pool("api").source("10.1.0.0/16"));
 * }</pre>
 */
public final class ConnectionSelection {
    private static final ConnectionSelection ALL = new ConnectionSelection(null, null, null, null);

    private final String frontend;
    private final String pool;
    private final String backend;
    private final Cidr source;

    private ConnectionSelection(String frontend, String pool, String backend, Cidr source) {
        this.frontend = frontend;
        this.pool = pool;
        this.backend = backend;
        this.source = source;
    }

    /** Every connection. */
    public static ConnectionSelection all() {
        return ALL;
    }

    /** Only those that this frontend accepted. */
    public ConnectionSelection frontend(String name) {
        return new ConnectionSelection(Objects.requireNonNull(name, "name"), pool, backend, source);
    }

    /** Only those that were routed to this pool. */
    public ConnectionSelection pool(String name) {
        return new ConnectionSelection(
                frontend, Objects.requireNonNull(name, "name"), backend, source);
    }

    /**
     * Only those that count as connections of a backend of this name: connected to it, or about to
     * be.
     */
    public ConnectionSelection backend(String name) {
        return new ConnectionSelection(
                frontend, pool, Objects.requireNonNull(name, "name"), source);
    }

    /**
     * Only those of clients in this range; the address is that of the PROXY header, if one was
     * read.
     *
     * @param range {@code "10.0.0.0/8"}, or {@code "::1"} for one address
     * @throws IllegalArgumentException if it is no range, with a sentence that says why
     */
    public ConnectionSelection source(String range) {
        return new ConnectionSelection(frontend, pool, backend, Cidr.parse(range));
    }

    /** On the loop of the connection. */
    boolean has(Connection connection) {
        Backend counted = connection.acquired();
        return isOrAny(frontend, connection.frontend().name())
                && isOrAny(pool, connection.pool() == null ? null : connection.pool().name())
                && isOrAny(backend, counted == null ? null : counted.name())
                && (source == null
                        || source.contains(connection.client().high(), connection.client().low()));
    }

    private static boolean isOrAny(String wanted, String name) {
        return wanted == null || wanted.equals(name);
    }
}
