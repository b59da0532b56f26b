package dev.eventloop.examples.httpserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.epoll.EpollPoller;
import dev.eventloop.examples.SlowReader;
import dev.eventloop.fixture.Payload;
import dev.eventloop.fixture.Peer;
import dev.eventloop.net.Sockets;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that is too slow is disconnected. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class SlowClientsAreTimedOutTest {
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir Path root;

    @BeforeEach
    void fillTheFolder() throws Exception {
        Files.writeString(root.resolve("index.html"), "<p>index");
        Files.write(root.resolve("large"), new byte[32 * Payload.MIB]);
    }

    private RunningServer server(String backend, Duration request, Duration idle, Duration send)
            throws Exception {
        return RunningServer.start(
                backend, new Settings(request, idle, send, 1000), root, Map.of());
    }

    @EveryBackend
    @DisplayName("half a request or body is answered with 408; no request at all with FIN")
    void slowRequests(String backend) throws Exception {
        try (RunningServer server = server(backend, SHORT, LONG, LONG)) {
            assertThat(server.ask("GET / HTTP/1.1\r\nHos")).startsWith("HTTP/1.1 408 ");
            assertThat(server.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"))
                    .startsWith("HTTP/1.1 408 ");
            assertThat(server.ask("")).isEmpty();
        }
    }

    @EveryBackend
    @DisplayName("trickling bytes do not extend the timeout")
    void trickle(String backend) throws Exception {
        try (RunningServer server = server(backend, SHORT, LONG, LONG)) {
            Thread trickle;
            try (Peer peer = server.connect()) {
                trickle = new Thread(() -> trickleInto(peer));
                trickle.start();
                assertThat(peer.readText(13)).isEqualTo("HTTP/1.1 408 ");
            }
            trickle.join();
        }
    }

    private static void trickleInto(Peer peer) {
        try {
            peer.send("GET /");
            while (true) {
                Thread.sleep(10);
                peer.send("a");
            }
        } catch (IOException | InterruptedException e) {
            // the server has closed the connection
        }
    }

    @EveryBackend
    @DisplayName("a connection idle for too long between requests is closed")
    void idleClients(String backend) throws Exception {
        try (RunningServer server = server(backend, LONG, SHORT, LONG);
                Peer peer = server.connect()) {
            peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(peer.readTextToEnd()).startsWith("HTTP/1.1 200 ").endsWith("<p>index");
        }
    }

    @EveryBackend
    @DisplayName("a client that does not read is reset")
    void readersThatDoNotRead(String backend) throws Exception {
        try (RunningServer server = server(backend, LONG, LONG, SHORT);
                Peer peer = Peer.connectWithSmallWindow(server.port())) {
            peer.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
            peer.sendUntilReset();
        }
    }

    /** In virtual time: the kernel's buffers take long to become writable again. */
    @Test
    @DisplayName("a client that reads slowly, but reads, is never timed out")
    void slowReaders() throws Exception {
        SimulatedKernel kernel =
                new SimulatedKernel(KernelOptions.defaults().socketBuffer(64 * 1024));
        byte[] content = Payload.random(7, 200_000);
        Path file = Files.write(root.resolve("file"), content);
        kernel.putFile(file.toRealPath().toString(), content);
        Sockets sockets = new Sockets(kernel);
        EventLoopOptions options = EventLoopOptions.defaults().clock(kernel::nanoTime);
        try (EventLoop loop = EventLoop.over(new EpollPoller(kernel, 64), options);
                HttpServer server =
                        new HttpServer(
                                loop,
                                sockets,
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                new VirtualHosts(new Site(sockets, root), Map.of()),
                                new Settings(LONG, LONG, Duration.ofSeconds(10), 1000),
                                Assertions::fail)) {
            SlowReader reader =
                    SlowReader.ask(
                            kernel,
                            server.address(),
                            RunningServer.request("GET", "/file"),
                            loop::stop);
            loop.runUntilStopped();
            assertThat(reader.read()).endsWith(content);
        }
    }
}
