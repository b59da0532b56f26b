package dev.eventloop.lb.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.Program;
import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The metrics follow the rules of Prometheus, are bounded, and correct. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class MetricsAreCleanTest {
    private static final Pattern SERIES = Pattern.compile("([a-z_]+)(\\{(.*)})? ([0-9.E+-]+)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

    private EchoServer echo;
    private NamedServer named;
    private LoadBalancer loadBalancer;
    private AdminServer admin;

    @BeforeEach
    void start() throws IOException {
        echo = EchoServer.start();
        named = NamedServer.start("named");
        loadBalancer =
                Unchecked.builder()
                        .listen("127.0.0.1", 0)
                        .threads(2)
                        .backend("127.0.0.1", echo.port(), 3)
                        .start();
        InetAddress host = InetAddress.getLoopbackAddress();
        admin = AdminServer.start(loadBalancer, new InetSocketAddress(host, 0), null);
    }

    @AfterEach
    void stop() throws IOException {
        admin.close();
        loadBalancer.close();
        echo.close();
        named.close();
    }

    private String metrics() throws IOException {
        Call.Response response = Call.get(admin, "/metrics").send();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().get("content-type")).startsWith("text/plain; version=0.0.4");
        return response.body();
    }

    private void talk(int bytes) throws Exception {
        long before = loadBalancer.stats().closes().getOrDefault(CloseReason.CLIENT_CLOSED, 0L);
        try (Peer client = Peer.connect(loadBalancer.port())) {
            client.send(new byte[bytes]).finish();
            assertThat(client.readToEnd()).hasSize(bytes);
        }
        Await.equal(
                before + 1,
                () -> loadBalancer.stats().closes().getOrDefault(CloseReason.CLIENT_CLOSED, 0L));
    }

    @Test
    @DisplayName("promtool finds no problem, with or without traffic")
    void promtool(@TempDir Path folder) throws Exception {
        Path promtool = Program.find("promtool");
        if (promtool == null) {
            System.out.println("MetricsAreCleanTest: skipped, because promtool is not on the PATH");
        }
        assumeTrue(promtool != null, "promtool is not on the PATH");
        Path file = folder.resolve("metrics");
        for (int i = 0; i < 2; i++) {
            Files.writeString(file, metrics());
            assertThat(Program.run("sh", "-c", promtool + " check metrics < " + file)).isEmpty();
            talk(1000);
        }
    }

    @Test
    @DisplayName("every series has HELP and TYPE, counters end in _total, labels are known")
    void shape() throws Exception {
        talk(1000);
        Set<String> helped = new HashSet<>();
        Set<String> counters = new HashSet<>();
        Set<String> others = new HashSet<>();
        for (String line : metrics().lines().toList()) {
            if (line.startsWith("# HELP ")) {
                helped.add(line.split(" ", -1)[2]);
            } else if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ", -1);
                (words[3].equals("counter") ? counters : others).add(words[2]);
            } else {
                Matcher series = SERIES.matcher(line);
                assertThat(series.matches()).as(line).isTrue();
                String name = series.group(1).replaceFirst("_(bucket|count|sum)$", "");
                assertThat(helped).as(line).contains(name);
                assertThat(counters.contains(name) || others.contains(name)).as(line).isTrue();
                LABEL.matcher(line)
                        .results()
                        .forEach(
                                label ->
                                        assertThat(label.group(1))
                                                .isIn(
                                                        "backend",
                                                        "direction",
                                                        "frontend",
                                                        "le",
                                                        "pool",
                                                        "reason",
                                                        "state",
                                                        "worker"));
            }
        }
        assertThat(counters).isNotEmpty().allMatch(name -> name.endsWith("_total"));
        assertThat(others).isNotEmpty().noneMatch(name -> name.endsWith("_total"));
        assertThat(helped)
                .hasSize(counters.size() + others.size())
                .allMatch(n -> n.startsWith("lb_"));
    }

    @Test
    @DisplayName("the values match the traffic")
    void values() throws Exception {
        talk(1000);
        talk(234);
        String name = "127.0.0.1:" + echo.port();
        String labels = "{backend=\"" + name + "\",pool=\"default\"";
        try (Peer open = Peer.connect(loadBalancer.port())) {
            assertThat(open.send("x").readText(1)).isEqualTo("x");
            assertThat(metrics().lines())
                    .contains(
                            "lb_ready 1.0",
                            "lb_connections_accepted_total{frontend=\"default\"} 3.0",
                            "lb_connections_active{frontend=\"default\"} 1.0",
                            "lb_connections_closed_total{frontend=\"default\",reason=\"client-closed\"} 2.0",
                            "lb_connections_closed_total{frontend=\"default\",reason=\"backend-reset\"} 0.0",
                            "lb_connection_duration_seconds_count 2",
                            "lb_backend_up" + labels + "} 1.0",
                            "lb_backend_state" + labels + ",state=\"up\"} 1.0",
                            "lb_backend_state" + labels + ",state=\"drain\"} 0.0",
                            "lb_backend_weight" + labels + "} 3.0",
                            "lb_backend_connections_active" + labels + "} 1.0",
                            "lb_backend_connections_total" + labels + "} 3.0",
                            "lb_backend_connect_failures_total" + labels + "} 0.0",
                            "lb_backend_check_failures_total" + labels + "} 0.0");
        }
        Await.until("the last bytes are counted", () -> metrics().contains(bytes(name, "up")));
        assertThat(metrics()).contains(bytes(name, "down"));
    }

    private static String bytes(String name, String direction) {
        return "lb_backend_bytes_total{backend=\"%s\",direction=\"%s\",pool=\"default\"} 1235.0"
                .formatted(name, direction);
    }

    @Test
    @DisplayName("a removed backend disappears")
    void removedBackends() throws Exception {
        String name = "127.0.0.1:" + named.port();
        assertThat(metrics()).doesNotContain(name);
        String body = "{\"address\":\"" + name + "\"}";
        assertThat(Call.of(admin, "POST", "/api/v1/backends").body(body).send().status())
                .isEqualTo(201);
        assertThat(metrics()).contains("lb_backend_up{backend=\"" + name + "\",pool=\"default\"}");
        String path = "/api/v1/backends/" + name;
        assertThat(Call.of(admin, "DELETE", path).send().status()).isEqualTo(204);
        Await.until("it is gone", () -> !metrics().contains(name));
    }

    @Test
    @DisplayName("HEAD has the length and no body")
    void head() throws Exception {
        Call.Response response = Call.of(admin, "HEAD", "/metrics").send();
        assertThat(response.status()).isEqualTo(200);
        assertThat(Integer.parseInt(response.headers().get("content-length"))).isGreaterThan(1000);
        assertThat(response.body()).isEmpty();
    }
}
