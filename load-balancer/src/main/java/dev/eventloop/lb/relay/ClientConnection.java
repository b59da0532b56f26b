package dev.eventloop.lb.relay;

import dev.eventloop.lb.OpenConnection;
import dev.eventloop.lb.frontend.Bind;
import dev.eventloop.lb.frontend.Frontend;
import dev.eventloop.lb.pool.Attempts;
import dev.eventloop.lb.pool.Backend;
import dev.eventloop.lb.pool.Pool;
import dev.eventloop.lb.preface.ClientAddress;
import dev.eventloop.net.NativeAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** The data of a connection: addresses, pool, backend, times and bytes. Subclasses add phases. */
public abstract class ClientConnection {
    private final ClientAddress client = new ClientAddress();
    private final ConnectionTimes times;
    private final Attempts attempts = new Attempts();
    private Bind bind;
    private Pool pool;
    private long id;

    /** Whether the last backend that was tried has accepted. */
    private boolean wasConnected;

    /** Whether the preface has read a byte that is not of the PROXY header. */
    private boolean spoke;

    /** Neighbours among the connections in use, and the next on the free list. */
    Connection previous;

    Connection next;

    /** The line in which it waits, and its neighbours there; null for none. */
    WaitingLine line;

    Connection ahead;

    Connection behind;

    ClientConnection(RelayContext context) {
        this.times = new ConnectionTimes(context);
    }

    /** A client was accepted. */
    final void begin(long id, Bind bind, NativeAddress peer) {
        this.id = id;
        this.bind = bind;
        pool = null;
        wasConnected = false;
        spoke = false;
        client.set(peer);
        times.accepted();
        attempts.begin(0);
    }

    /** The connection is routed to this pool. */
    final void setPool(Pool pool) {
        this.pool = pool;
        times.routed();
        attempts.begin(pool.settings().retries());
    }

    /** The preface has read a byte of what the client sends to the backend. */
    final void markSpoken() {
        spoke = true;
    }

    /** Whether the client has sent anything after its PROXY header, as far as it was read. */
    final boolean hasSpoken() {
        return spoke || bytesUp() > 0;
    }

    /** The backend has accepted. */
    final void markConnected() {
        wasConnected = true;
        times.connected();
    }

    /** Unique as long as the load balancer runs. */
    public final long id() {
        return id;
    }

    public final Frontend frontend() {
        return bind.frontend();
    }

    /** The address that the client has connected to. */
    public final InetSocketAddress listener() {
        return bind.address();
    }

    /** Null until it is routed. */
    public final Pool pool() {
        return pool;
    }

    public final ClientAddress client() {
        return client;
    }

    public final ConnectionTimes times() {
        return times;
    }

    /** The backends that were tried. */
    public final Attempts attempts() {
        return attempts;
    }

    final boolean wasConnected() {
        return wasConnected;
    }

    /** The backend that it is, or was, connected to; null for none. */
    public final Backend backend() {
        return wasConnected ? attempts.last() : null;
    }

    /** Bytes from the client that the backend's socket took. */
    public final long bytesUp() {
        return wasConnected ? relay().bytes(Direction.UP) : 0;
    }

    /** Bytes from the backend that the client's socket took. */
    public final long bytesDown() {
        return wasConnected ? relay().bytes(Direction.DOWN) : 0;
    }

    /** A snapshot for the operator, while the connection is open. */
    public final OpenConnection describe() {
        Backend backend = backend();
        return new OpenConnection(
                id,
                client.toSocketAddress(),
                frontend().name(),
                pool == null ? null : pool.name(),
                backend == null ? null : backend.name(),
                bytesUp(),
                bytesDown(),
                Duration.ofNanos(times.nanosOpen()),
                Duration.ofNanos(times.nanosIdle()));
    }

    /** The next of the connections in use; null for none. */
    public final Connection next() {
        return next;
    }

    /** Adds the bytes that have moved since the last time to the backend's counters. */
    public final void settle() {
        if (wasConnected) {
            times.settle(backend(), bytesUp(), bytesDown());
        }
    }

    /** Moves its bytes. */
    public abstract Relay relay();
}
