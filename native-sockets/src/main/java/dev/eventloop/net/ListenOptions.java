package dev.eventloop.net;

/** How to listen. Immutable: every setter gives a changed copy. */
public final class ListenOptions {
    private static final ListenOptions DEFAULTS = new ListenOptions(4096, false, false, null);

    private final int backlog;
    private final boolean reusePort;
    private final boolean noDelay;

    /** Null leaves it to the system. */
    private final Boolean v6Only;

    private ListenOptions(int backlog, boolean reusePort, boolean noDelay, Boolean v6Only) {
        this.backlog = backlog;
        this.reusePort = reusePort;
        this.noDelay = noDelay;
        this.v6Only = v6Only;
    }

    /** A backlog of 4096, which the kernel cuts to its own limit: somaxconn of sysctl(8). */
    public static ListenOptions defaults() {
        return DEFAULTS;
    }

    /** The most connections that wait to be accepted. */
    public ListenOptions backlog(int backlog) {
        return new ListenOptions(backlog, reusePort, noDelay, v6Only);
    }

    /**
     * Several sockets share the port, and the kernel spreads connections: {@link
     * Sockets#reusePort}, ENOPROTOOPT where it cannot.
     */
    public ListenOptions reusePort(boolean reusePort) {
        return new ListenOptions(backlog, reusePort, noDelay, v6Only);
    }

    /** TCP_NODELAY, which accepted sockets inherit on Linux, macOS and the BSDs. */
    public ListenOptions noDelay(boolean noDelay) {
        return new ListenOptions(backlog, reusePort, noDelay, v6Only);
    }

    /**
     * IPV6_V6ONLY: whether a socket on {@code ::} takes no IPv4 clients; ipv6(7). Systems differ in
     * the default (Linux: sysctl net.ipv6.bindv6only), and OpenBSD takes IPv6 clients only, in any
     * case. No effect on other addresses.
     */
    public ListenOptions v6Only(boolean v6Only) {
        return new ListenOptions(backlog, reusePort, noDelay, v6Only);
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

    /** Null leaves it to the system. */
    Boolean v6Only() {
        return v6Only;
    }
}
