package dev.eventloop.lb.pool;

import dev.eventloop.lb.BackendState;
import dev.eventloop.net.NativeAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server behind the load balancer, with its settings and counters. Shared by all threads: any
 * thread acquires and releases connections, only {@link Pool} changes settings.
 */
public final class Backend {
    /**
     * The value of {@link #active} after the last connection of a removed backend ended and its
     * address was freed.
     */
    private static final int FREED = Integer.MIN_VALUE;

    private final String name;
    private final String group;
    private final SocketAddress socketAddress;
    private final NativeAddress address;
    private final boolean mayMeetItself;
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
     * @param group where the backend comes from, such as a DNS name; a group is replaced as a whole
     * @param address where it listens
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
        this.mayMeetItself = LocalPorts.ofThisMachine().contains(this.address.port());
        this.weight = weight;
        this.backup = backup;
        this.maxConnections = maxConnections;
    }

    /**
     * Counts one more connection, until {@link #release} gives it back. Any thread.
     *
     * @return false if the backend is at its limit of connections, or was removed and freed
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

    /** Like {@link #acquire()}, but only if the count is still {@code expected}. */
    boolean acquire(int expected) {
        return !isFull(expected) && active.compareAndSet(expected, expected + 1);
    }

    /** The count to pass to {@link #acquire(int)}; negative if the backend was freed. */
    int rawActive() {
        return active.get();
    }

    /** Whether the backend accepts no more connections once it has {@code active}. */
    boolean isFull(int active) {
        int most = maxConnections;
        return active < 0 || (most > 0 && active >= most);
    }

    /** Gives back an acquired connection, which ended or could not be established. Any thread. */
    public void release() {
        if (active.decrementAndGet() == 0 && removed) {
            free();
        }
    }

    /** Stops new connections; the address is freed when the last open one ends. */
    public void remove() {
        removed = true;
        free();
    }

    /** Whether the backend was removed and its last connection has ended. */
    public boolean isFreed() {
        return active.get() < 0;
    }

    private void free() {
        if (active.compareAndSet(0, FREED)) {
            address.close();
        }
    }

    /**
     * Adds the bytes that a connection sent to and received from the backend since its last call.
     * Any thread.
     */
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

    void configure(int weight, boolean backup, int maxConnections) {
        this.weight = weight;
        this.backup = backup;
        this.maxConnections = maxConnections;
    }

    void setState(BackendState state) {
        this.state = state;
    }

    public String name() {
        return name;
    }

    /** Where the backend comes from, such as a DNS name. */
    public String group() {
        return group;
    }

    boolean isAt(Backend other) {
        return isAt(other.socketAddress);
    }

    /** Whether the backend has this address. */
    public boolean isAt(SocketAddress where) {
        return socketAddress.equals(where);
    }

    SocketAddress socketAddress() {
        return socketAddress;
    }

    /** The native form of the address. Valid only between a pick and {@link #release}. */
    public NativeAddress address() {
        return address;
    }

    /**
     * Whether its port is one that this machine may choose as the source of a connect; see {@link
     * Connector}. Whether its address is this machine's is not asked: that may change.
     */
    public boolean mayMeetItself() {
        return mayMeetItself;
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

    /** Whether the backend is healthy, judging by checks and connects. */
    public boolean isHealthy() {
        return health.isUp();
    }

    /** Whether the operator wants it used, and it is healthy. */
    boolean isUp() {
        return state == BackendState.UP && isHealthy();
    }

    /** Connections to this backend that are open or being opened. */
    public int active() {
        return Math.max(0, active.get());
    }

    /** Connections established since the start. */
    public long connections() {
        return connections.get();
    }

    /** Connects that were refused or timed out since the start. */
    public long connectFailures() {
        return connectFailures.get();
    }

    /** Health checks that failed since the start. */
    public long checkFailures() {
        return checkFailures.get();
    }

    /** Bytes sent to the backend since the start. */
    public long bytesSent() {
        return bytesSent.get();
    }

    /** Bytes received from the backend since the start. */
    public long bytesReceived() {
        return bytesReceived.get();
    }

    @Override
    public String toString() {
        return name;
    }
}
