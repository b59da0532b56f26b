package dev.eventloop.lb.admin;

import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.Names;
import dev.eventloop.lb.admin.http.HttpServer;
import dev.eventloop.libc.OpenFileLimit;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Objects;

/**
 * The admin port of a load balancer: a dashboard at {@code /}, Prometheus metrics at {@code
 * /metrics}, a JSON API at {@code /api/v1}, and the probes {@code /healthz} and {@code /readyz}.
 * {@code docs/admin.md} describes the answers.
 *
 * <p>Runs on its own daemon threads. It may be closed before or after the load balancer.
 */
public final class AdminServer implements AutoCloseable {
    private final HttpServer server;
    private final ChangeGate changes;
    private final Recorder recorder;
    private final SocketAddress address;

    /** Null for an internet address. */
    private final UnixListener unix;

    private AdminServer(
            HttpServer server,
            ChangeGate changes,
            Recorder recorder,
            SocketAddress address,
            UnixListener unix) {
        this.server = server;
        this.changes = changes;
        this.recorder = recorder;
        this.address = address;
        this.unix = unix;
    }

    /**
     * Binds the port and starts to answer requests.
     *
     * @param address a loopback address, or any address if there is a token; port 0 picks a free
     *     port
     * @param tokenOrNull the bearer token that metrics and API require, of at least 16 characters;
     *     null for none
     * @throws IllegalArgumentException if the host name is unknown, if the address is not a
     *     loopback address and there is no token, or if the token is too short or has characters
     *     that a header cannot carry
     * @throws IOException if the port is in use (EADDRINUSE) or not permitted (EACCES)
     */
    public static AdminServer start(
            LoadBalancer loadBalancer, InetSocketAddress address, String tokenOrNull)
            throws IOException {
        Objects.requireNonNull(loadBalancer, "loadBalancer");
        try (AdminListener listener = AdminListener.open(address, tokenOrNull)) {
            return listener.serve(loadBalancer, null);
        }
    }

    /**
     * As {@link #start(LoadBalancer, InetSocketAddress, String)}, on a unix-domain socket of mode
     * 0600, which replaces one that nobody listens on, and is removed by {@link #close}. It needs
     * no token: only the user of this process, and root, may connect.
     *
     * @throws IOException if another process listens there, or the socket cannot be made
     */
    public static AdminServer start(
            LoadBalancer loadBalancer, UnixDomainSocketAddress address, String tokenOrNull)
            throws IOException {
        Objects.requireNonNull(loadBalancer, "loadBalancer");
        try (AdminListener listener = AdminListener.open(address, tokenOrNull)) {
            return listener.serve(loadBalancer, null);
        }
    }

    /** Serves a socket that it closes at the end, but not if this fails. */
    static AdminServer start(
            LoadBalancer loadBalancer,
            Reloading reloadingOrNull,
            Admission admission,
            int fd,
            SocketAddress address,
            UnixListener unix)
            throws IOException {
        Recorder recorder = new Recorder(loadBalancer);
        ChangeGate changes = new ChangeGate();
        try {
            HttpServer server =
                    HttpServer.start(
                            fd,
                            address instanceof InetSocketAddress inet
                                    ? "admin-port-" + inet.getPort()
                                    : "admin-socket",
                            loadBalancer.eventBackend(),
                            LoadBalancerBuilder.adminConnectionsAllowedBy(OpenFileLimit.raise()),
                            new RequestHandler(
                                    admission,
                                    routes(loadBalancer, recorder, reloadingOrNull),
                                    changes));
            return new AdminServer(server, changes, recorder, address, unix);
        } catch (IOException | RuntimeException | Error e) {
            recorder.close();
            throw e;
        }
    }

    private static Routes routes(
            LoadBalancer loadBalancer, Recorder recorder, Reloading reloadingOrNull)
            throws IOException {
        Routes routes = new Routes();
        Page.load().addTo(routes);
        new Probes(loadBalancer).addTo(routes);
        new Metrics(loadBalancer, recorder.durations()).addTo(routes);
        new BackendsResource(loadBalancer).addTo(routes);
        new ConnectionsResource(loadBalancer, recorder.closes()).addTo(routes);
        new StatsResource(loadBalancer, recorder.closes()).addTo(routes);
        new ReloadResource(reloadingOrNull).addTo(routes);
        return routes;
    }

    /**
     * The address of the admin port.
     *
     * @throws IllegalStateException if it is a unix-domain socket
     */
    public InetSocketAddress address() {
        if (address instanceof InetSocketAddress inet) {
            return inet;
        }
        throw new IllegalStateException("the admin port is " + location() + ", without a port");
    }

    /** The port number, also if 0 was given; as {@link #address}. */
    public int port() {
        return address().getPort();
    }

    /** {@code "http://127.0.0.1:9090/"}, or {@code "unix:/run/high_perf_lb/admin.sock"}. */
    public String location() {
        return address instanceof InetSocketAddress inet
                ? "http://" + Names.of(inet) + "/"
                : "unix:" + address;
    }

    /** Whether changes are refused, for the time of a hand-over; {@link ChangeGate}. */
    public ChangeGate changes() {
        return changes;
    }

    /** As {@link #close}, while another process goes on with the same socket. */
    public void handOver() {
        recorder.close();
        server.close();
    }

    /** Stops at once; the load balancer keeps running. Idempotent. Any thread. */
    @Override
    public void close() {
        if (unix != null) {
            unix.close();
        }
        handOver();
    }
}
