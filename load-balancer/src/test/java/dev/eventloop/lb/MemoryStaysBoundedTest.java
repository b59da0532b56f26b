package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.Payload;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.fixture.LbProcess;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer that does not read blocks the sender; the load balancer does not buffer the stream. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class MemoryStaysBoundedTest {
    private static final byte[] PATTERN = Payload.random(22, Payload.MIB);
    private static final int REPEATS = 50;
    private static final String DIGEST = digestOfAll();
    private static final Duration QUIET = Duration.ofMillis(500);
    private static final long ONE_MEGABYTE_IN_KIB = 1024;

    private static String digestOfAll() {
        MessageDigest digest = Payload.sha256();
        for (int i = 0; i < REPEATS; i++) {
            digest.update(PATTERN);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Test
    @DisplayName("50 MB for a client that reads only later")
    void unreadDownloadIsNotHoarded() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (ScriptedServer server = ScriptedServer.start(client -> sendAll(client, sent));
                JavaProgram lb = start(server.port())) {
            int port = lb.port();
            for (int i = 0; i < 3; i++) {
                try (Peer client = Peer.connect(port)) {
                    assertThat(digestToEnd(client)).isEqualTo(DIGEST); // warm-up
                }
            }
            long before = Await.steady(QUIET, lb.facts()::residentKib);
            sent.set(0);
            try (Peer client = Peer.connect(port)) {
                Await.until("the backend sends", () -> sent.get() > 0);
                assertThat(Await.steady(QUIET, sent::get)).isLessThan(REPEATS * 1L * Payload.MIB);
                long stuck = lb.facts().residentKib();
                assertThat(digestToEnd(client)).isEqualTo(DIGEST);
                assertThat(stuck - before).as("KiB more").isLessThan(ONE_MEGABYTE_IN_KIB);
            }
            server.awaitScripts();
        }
    }

    @Test
    @DisplayName("50 MB for a backend that reads only later")
    void unreadUploadIsNotHoarded() throws Exception {
        AtomicLong sent = new AtomicLong();
        CountDownLatch read = new CountDownLatch(1);
        AtomicLong connections = new AtomicLong();
        try (ScriptedServer server =
                        ScriptedServer.start(
                                client -> {
                                    if (connections.incrementAndGet() > 3) {
                                        read.await();
                                    }
                                    client.send(digestToEnd(client));
                                });
                JavaProgram lb = start(server.port())) {
            int port = lb.port();
            for (int i = 0; i < 3; i++) {
                try (Peer client = Peer.connect(port)) {
                    sendAll(client, sent);
                    assertThat(client.finish().readTextToEnd()).isEqualTo(DIGEST);
                }
            }
            long before = Await.steady(QUIET, lb.facts()::residentKib);
            sent.set(0);
            try (Peer client = Peer.connect(port)) {
                Future<Peer> upload = Crowd.beside(() -> sendAll(client, sent).finish());
                Await.until("the client sends", () -> sent.get() > 0);
                assertThat(Await.steady(QUIET, sent::get)).isLessThan(REPEATS * 1L * Payload.MIB);
                long stuck = lb.facts().residentKib();
                read.countDown();
                assertThat(upload.get().readTextToEnd()).isEqualTo(DIGEST);
                assertThat(stuck - before).as("KiB more").isLessThan(ONE_MEGABYTE_IN_KIB);
            }
        }
    }

    @Test
    @DisplayName("SIGTERM during a blocked download: the rest arrives, and the exit code is 0")
    void stuckDownloadSurvivesSigterm() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (ScriptedServer server = ScriptedServer.start(client -> sendAll(client, sent));
                JavaProgram lb = start(server.port());
                Peer client = Peer.connect(lb.port())) {
            Await.until("the backend sends", () -> sent.get() > 0);
            assertThat(Await.steady(QUIET, sent::get)).isPositive();
            lb.signal("TERM");
            Await.until(
                    "it drains: " + lb,
                    () -> lb.out().stream().anyMatch(line -> line.startsWith("draining 1 ")));
            assertThat(digestToEnd(client)).isEqualTo(DIGEST);
            assertThat(client.finish().readToEnd()).isEmpty();
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
        }
    }

    private static JavaProgram start(int backend) throws Exception {
        return LbProcess.startSteady(
                "0", "127.0.0.1:" + backend, "-t", "1", "--health-check", "off");
    }

    private static Peer sendAll(Peer peer, AtomicLong sent) throws Exception {
        for (int i = 0; i < REPEATS; i++) {
            for (int at = 0; at < PATTERN.length; at += 16 * 1024) {
                peer.send(PATTERN, at, 16 * 1024);
                sent.addAndGet(16 * 1024);
            }
        }
        return peer;
    }

    private static String digestToEnd(Peer peer) throws Exception {
        MessageDigest digest = Payload.sha256();
        byte[] chunk = new byte[256 * 1024];
        int count = peer.read(chunk, 0, chunk.length);
        while (count >= 0) {
            digest.update(chunk, 0, count);
            count = peer.read(chunk, 0, chunk.length);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
