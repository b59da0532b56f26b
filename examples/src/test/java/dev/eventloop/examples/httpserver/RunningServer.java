package dev.eventloop.examples.httpserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.fixture.Peer;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** An HTTP server on a separate thread, on a given backend. */
final class RunningServer implements AutoCloseable {
    static final Settings PATIENT =
            new Settings(
                    Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60), 1000);

    private final EventLoop loop;
    private final HttpServer server;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private RunningServer(String backend, Settings settings, VirtualHosts hosts) throws Exception {
        loop = EventLoop.create(EventLoopOptions.defaults().backend(backend));
        server =
                new HttpServer(
                        loop,
                        Sockets.system(),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        hosts,
                        settings,
                        warning -> end.completeExceptionally(new AssertionError(warning)));
        new Thread(this::run, "http-server").start();
    }

    static RunningServer start(String backend, Path root) throws Exception {
        return start(backend, PATIENT, root, Map.of());
    }

    static RunningServer start(
            String backend, Settings settings, Path root, Map<String, Path> others)
            throws Exception {
        Sockets sockets = Sockets.system();
        Map<String, Site> sites = new java.util.HashMap<>();
        for (Map.Entry<String, Path> other : others.entrySet()) {
            sites.put(other.getKey(), new Site(sockets, other.getValue()));
        }
        return new RunningServer(
                backend, settings, new VirtualHosts(new Site(sockets, root), sites));
    }

    private void run() {
        try {
            loop.runUntilStopped();
            server.close();
            end.complete(null);
        } catch (Throwable e) {
            end.completeExceptionally(e);
        }
    }

    int port() {
        return server.address().getPort();
    }

    Peer connect() throws IOException {
        return Peer.connect(port());
    }

    /** Sends these bytes and returns everything up to EOF. */
    String ask(String request) throws IOException {
        try (Peer peer = connect()) {
            return peer.send(request).readTextToEnd();
        }
    }

    /** Sends a final GET with these header lines and returns everything up to EOF. */
    String get(String path, String... headers) throws IOException {
        return ask(request("GET", path, headers));
    }

    static String request(String method, String path, String... headers) {
        StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        request.append("Host: localhost\r\nConnection: close\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    /** Stops the server; fails with its failure. */
    @Override
    public void close() {
        loop.stop();
        end.join();
        assertThat(loop.size()).as("remaining registrations").isZero();
        loop.close();
    }
}
