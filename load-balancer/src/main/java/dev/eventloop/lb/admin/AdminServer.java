package dev.eventloop.lb.admin;

import com.sun.net.httpserver.HttpServer;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.Names;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;

/**
 * The admin port of a load balancer: a live page at {@code /}, metrics for Prometheus at {@code
 * /metrics}, an API in JSON at {@code /api/v1}, and {@code /healthz} and {@code /readyz} for
 * probes. {@code docs/admin.md} tells what they answer.
 *
 * <p>It runs on daemon threads of its own, and ends before or after the load balancer as you like.
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
     * Listens, and answers.
     *
     * @param address of the loopback, or any other if there is a token; port 0 picks a free one
     * @param tokenOrNull what everybody has to send who wants to see or to change something; null
     *     for none
     * @throws IllegalArgumentException if the address is unknown, or everybody could use it, or no
     *     client could send the token
     * @throws IOException if the port is in use or not allowed
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
        server.createContext("/", new FrontDoor(admission, routes(loadBalancer, recorder)));
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

    /** The address that is listened on. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** The port that is listened on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Ends now; the load balancer goes on. Idempotent. */
    @Override
    public void close() {
        recorder.close();
        server.stop(0);
        threads.close();
    }
}
