package dev.eventloop.examples.httpproxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Payload;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ProcessFacts;
import dev.eventloop.fixture.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** CONNECT: bytes, FIN and RST pass unchanged, and a slow reader makes the writer wait. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class TunnelsCarryEveryByteTest {
    @EveryBackend
    @DisplayName("bytes arrive unchanged in both directions")
    void everyByte(String backend) throws Exception {
        byte[] payload = Payload.random(1, 3 * Payload.MIB);
        try (ScriptedServer server =
                        ScriptedServer.start(peer -> peer.send(peer.readToEnd()).finish());
                RunningProxy proxy = RunningProxy.start(backend);
                Peer peer = proxy.tunnel(server.port())) {
            assertThat(peer.send(payload).finish().readToEnd())
                    .as("half-close is passed on, and the other direction continues")
                    .isEqualTo(payload);
        }
    }

    @EveryBackend
    @DisplayName("bytes sent before the tunnel is established go through as well")
    void earlyBytes(String backend) throws Exception {
        try (ScriptedServer server =
                        ScriptedServer.start(peer -> peer.send(peer.readText(5)).finish());
                RunningProxy proxy = RunningProxy.start(backend)) {
            String request = "CONNECT localhost:" + server.port() + " HTTP/1.1\r\nHost: x\r\n\r\n";
            assertThat(proxy.ask(request + "hello")).endsWith("\r\n\r\nhello");
        }
    }

    @EveryBackend
    @DisplayName("a server that does not read makes the client wait, and gets everything later")
    void backpressure(String backend) throws Exception {
        int size = 64 * Payload.MIB;
        AtomicLong sent = new AtomicLong();
        Object mayRead = new Object();
        boolean[] reading = {false};
        try (ScriptedServer server =
                        ScriptedServer.start(
                                peer -> {
                                    synchronized (mayRead) {
                                        while (!reading[0]) {
                                            mayRead.wait();
                                        }
                                    }
                                    long count = 0;
                                    byte[] chunk = new byte[1 << 16];
                                    int read = peer.read(chunk, 0, chunk.length);
                                    while (read > 0) {
                                        count += read;
                                        read = peer.read(chunk, 0, chunk.length);
                                    }
                                    peer.send(Long.toString(count)).finish();
                                });
                RunningProxy proxy = RunningProxy.start(backend);
                Peer peer = proxy.tunnel(server.port())) {
            Thread writer = new Thread(() -> write(peer, size, sent));
            writer.start();
            Await.until("the client has sent bytes", () -> sent.get() > 0);
            long stalled = Await.steady(Duration.ofMillis(300), sent::get);
            assertThat(stalled).isPositive().isLessThan(size);
            synchronized (mayRead) {
                reading[0] = true;
                mayRead.notifyAll();
            }
            assertThat(peer.readTextToEnd()).isEqualTo(Integer.toString(size));
            writer.join();
        }
    }

    private static void write(Peer peer, int size, AtomicLong sent) {
        byte[] chunk = new byte[1 << 16];
        try {
            while (sent.get() < size) {
                peer.send(chunk);
                sent.addAndGet(chunk.length);
            }
            peer.finish();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @EveryBackend
    @DisplayName("a reset is passed on, whichever end sends it")
    void resets(String backend) throws Exception {
        try (RunningProxy proxy = RunningProxy.start(backend)) {
            try (ScriptedServer server =
                            ScriptedServer.start(
                                    peer -> {
                                        String ignored = peer.readText(1);
                                        peer.reset();
                                    });
                    Peer peer = proxy.tunnel(server.port())) {
                assertThat(peer.send("x").readUntilReset()).isEmpty();
            }
            try (ScriptedServer server =
                    ScriptedServer.start(
                            peer -> assertThat(peer.send("x").readUntilReset()).isEmpty())) {
                Peer peer = proxy.tunnel(server.port());
                assertThat(peer.readText(1)).isEqualTo("x");
                peer.reset();
                server.awaitScripts();
            }
        }
    }

    @EveryBackend
    @DisplayName("an idle tunnel is closed")
    void idle(String backend) throws Exception {
        Duration patient = Duration.ofMinutes(1);
        try (ScriptedServer server =
                        ScriptedServer.start(peer -> assertThat(peer.readUntilReset()).isEmpty());
                RunningProxy proxy =
                        RunningProxy.start(backend, patient, patient, Duration.ofMillis(200));
                Peer peer = proxy.tunnel(server.port())) {
            assertThat(peer.readUntilReset()).isEmpty();
            server.awaitScripts();
        }
    }

    @EveryBackend
    @DisplayName("a hundred tunnels at once, many cut off, leave nothing open")
    void nothingIsLeftOpen(String backend) throws Exception {
        try (EchoServer server = EchoServer.start();
                RunningProxy proxy = RunningProxy.start(backend)) {
            try (Peer first = proxy.tunnel(server.port())) {
                assertThat(first.send("x").readText(1)).isEqualTo("x");
            }
            ProcessFacts facts = ProcessFacts.ofThisProcess();
            int before = Await.steady(Duration.ofMillis(200), facts::openFiles);
            for (int i = 0; i < 100; i++) {
                if (i % 4 == 0) {
                    proxy.connect().send("CONNECT 127.0.0.1:" + server.port()).reset();
                } else if (i % 4 == 1) {
                    proxy.connect()
                            .send("CONNECT 127.0.0.1:" + server.port() + " HTTP/1.1\r\n\r\n")
                            .reset();
                } else {
                    Peer peer = proxy.tunnel(server.port()).send("hello");
                    if (i % 4 == 2) {
                        peer.reset();
                    } else {
                        peer.close();
                    }
                }
            }
            Await.until("all files are closed", () -> facts.openFiles() <= before);
        }
    }
}
