package dev.eventloop.examples.httpproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.fixture.Peer;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A proxy on a separate thread, on a given backend. */
final class RunningProxy implements AutoCloseable {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final EventLoop loop;
    private final ProxyServer server;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private RunningProxy(String backend, Settings settings) throws Exception {
        loop = EventLoop.create(EventLoopOptions.defaults().backend(backend));
        server =
                new ProxyServer(
                        loop,
                        Sockets.system(),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        settings,
                        warning -> end.completeExceptionally(new AssertionError(warning)));
        new Thread(this::run, "http-proxy").start();
    }

    /** Starts a proxy that allows this machine, with long timeouts. */
    static RunningProxy start(String backend) throws Exception {
        return start(backend, LONG, LONG, LONG);
    }

    static RunningProxy start(String backend, Duration request, Duration connect, Duration idle)
            throws Exception {
        AllowList local = AllowList.of(List.of("127.0.0.1:*", "localhost:*", "*.invalid"));
        return new RunningProxy(backend, new Settings(local, request, connect, idle));
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

    /** Opens a tunnel to a local port. */
    Peer tunnel(int port) throws IOException {
        String established = "HTTP/1.1 200 Connection established\r\n\r\n";
        Peer peer = connect().send("CONNECT 127.0.0.1:" + port + " HTTP/1.1\r\n\r\n");
        assertThat(peer.readText(established.length())).isEqualTo(established);
        return peer;
    }

    /** Stops the proxy; fails with its failure. */
    @Override
    public void close() {
        loop.stop();
        end.join();
        assertThat(loop.size()).as("remaining registrations").isZero();
        loop.close();
    }
}
