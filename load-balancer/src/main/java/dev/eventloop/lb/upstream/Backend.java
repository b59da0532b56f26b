package dev.eventloop.lb.upstream;

import dev.eventloop.net.NativeAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server behind the load balancer, and what is counted of it. Shared by all threads: what is
 * wanted of it is changed by {@link Upstream} alone, a connection to it is acquired and released.
 */
public final class Backend {
    /** Of {@link #active}: it was removed, nobody uses it, and its address is freed. */
    private static final int FREED = Integer.MIN_VALUE;

    private final String name;
    private final String group;
    private final SocketAddress socketAddress;
    private final NativeAddress address;
    private final Health health = new Health();

    private volatile int weight;
    private volatile boolean backup;
    private volatile int maxConnections;
    private volatile BackendState state = BackendState.UP;
    private volatile boolean removed;

    /** Connections that are open or being opened. */
    private final AtomicInteger active = new AtomicInteger();

    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong connectFailures = new AtomicLong();
    private final AtomicLong checkFailures = new AtomicLong();
    private final AtomicLong bytesSent = new AtomicLong();
    private final AtomicLong bytesReceived = new AtomicLong();

    /**
     * @param group who brought it; those of a group are replaced together
     * @param address where it is
     * @param maxConnections 0 for no limit
     */
    public Backend(
            String name,
            String group,
            SocketAddress address,
            int weight,
            boolean backup,
            int maxConnections) {
        this.name = name;
        this.group = group;
        this.socketAddress = address;
        this.address = NativeAddress.of(address);
        this.weight = weight;
        this.backup = backup;
        this.maxConnections = maxConnections;
    }

    /**
     * Counts one more connection, which {@link #release} takes back; false if it has as many as it
     * may, or is gone. Any thread.
     */
    boolean acquire() {
        while (true) {
            int now = active.get();
            if (isFull(now)) {
                return false;
            }
            if (active.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    /** As {@link #acquire()}, but only if there are so many now. */
    boolean acquire(int seen) {
        return !isFull(seen) && active.compareAndSet(seen, seen + 1);
    }

    /** As many as {@link #acquire(int)} may have seen. */
    int seen() {
        return active.get();
    }

    /** Whether it takes no more when it has so many. */
    boolean isFull(int active) {
        int most = maxConnections;
        return active < 0 || (most > 0 && active >= most);
    }

    /** A connection has ended, or was not established. Any thread. */
    public void release() {
        if (active.decrementAndGet() == 0 && removed) {
            free();
        }
    }

    /** Gets no new connections any more; its address is freed with the last of those it has. */
    public void remove() {
        removed = true;
        free();
    }

    /** Whether it was removed, and the last connection to it has ended. */
    public boolean isFreed() {
        return active.get() < 0;
    }

    private void free() {
        if (active.compareAndSet(0, FREED)) {
            address.close();
        }
    }

    /** Of a connection, so far or since the last time. Any thread. */
    public void addBytes(long sent, long received) {
        bytesSent.getAndAdd(sent);
        bytesReceived.getAndAdd(received);
    }

    void countConnection() {
        connections.getAndIncrement();
    }

    void countConnectFailure() {
        connectFailures.getAndIncrement();
    }

    void countCheckFailure() {
        checkFailures.getAndIncrement();
    }

    void want(int weight, boolean backup, int maxConnections) {
        this.weight = weight;
        this.backup = backup;
        this.maxConnections = maxConnections;
    }

    void want(BackendState state) {
        this.state = state;
    }

    public String name() {
        return name;
    }

    /** Who brought it. */
    public String group() {
        return group;
    }

    boolean isAt(Backend other) {
        return isAt(other.socketAddress);
    }

    /** Whether this is where it is. */
    public boolean isAt(SocketAddress where) {
        return socketAddress.equals(where);
    }

    SocketAddress socketAddress() {
        return socketAddress;
    }

    /** Only between a pick and {@link #release}. */
    public NativeAddress address() {
        return address;
    }

    public int weight() {
        return weight;
    }

    public boolean isBackup() {
        return backup;
    }

    public int maxConnections() {
        return maxConnections;
    }

    public BackendState state() {
        return state;
    }

    Health health() {
        return health;
    }

    /** Whether it is fit, as far as checks and connects say. */
    public boolean isHealthy() {
        return health.isUp();
    }

    /** Connections to it that are open or being opened. */
    public int active() {
        return Math.max(0, active.get());
    }

    public long connections() {
        return connections.get();
    }

    public long connectFailures() {
        return connectFailures.get();
    }

    public long checkFailures() {
        return checkFailures.get();
    }

    public long bytesSent() {
        return bytesSent.get();
    }

    public long bytesReceived() {
        return bytesReceived.get();
    }

    @Override
    public String toString() {
        return name;
    }
}
