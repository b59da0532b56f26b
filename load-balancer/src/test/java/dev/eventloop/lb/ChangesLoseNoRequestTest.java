package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.FreePort;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.Program;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** wrk sees no failed request while an operator changes the backends. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class ChangesLoseNoRequestTest {
    private static final int BACKENDS = 4;
    private static final List<BackendState> STATES = List.of(BackendState.values());

    @TempDir private Path folder;

    private final Random random = new Random(1);
    private final List<Integer> ports = new ArrayList<>();

    @BeforeEach
    void needPrograms() throws IOException {
        for (String name : List.of("nginx", "wrk")) {
            assumeTrue(Program.find(name) != null, name + " is not installed");
        }
        for (int i = 0; i < BACKENDS; i++) {
            ports.add(FreePort.next());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: keep-alive", "Connection: close"})
    @DisplayName("backends are added, removed, drained, weighted and reloaded under load")
    void operatorIsNotNoticed(String header) throws Exception {
        try (Program nginx = nginx(0, ports);
                LoadBalancer lb = over(ports).slowStart(Duration.ofMillis(200)).start()) {
            awaitListening(ports.get(BACKENDS - 1));
            try (Program wrk = wrk(lb, header)) {
                int changes = 0;
                while (wrk.isAlive()) {
                    change(lb);
                    changes++;
                    Thread.sleep(5);
                }
                assertThat(wrk.awaitExit()).isZero();
                assertServedAll(wrk);
                assertThat(changes).isGreaterThan(50);
            }
            assertThat(nginx.isAlive()).isTrue();
            Await.equal(0, () -> lb.stats().active());
        }
    }

    @Test
    @DisplayName("a backend is drained, stopped, restarted and set up under load")
    void restartsAreNotNoticed() throws Exception {
        String name = "127.0.0.1:" + ports.get(1);
        try (Program always = nginx(0, ports.subList(0, 1));
                LoadBalancer lb =
                        over(ports.subList(0, 2))
                                .healthCheck(Duration.ofMillis(100))
                                .slowStart(Duration.ofMillis(500))
                                .start()) {
            awaitListening(ports.get(0));
            int restarts = 0;
            try (Program wrk = wrk(lb, "Connection: close")) {
                while (wrk.isAlive()) {
                    try (Program restarted = nginx(1, ports.subList(1, 2))) {
                        Await.until("it is up", () -> lb.stats().backends().get(1).healthy());
                        Thread.sleep(100);
                        lb.setState(name, BackendState.DRAIN);
                        Await.equal(0, () -> lb.stats().backends().get(1).active());
                        Program.run("kill", "-QUIT", pid(1));
                        restarted.awaitExit();
                        lb.setState(
                                name, BackendState.UP); // not restarted yet: connects are retried
                    }
                    restarts++;
                }
                assertServedAll(wrk);
            }
            assertThat(restarts).isGreaterThan(1);
            assertThat(always.isAlive()).isTrue();
        }
    }

    private void change(LoadBalancer lb) throws Exception {
        int port = ports.get(random.nextInt(BACKENDS));
        String name = "127.0.0.1:" + port;
        List<String> names =
                lb.stats().backends().stream().map(LoadBalancerStats.Backend::name).toList();
        try {
            switch (random.nextInt(5)) {
                case 0 -> lb.setWeight(name, 1 + random.nextInt(10));
                case 1 -> lb.setState(name, STATES.get(random.nextInt(STATES.size())));
                case 2 -> lb.removeBackend(name);
                case 3 -> {
                    if (!names.contains(name)) {
                        lb.addBackend(BackendOptions.of("127.0.0.1", port));
                    }
                }
                default -> {
                    int first = random.nextInt(BACKENDS);
                    assertThat(
                                    lb.reload(
                                            over(ports.subList(first, BACKENDS))
                                                    .listen("127.0.0.1", 0)))
                            .isNotNull();
                }
            }
        } catch (NoSuchElementException | IllegalStateException e) {
            assertThat(e).hasMessageContaining(name); // it does not exist, or is the last one
        }
    }

    private static void assertServedAll(Program wrk) throws IOException {
        assertThat(wrk.output())
                .contains("requests in")
                .doesNotContain("Socket errors")
                .doesNotContain("Non-2xx");
    }

    private static Program wrk(LoadBalancer lb, String header) throws IOException {
        return Program.start(
                "wrk", "-t1", "-c16", "-d5s", "-H", header, "http://127.0.0.1:" + lb.port() + "/");
    }

    private static LoadBalancerBuilder over(List<Integer> ports) {
        LoadBalancerBuilder builder = Unchecked.builder().listen("127.0.0.1", 0).threads(2);
        ports.forEach(port -> builder.backend("127.0.0.1", port));
        return builder;
    }

    private Program nginx(int number, List<Integer> listen) throws IOException {
        Path own = Files.createDirectories(folder.resolve("nginx" + number));
        StringBuilder servers = new StringBuilder();
        for (int port : listen) {
            servers.append("server { listen 127.0.0.1:").append(port).append(" backlog=4096;");
            servers.append(" location / { return 200 'hello'; } }\n");
        }
        Path configuration = own.resolve("nginx.conf");
        Files.writeString(
                configuration,
                "daemon off; worker_processes 1; pid "
                        + own.resolve("pid")
                        + "; error_log stderr;\nevents { worker_connections 1024; }\nhttp {"
                        + " access_log off; keepalive_requests 1000000;\n"
                        + servers
                        + "}\n");
        String nginx = Program.find("nginx").toString();
        return Program.start(nginx, "-p", own.toString(), "-c", configuration.toString());
    }

    private String pid(int number) throws IOException {
        return Files.readString(folder.resolve("nginx" + number).resolve("pid")).strip();
    }

    private static void awaitListening(int port) throws Exception {
        Await.until(
                "nginx listens",
                () -> {
                    try (Peer peer = Peer.connect(port)) {
                        return peer.localPort() > 0;
                    } catch (IOException e) {
                        return false;
                    }
                });
    }
}
