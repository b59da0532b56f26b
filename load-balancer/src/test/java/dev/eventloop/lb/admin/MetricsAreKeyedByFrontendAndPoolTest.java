package dev.eventloop.lb.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.Program;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.fixture.Unchecked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each frontend and each backend of each pool has series of its own. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class MetricsAreKeyedByFrontendAndPoolTest {
    private EchoServer echo;
    private LoadBalancer loadBalancer;
    private AdminServer admin;

    @BeforeEach
    void start() throws IOException {
        echo = EchoServer.start();
        loadBalancer =
                Unchecked.builder()
                        .threads(1)
                        .frontend("public", f -> f.listen("127.0.0.1", 0).pool("web.eu"))
                        .frontend("internal", f -> f.listen("127.0.0.1", 0).pool("api"))
                        .pool("web.eu", p -> p.backend("127.0.0.1", echo.port(), 3))
                        .pool("api", p -> p.backend("127.0.0.1", echo.port(), 2))
                        .start();
        InetAddress host = InetAddress.getLoopbackAddress();
        admin = AdminServer.start(loadBalancer, new InetSocketAddress(host, 0), null);
    }

    @AfterEach
    void stop() throws IOException {
        admin.close();
        loadBalancer.close();
        echo.close();
    }

    private String metrics() throws IOException {
        return Call.get(admin, "/metrics").send().body();
    }

    private void talk(int frontend, int bytes) throws Exception {
        int port = loadBalancer.stats().frontends().get(frontend).addresses().get(0).getPort();
        try (Peer client = Peer.connect(port)) {
            client.send(new byte[bytes]).finish();
            assertThat(client.readToEnd()).hasSize(bytes);
        }
    }

    private static String closed(String frontend, String count) {
        return "lb_connections_closed_total{frontend=\"%s\",reason=\"client-closed\"} %s\n"
                .formatted(frontend, count);
    }

    @Test
    @DisplayName("traffic is counted for its frontend and for the backend in its pool")
    void values() throws Exception {
        talk(0, 100);
        talk(1, 20);
        talk(1, 3);
        Await.until(
                "all are closed",
                () ->
                        metrics().contains(closed("public", "1.0"))
                                && metrics().contains(closed("internal", "2.0")));
        String name = "{backend=\"127.0.0.1:" + echo.port() + "\",";
        assertThat(metrics().lines())
                .contains(
                        "lb_connections_accepted_total{frontend=\"public\"} 1.0",
                        "lb_connections_accepted_total{frontend=\"internal\"} 2.0",
                        "lb_connections_active{frontend=\"public\"} 0.0",
                        "lb_connections_active{frontend=\"internal\"} 0.0",
                        "lb_backend_up" + name + "pool=\"web.eu\"} 1.0",
                        "lb_backend_up" + name + "pool=\"api\"} 1.0",
                        "lb_backend_weight" + name + "pool=\"web.eu\"} 3.0",
                        "lb_backend_weight" + name + "pool=\"api\"} 2.0",
                        "lb_backend_connections_total" + name + "pool=\"web.eu\"} 1.0",
                        "lb_backend_connections_total" + name + "pool=\"api\"} 2.0",
                        "lb_backend_bytes_total" + name + "direction=\"up\",pool=\"web.eu\"} 100.0",
                        "lb_backend_bytes_total" + name + "direction=\"down\",pool=\"api\"} 23.0",
                        "lb_backend_state" + name + "pool=\"api\",state=\"up\"} 1.0");
    }

    @Test
    @DisplayName("promtool finds no problem with several frontends and pools")
    void promtool(@TempDir Path folder) throws Exception {
        Path promtool = Program.find("promtool");
        if (promtool == null) {
            System.out.println(
                    "MetricsAreKeyedByFrontendAndPoolTest: skipped, promtool is not on the PATH");
        }
        assumeTrue(promtool != null, "promtool is not on the PATH");
        talk(0, 100);
        Path file = folder.resolve("metrics");
        Files.writeString(file, metrics());
        assertThat(Program.run("sh", "-c", promtool + " check metrics < " + file)).isEmpty();
    }
}
