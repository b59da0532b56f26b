package dev.eventloop.net;

/** How to listen. Immutable: every setter gives a changed copy. */
public final class ListenOptions {
    private static final ListenOptions DEFAULTS = new ListenOptions(4096, false, false);

    private final int backlog;
    private final boolean reusePort;
    private final boolean noDelay;

    private ListenOptions(int backlog, boolean reusePort, boolean noDelay) {
        this.backlog = backlog;
        this.reusePort = reusePort;
        this.noDelay = noDelay;
    }

    /** A backlog of 4096, which the kernel cuts to its own limit: somaxconn of sysctl(8). */
    public static ListenOptions defaults() {
        return DEFAULTS;
    }

    /** Connections that wait to be accepted, at most. */
    public ListenOptions backlog(int backlog) {
        return new ListenOptions(backlog, reusePort, noDelay);
    }

    /**
     * Several sockets share the port, and the kernel spreads connections: {@link
     * Sockets#reusePort}, ENOPROTOOPT where it can't.
     */
    public ListenOptions reusePort(boolean reusePort) {
        return new ListenOptions(backlog, reusePort, noDelay);
    }

    /** TCP_NODELAY, which accepted sockets inherit: so on Linux, macOS and the BSDs. */
    public ListenOptions noDelay(boolean noDelay) {
        return new ListenOptions(backlog, reusePort, noDelay);
    }

    int backlog() {
        return backlog;
    }

    boolean reusePort() {
        return reusePort;
    }

    boolean noDelay() {
        return noDelay;
    }
}
