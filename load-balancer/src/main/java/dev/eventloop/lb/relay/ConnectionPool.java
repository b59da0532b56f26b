package dev.eventloop.lb.relay;

import dev.eventloop.lb.OpenConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A worker's connections: those in use on a doubly linked list, the free ones on a singly linked
 * one, so that taking and giving back are O(1) and allocate nothing. Grows by slabs and never
 * shrinks.
 */
public final class ConnectionPool {
    private static final int SLAB = 64;

    private final RelayContext context;
    private Connection free;
    private Connection inUse;
    private int activeCount;

    public ConnectionPool(RelayContext context) {
        this.context = context;
    }

    /** Takes a free connection. */
    public Connection take() {
        if (free == null) {
            grow();
        }
        Connection connection = free;
        free = connection.next;
        connection.previous = null;
        connection.next = inUse;
        if (inUse != null) {
            inUse.previous = connection;
        }
        inUse = connection;
        activeCount++;
        return connection;
    }

    /** Gives a connection back. */
    public void give(Connection connection) {
        if (connection.previous == null) {
            inUse = connection.next;
        } else {
            connection.previous.next = connection.next;
        }
        if (connection.next != null) {
            connection.next.previous = connection.previous;
        }
        connection.previous = null;
        connection.next = free;
        free = connection;
        activeCount--;
    }

    /** Any connection in use; null for none. */
    public Connection anyInUse() {
        return inUse;
    }

    /** How many are in use. */
    public int activeCount() {
        return activeCount;
    }

    /** Those in use that match. */
    public List<Connection> select(Predicate<Connection> wanted) {
        List<Connection> selected = new ArrayList<>();
        for (Connection c = inUse; c != null; c = c.next()) {
            if (wanted.test(c)) {
                selected.add(c);
            }
        }
        return selected;
    }

    /** Those in use, as an operator sees them. */
    public List<OpenConnection> describe() {
        List<OpenConnection> open = new ArrayList<>(activeCount);
        for (Connection c = inUse; c != null; c = c.next()) {
            open.add(c.describe());
        }
        return open;
    }

    /** Adds the bytes of those in use to their backends' counters. */
    public void settle() {
        for (Connection c = inUse; c != null; c = c.next()) {
            c.settle();
        }
    }

    private void grow() {
        for (int i = 0; i < SLAB; i++) {
            Connection connection = new Connection(context);
            connection.next = free;
            free = connection;
        }
    }
}
