package dev.eventloop.lb;

/**
 * A worker's connections: those in use on a doubly linked list, the free ones on a singly linked
 * one, so that taking and giving back are O(1) and allocate nothing. The pool is made in slabs as
 * they are first needed, and never shrinks.
 */
final class ConnectionPool {
    private static final int SLAB = 64;

    private final Worker worker;
    private Connection free;
    private Connection inUse;
    private int activeCount;

    ConnectionPool(Worker worker) {
        this.worker = worker;
    }

    Connection take() {
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

    void give(Connection connection) {
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
    Connection anyInUse() {
        return inUse;
    }

    int activeCount() {
        return activeCount;
    }

    private void grow() {
        for (int i = 0; i < SLAB; i++) {
            Connection connection = new Connection(worker);
            connection.next = free;
            free = connection;
        }
    }
}
