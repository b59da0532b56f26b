package dev.eventloop.lb.admin;

import com.sun.net.httpserver.HttpServer;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.Names;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * The admin port of a load balancer: a dashboard at {@code /}, Prometheus metrics at {@code
 * /metrics}, a JSON API at {@code /api/v1}, and the probes {@code /healthz} and {@code /readyz}.
 * {@code docs/admin.md} describes the answers.
 *
 * <p>Runs on its own daemon threads. It may be closed before or after the load balancer.
 */
public final class AdminServer implements AutoCloseable {
    private static final int BACKLOG = 64;

    private final HttpServer server;
    private final RequestThreads threads;
    private final Recorder recorder;

    private AdminServer(HttpServer server, RequestThreads threads, Recorder recorder) {
        this.server = server;
        this.threads = threads;
        this.recorder = recorder;
    }

    /**
     * Binds the port and starts to answer requests.
     *
     * @param address a loopback address, or any address if there is a token; port 0 picks a free
     *     port
     * @param tokenOrNull the bearer token that metrics and API require; null for none
     * @throws IllegalArgumentException if the host name is unknown, if the address is not a
     *     loopback address and there is no token, or if the token has characters that a header
     *     cannot carry
     * @throws IOException if the port is in use (EADDRINUSE) or not permitted (EACCES)
     */
    public static AdminServer start(
            LoadBalancer loadBalancer, InetSocketAddress address, String tokenOrNull)
            throws IOException {
        Objects.requireNonNull(loadBalancer, "loadBalancer");
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    "the host " + address.getHostString() + " of the admin port is unknown");
        }
        Admission admission = new Admission(address, tokenOrNull);
        HttpServer server = listen(address);
        RequestThreads threads = new RequestThreads("admin-port-" + server.getAddress().getPort());
        Recorder recorder = new Recorder(loadBalancer);
        server.setExecutor(threads);
        server.createContext("/", new RequestHandler(admission, routes(loadBalancer, recorder)));
        server.start();
        return new AdminServer(server, threads, recorder);
    }

    private static HttpServer listen(InetSocketAddress address) throws IOException {
        try {
            return HttpServer.create(address, BACKLOG);
        } catch (IOException e) {
            throw new IOException(
                    "the admin port cannot listen on " + Names.of(address) + ": " + e.getMessage(),
                    e);
        }
    }

    private static Routes routes(LoadBalancer loadBalancer, Recorder recorder) throws IOException {
        Routes routes = new Routes();
        Page.load().addTo(routes);
        new Probes(loadBalancer).addTo(routes);
        new Metrics(loadBalancer, recorder.durations()).addTo(routes);
        new BackendsResource(loadBalancer).addTo(routes);
        new ConnectionsResource(loadBalancer, recorder.closes()).addTo(routes);
        new StatsResource(loadBalancer, recorder.closes()).addTo(routes);
        return routes;
    }

    /** The address of the admin port. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** The port number, also if 0 was given. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Stops at once; the load balancer keeps running. Idempotent. Any thread. */
    @Override
    public void close() {
        recorder.close();
        server.stop(0);
        threads.close();
    }
}
