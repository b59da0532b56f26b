package dev.eventloop.lb.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.lb.LoadBalancer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ready means that every pool has a backend that is up; otherwise the answer names the pools. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class ReadyMeansEveryPoolHasABackendTest {
    private EchoServer web;
    private EchoServer api;
    private LoadBalancer loadBalancer;
    private AdminServer admin;

    @BeforeEach
    void start() throws IOException {
        web = EchoServer.start();
        api = EchoServer.start();
        loadBalancer =
                LoadBalancer.builder()
                        .threads(1)
                        .healthCheck(Duration.ofMillis(50))
                        .listen("127.0.0.1", 0)
                        .frontend("default", f -> f.pool("web").route("api.test", "api"))
                        .pool("web", p -> p.backend("127.0.0.1", web.port()))
                        .pool("api", p -> p.backend("127.0.0.1", api.port()))
                        .start();
        InetAddress host = InetAddress.getLoopbackAddress();
        admin = AdminServer.start(loadBalancer, new InetSocketAddress(host, 0), "0123456789abcdef");
    }

    @AfterEach
    void stop() throws IOException {
        admin.close();
        loadBalancer.close();
        web.close();
        api.close();
    }

    private Call.Response ready() throws IOException {
        return Call.get(admin, "/readyz").send();
    }

    private void awaitNotReady(String why) throws Exception {
        Await.equal("{\"error\":\"not ready: " + why + "\"}", () -> ready().body());
        assertThat(ready().status()).isEqualTo(503);
        assertThat(Call.get(admin, "/healthz").send().status()).isEqualTo(200);
        assertThat(Call.get(admin, "/metrics").token("0123456789abcdef").send().body())
                .contains("lb_ready 0.0");
    }

    @Test
    @DisplayName("the answer names one pool without a backend, then two, then says that it stopped")
    void pools() throws Exception {
        assertThat(ready().body()).isEqualTo("{\"status\":\"ready\"}");
        api.close();
        awaitNotReady("no backend is up in pool api");
        web.close();
        awaitNotReady("no backend is up in pools web, api");
        loadBalancer.close();
        awaitNotReady("the load balancer no longer accepts connections");
    }
}
