package dev.eventloop.lb.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.FreePort;
import dev.eventloop.lb.discovery.Dnsmasq;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name server is killed, stopped, or silent: the backends that were found stay. */
@Tag("chaos")
class DeadNameServersKeepBackendsTest {
    private static final String TWO = "127.0.0.2 app.test";
    private static final String THREE = "127.0.0.3 app.test";
    private static final String FOUR = "127.0.0.4 app.test";
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    @TempDir private Path folder;

    @BeforeEach
    void needsLinux() {
        Trial.needsLinux();
    }

    @Test
    @DisplayName("names that nobody answers for keep their backends; later changes are followed")
    void nameServerIsGone() throws Exception {
        int port = FreePort.next();
        try (Dnsmasq dns = Dnsmasq.start(folder, List.of(TWO, THREE));
                BackendProcess a = BackendProcess.start("127.0.0.2", port, 'A');
                BackendProcess b = BackendProcess.start("127.0.0.3", port, 'B');
                BackendProcess c = BackendProcess.start("127.0.0.4", port, 'C');
                Trial trial =
                        Trial.startWithName(
                                folder,
                                List.of(a, b, c),
                                "dns:app.test:" + port,
                                "--dns-server",
                                "127.0.0.1:" + dns.address().getPort(),
                                "--dns-interval",
                                "1s")) {
            trial.traffic().start();
            Set<String> names = Set.of(a.name(), b.name());
            while (trial.goesOn()) {
                switch (trial.random().nextInt(3)) {
                    case 0 -> {
                        dns.freeze();
                        watch(trial, names);
                        dns.thaw();
                    }
                    case 1 -> {
                        dns.kill();
                        watch(trial, names);
                        dns.run();
                    }
                    default -> {
                        dns.kill();
                        beSilent(trial, names, dns.address());
                        dns.run();
                    }
                }
                boolean hasMoved = names.contains(c.name());
                names = hasMoved ? Set.of(a.name(), b.name()) : Set.of(b.name(), c.name());
                dns.hosts(hasMoved ? new String[] {TWO, THREE} : new String[] {THREE, FOUR});
                Await.equal(names, trial.admin()::backends);
            }
            trial.recover();
            trial.auditUnharmed();
            assertThat(trial.lb().err()).anyMatch(line -> line.contains("does not answer"));
        }
    }

    /** A server in its place that takes questions and answers none. */
    private static void beSilent(Trial trial, Set<String> names, InetSocketAddress address)
            throws Exception {
        try (DatagramSocket udp = new DatagramSocket(address);
                ServerSocket tcp = new ServerSocket()) {
            tcp.bind(address);
            watch(trial, names);
            assertThat(udp.isClosed()).isFalse();
        }
    }

    /** For a while: the backends are these. */
    private static void watch(Trial trial, Set<String> names) throws Exception {
        int looks = 5 + trial.random().nextInt(60);
        for (int i = 0; i < looks; i++) {
            assertThat(trial.admin().backends()).isEqualTo(names);
            Trial.pause(BETWEEN_LOOKS);
        }
    }
}
