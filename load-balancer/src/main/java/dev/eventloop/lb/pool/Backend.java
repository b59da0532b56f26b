package dev.eventloop.lb.pool;

import dev.eventloop.lb.AbstractSockets;
import dev.eventloop.lb.BackendState;
import dev.eventloop.net.NativeAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server behind the load balancer, with its settings and counters. Shared by all threads: any
 * thread acquires and releases connections, only {@link Pool} changes settings.
 */
public final class Backend {
    private final String name;
    private final SocketAddress socketAddress;
    private final boolean mayMeetItself;
    private final Health health = new Health();

    /** Changed only while nobody can acquire the backend. */
    private NativeAddress address;

    private volatile String group;
    private volatile int weight;
    private volatile boolean backup;
    private volatile int maxConnections;
    private volatile BackendState state = BackendState.UP;

    /** Whether the weight is the operator's, and not that of the group. */
    private boolean weightIsOperators;

    /** Whether it is to be removed, once the table does not have it any more. */
    private volatile boolean leaving;

    private final PickAccount account = new PickAccount();

    /** Connections that are open or being opened. */
    private final OpenCount active = new OpenCount();

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
        this.address = AbstractSockets.encode(address);
        this.mayMeetItself = LocalPorts.ofThisMachine().contains(this.address.port());
        this.weight = weight;
        this.backup = backup;
        this.maxConnections = maxConnections;
    }

    /**
     * Counts one more connection, until {@link #release} gives it back. Any thread.
     *
     * @return false if the backend is at its limit of connections, or was removed
     */
    boolean acquire() {
        return active.increment(maxConnections);
    }

    /** Like {@link #acquire()}, but only if the count is still {@code expected}. */
    boolean acquire(int expected) {
        return active.increment(expected, maxConnections);
    }

    /** The count to pass to {@link #acquire(int)}; negative if the backend was freed. */
    int rawActive() {
        return active.raw();
    }

    /** Whether the backend accepts no more connections once it has {@code active}. */
    boolean isFull(int active) {
        return OpenCount.isFull(active, maxConnections);
    }

    /** Gives back an acquired connection, which ended or could not be established. Any thread. */
    public void release() {
        NativeAddress own = address; // before another thread can restore the backend
        if (active.decrement()) {
            own.close();
        }
    }

    /** Stops new connections; the address is freed when the last open one ends. */
    public void remove() {
        if (active.remove()) {
            address.close();
        }
    }

    /** Accepts connections again, after {@link #remove}. Not by several threads at a time. */
    void restore() {
        active.restore();
        if (active.isFreed()) {
            address = AbstractSockets.encode(socketAddress);
            active.begin();
        }
    }

    /** Whether the backend was removed and its last connection has ended. */
    public boolean isFreed() {
        return active.isFreed();
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

    /**
     * Takes over what its group says of it now. A weight that the operator has set stays, unless it
     * is the operator who says this.
     */
    void configureAs(Backend next) {
        group = next.group;
        weightIsOperators &= !group.equals(BackendGroups.GIVEN);
        weight = weightIsOperators ? weight : next.weight;
        backup = next.backup;
        maxConnections = next.maxConnections;
    }

    boolean weightIsOperators() {
        return weightIsOperators;
    }

    /** Sets the weight that the operator wants. */
    void setWeight(int weight) {
        this.weight = weight;
        weightIsOperators = true;
    }

    /** Takes over what the operator has set for another backend, which had this name before. */
    void inherit(Backend former) {
        state = former.state;
        if (former.weightIsOperators) {
            setWeight(former.weight);
        }
    }

    /** Forgets what the operator has set, and its health. */
    void forget() {
        state = BackendState.UP;
        weightIsOperators = false;
        health.reset();
    }

    /** Sets the limit of its connections; 0 for none. */
    void setMaxConnections(int limit) {
        maxConnections = limit;
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
        return socketAddress.equals(other.socketAddress);
    }

    /** Where it listens. */
    public SocketAddress socketAddress() {
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

    boolean isFit(Fitness least) {
        return weight > 0 // also where a table still has it
                && switch (least) {
                    case UP -> isUp() && !leaving;
                    case IN_USE -> state == BackendState.UP && !leaving;
                    case ENABLED -> state != BackendState.DOWN && !leaving;
                    case ANY -> true;
                };
    }

    void setLeaving(boolean leaving) {
        this.leaving = leaving;
    }

    PickAccount account() {
        return account;
    }

    /** Connections to this backend that are open or being opened. */
    public int active() {
        return active.count();
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
