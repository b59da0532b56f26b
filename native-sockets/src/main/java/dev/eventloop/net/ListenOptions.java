package dev.eventloop.net;

/** Options of a listener. Immutable: each setter returns a changed copy. */
public final class ListenOptions {
    private static final ListenOptions DEFAULTS = new ListenOptions(4096, false, false, null);

    private final int backlog;
    private final boolean reusePort;
    private final boolean noDelay;

    /** Null for the kernel's default. */
    private final Boolean v6Only;

    private ListenOptions(int backlog, boolean reusePort, boolean noDelay, Boolean v6Only) {
        this.backlog = backlog;
        this.reusePort = reusePort;
        this.noDelay = noDelay;
        this.v6Only = v6Only;
    }

    /** A backlog of 4096, which the kernel caps at sysctl net.core.somaxconn. */
    public static ListenOptions defaults() {
        return DEFAULTS;
    }

    /** The maximum number of connections that wait for accept. */
    public ListenOptions backlog(int backlog) {
        return new ListenOptions(backlog, reusePort, noDelay, v6Only);
    }

    /**
     * Several sockets share the port, and the kernel distributes connections among them;
     * ENOPROTOOPT where it cannot: {@link Sockets#reusePort}.
     */
    public ListenOptions reusePort(boolean reusePort) {
        return new ListenOptions(backlog, reusePort, noDelay, v6Only);
    }

    /** TCP_NODELAY; accepted sockets inherit it on Linux, macOS and the BSDs. */
    public ListenOptions noDelay(boolean noDelay) {
        return new ListenOptions(backlog, reusePort, noDelay, v6Only);
    }

    /**
     * IPV6_V6ONLY: whether a socket on {@code ::} rejects IPv4 clients; ipv6(7). The default
     * differs between systems (Linux: sysctl net.ipv6.bindv6only); OpenBSD always accepts IPv6
     * clients only. No effect on other addresses.
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

    /** Null for the kernel's default. */
    Boolean v6Only() {
        return v6Only;
    }
}
