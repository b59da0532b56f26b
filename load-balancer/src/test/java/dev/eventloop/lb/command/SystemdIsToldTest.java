package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.lb.fixture.LbProcess;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where NOTIFY_SOCKET is set, the load balancer notifies the service manager when it serves,
 * reloads and ends, and feeds the watchdog: sd_notify(3). The test is the service manager.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class SystemdIsToldTest {
    @TempDir private Path folder;
    private final Sockets sockets = Sockets.system();
    private final List<String> told = new ArrayList<>();
    private NamedServer server;
    private Path socket;
    private int manager;

    @BeforeEach
    void start() throws Exception {
        server = NamedServer.start("A");
        socket = folder.resolve("notify");
        manager = sockets.bindDatagram(UnixDomainSocketAddress.of(socket));
    }

    @AfterEach
    void stop() throws Exception {
        sockets.close(manager);
        server.close();
    }

    private JavaProgram launch(String environment, String... arguments) throws IOException {
        return LbProcess.startBy(
                "NOTIFY_SOCKET=" + socket + " " + environment + " exec \"$@\"", arguments);
    }

    /** Waits for a datagram with this line; the lines of those that come before are kept. */
    private void await(String line, JavaProgram lb) throws Exception {
        Await.until(
                line + ", told " + told + ": " + lb,
                () -> {
                    ByteBuffer bytes = ByteBuffer.allocate(4096);
                    int count = sockets.receive(manager, bytes, null);
                    if (count > 0) {
                        String text = new String(bytes.array(), 0, count, StandardCharsets.UTF_8);
                        told.addAll(text.lines().toList());
                    }
                    return told.stream().anyMatch(each -> each.matches(line));
                });
    }

    @Test
    @DisplayName("READY when it serves, RELOADING and READY around a reload, STOPPING at the end")
    void phases() throws Exception {
        Path file = folder.resolve("lb.yaml");
        String yaml = "port: 0\nbackends: [127.0.0.1:" + server.port() + "]\n";
        Files.writeString(file, yaml);
        try (JavaProgram lb = launch("", "--config", file.toString())) {
            await("STATUS=listens on 0\\.0\\.0\\.0:[0-9]+ \\(default\\)", lb);
            assertThat(told).containsSubsequence("READY=1", told.get(told.size() - 1));
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
            told.clear();
            long before = System.nanoTime() / 1000;
            lb.signal("HUP");
            await("STATUS=reloaded .*lb.yaml", lb);
            assertThat(told.get(0)).isEqualTo("RELOADING=1");
            assertThat(Long.parseLong(told.get(1).replace("MONOTONIC_USEC=", "")))
                    .isBetween(before, System.nanoTime() / 1000);
            assertThat(told.get(2)).isEqualTo("READY=1");
            told.clear();
            Files.writeString(file, yaml + "threads: many\n");
            lb.signal("HUP");
            await("STATUS=cannot reload .*, nothing has changed", lb);
            assertThat(told).contains("RELOADING=1", "READY=1");
            told.clear();
            lb.signal("TERM");
            await("STOPPING=1", lb);
            assertThat(lb.awaitExit()).isZero();
        }
    }

    @Test
    @DisplayName("the watchdog is fed several times in its time, and only if it is this process's")
    void watchdog() throws Exception {
        try (JavaProgram lb =
                launch("WATCHDOG_USEC=300000 WATCHDOG_PID=$$", "0", "127.0.0.1:" + server.port())) {
            for (int i = 0; i < 5; i++) {
                told.clear();
                await("WATCHDOG=1", lb);
            }
        }
        told.clear();
        try (JavaProgram lb =
                launch("WATCHDOG_USEC=300000 WATCHDOG_PID=1", "0", "127.0.0.1:" + server.port())) {
            await("READY=1", lb);
            lb.signal("TERM");
            await("STOPPING=1", lb);
            assertThat(told).doesNotContain("WATCHDOG=1");
        }
    }

    @Test
    @DisplayName("a socket that nobody reads, or that is none, stops nothing")
    void nobodyThere() throws Exception {
        sockets.close(manager);
        try (JavaProgram lb = launch("", "0", "127.0.0.1:" + server.port())) {
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
            Await.until(
                    "a warning: " + lb,
                    () ->
                            lb.err().stream()
                                    .anyMatch(
                                            line ->
                                                    line.contains(
                                                            "cannot tell the service manager")));
            lb.signal("TERM");
            assertThat(lb.awaitExit()).isZero();
        }
    }
}
