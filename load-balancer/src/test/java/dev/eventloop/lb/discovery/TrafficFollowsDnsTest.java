package dev.eventloop.lb.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.EchoServer;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ScriptedServer;
import dev.eventloop.lb.LoadBalancer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.LoadBalancerStats;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** A whole load balancer whose backends come from DNS. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class TrafficFollowsDnsTest {
    private static final String SERVICES = "_http._tcp.app.test";

    @Test
    @DisplayName("new connections follow the records, in proportion to their weights")
    void trafficFollowsTheRecords() throws Exception {
        try (NamedServer a = NamedServer.start("A");
                NamedServer b = NamedServer.start("B");
                NamedServer c = NamedServer.start("C");
                ScriptedDns dns = ScriptedDns.start()) {
            dns.answer("host.test", Type.A, "127.0.0.1")
                    .answer(SERVICES, Type.SRV, srv(0, 3, a), srv(0, 1, b), srv(1, 1, c));
            try (LoadBalancer lb = over("srv:" + SERVICES, dns).start()) {
                assertThat(NamedServer.ask(lb.port(), 8)).matches("(?=.*B.*B)[AB]{8}");
                assertThat(a.served()).isEqualTo(6);
                dns.answer(SERVICES, Type.SRV, srv(1, 1, c));
                Await.equal(1, () -> lb.stats().backends().size());
                assertThat(NamedServer.ask(lb.port(), 3)).isEqualTo("CCC");
            }
        }
    }

    @Test
    @DisplayName("an open connection to a removed address continues; new ones go elsewhere")
    void heldConnectionsGoOn() throws Exception {
        try (ScriptedServer old = ScriptedServer.start(TrafficFollowsDnsTest::nameThenEcho);
                NamedServer next = NamedServer.start("N");
                ScriptedDns dns = ScriptedDns.start()) {
            dns.answer("host.test", Type.A, "127.0.0.1")
                    .answer(SERVICES, Type.SRV, srv(old.port()));
            try (LoadBalancer lb = over("srv:" + SERVICES, dns).start();
                    Peer held = Peer.connect(lb.port())) {
                assertThat(held.send("before").readText(7)).isEqualTo("Obefore");
                dns.answer(SERVICES, Type.SRV, srv(0, 1, next));
                Await.equal("N", () -> nameAt(lb.port()));
                assertThat(names(lb)).containsExactly("127.0.0.1:" + next.port());
                assertThat(NamedServer.ask(lb.port(), 3)).isEqualTo("NNN");
                assertThat(held.send("after").readText(5)).isEqualTo("after");
            }
        }
    }

    @Test
    @DisplayName("traffic continues when DNS dies")
    void trafficOutlivesDns() throws Exception {
        try (NamedServer a = NamedServer.start("A");
                ScriptedDns dns = ScriptedDns.start().answer("app.test", Type.A, "127.0.0.1");
                LoadBalancer lb = over("dns:app.test:" + a.port(), dns).start()) {
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
            dns.fail("app.test", Type.A, Rcode.SERVFAIL);
            int before = dns.asked("app.test", Type.A);
            Await.until("asked again", () -> dns.asked("app.test", Type.A) >= before + 4);
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
            dns.end();
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
            assertThat(lb.isReady()).isTrue();
        }
    }

    @Test
    @DisplayName("a load balancer starts without DNS, and serves once DNS answers")
    void startsBeforeDns() throws Exception {
        try (NamedServer a = NamedServer.start("A");
                ScriptedDns dns = ScriptedDns.start().fail("app.test", Type.A, Rcode.SERVFAIL);
                LoadBalancer lb = over("dns:app.test:" + a.port(), dns).start()) {
            assertThat(lb.isReady()).isFalse();
            Peer.connectAndReadUntilReset(lb.port());
            dns.answer("app.test", Type.A, "127.0.0.1");
            Await.until("a backend", lb::isReady);
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
        }
    }

    @Test
    @DisplayName("a reload with another weight applies it and keeps connections")
    void reloadChangesTheWeight() throws Exception {
        try (EchoServer echo = EchoServer.start();
                ScriptedDns dns = ScriptedDns.start().answer("app.test", Type.A, "127.0.0.1")) {
            String name = "dns:app.test:" + echo.port();
            try (LoadBalancer lb = over(name, dns).start();
                    Peer held = Peer.connect(lb.port())) {
                assertThat(held.send("before").readText(6)).isEqualTo("before");
                assertThat(lb.reload(over(name + ":7", dns).listen("127.0.0.1", lb.port())))
                        .isNotNull();
                LoadBalancerStats.Backend backend = lb.stats().backends().get(0);
                assertThat(backend.weight()).isEqualTo(7);
                assertThat(backend.active()).isEqualTo(1);
                dns.fail("app.test", Type.A, Rcode.SERVFAIL);
                assertThat(lb.reload(over(name + ":9", dns).listen("127.0.0.1", lb.port())))
                        .isNotNull();
                assertThat(names(lb)).containsExactly("127.0.0.1:" + echo.port());
                assertThat(held.send("after").readText(5)).isEqualTo("after");
            }
        }
    }

    private static void nameThenEcho(Peer client) throws IOException {
        client.send("O");
        try {
            while (true) {
                client.send(client.read(1));
            }
        } catch (EOFException e) {
            client.finish();
        }
    }

    private static String nameAt(int port) throws IOException {
        try (Peer client = Peer.connect(port)) {
            return client.readText(1);
        }
    }

    private static List<String> names(LoadBalancer lb) {
        return lb.stats().backends().stream().map(LoadBalancerStats.Backend::name).toList();
    }

    private static String srv(int port) {
        return "0 1 " + port + " host.test";
    }

    private static String srv(int priority, int weight, NamedServer server) {
        return priority + " " + weight + " " + server.port() + " host.test";
    }

    private static LoadBalancerBuilder over(String name, ScriptedDns dns) throws IOException {
        DnsOptions options =
                DnsOptions.defaults().server(dns.address()).interval(Duration.ofSeconds(1));
        return LoadBalancer.builder()
                .listen("127.0.0.1", 0)
                .threads(2)
                .backends(new DnsBackends(DnsName.parse(name), options));
    }
}
