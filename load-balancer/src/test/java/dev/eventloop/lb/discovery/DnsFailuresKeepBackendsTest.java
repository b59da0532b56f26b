package dev.eventloop.lb.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** A failing DNS server removes no backends; only an empty answer does. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class DnsFailuresKeepBackendsTest {
    private static final String APP = "app.test";

    @ParameterizedTest
    @ValueSource(ints = {Rcode.SERVFAIL, Rcode.REFUSED, Rcode.FORMERR})
    @DisplayName("SERVFAIL and the like keep the backends, and are logged once")
    void failuresKeepWhatWasThere(int failure) throws Exception {
        try (ScriptedDns dns = ScriptedDns.start();
                Watched watched = watch(dns.answer(APP, Type.A, "127.0.0.1", "127.0.0.2"))) {
            watched.await("127.0.0.1:9000", "127.0.0.2:9000");
            dns.fail(APP, Type.A, failure);
            int before = dns.asked(APP, Type.A);
            Await.until("asked again and again", () -> dns.asked(APP, Type.A) >= before + 4);
            assertThat(watched.log()).hasSize(1);
            assertThat(watched.log().get(0))
                    .startsWith(
                            "dns:app.test:9000: A records of app.test: the DNS server 127.0.0.1:")
                    .endsWith("; keeping the last known backends (2) until DNS answers");
            dns.answer(APP, Type.A, "127.0.0.2", "127.0.0.3");
            watched.await("127.0.0.2:9000", "127.0.0.3:9000");
            watched.awaitLog(2);
            assertThat(watched.log().get(1)).isEqualTo("dns:app.test:9000: DNS answers again");
            assertThat(watched.changes()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Rcode.NXDOMAIN, Rcode.NOERROR})
    @DisplayName("NXDOMAIN or an empty answer removes the backends")
    void emptyAnswersAreBelieved(int answer) throws Exception {
        try (ScriptedDns dns = ScriptedDns.start();
                Watched watched = watch(dns.answer(APP, Type.A, "127.0.0.1"))) {
            watched.await("127.0.0.1:9000");
            dns.fail(APP, Type.A, answer);
            watched.await();
            dns.answer(APP, Type.A, "127.0.0.1");
            watched.await("127.0.0.1:9000");
        }
    }

    @Test
    @DisplayName("IPv6 addresses stay while AAAA fails; IPv4 addresses are still followed")
    void familiesFailByThemselves() throws Exception {
        try (ScriptedDns dns = ScriptedDns.start();
                Watched watched =
                        watch(dns.answer(APP, Type.A, "127.0.0.1").answer(APP, Type.AAAA, "::1"))) {
            watched.await("[::1]:9000", "127.0.0.1:9000");
            dns.fail(APP, Type.AAAA, Rcode.SERVFAIL).answer(APP, Type.A, "127.0.0.2");
            watched.await("[::1]:9000", "127.0.0.2:9000");
            dns.fail(APP, Type.A, Rcode.SERVFAIL).answer(APP, Type.AAAA);
            watched.await("127.0.0.2:9000");
        }
    }

    @Test
    @DisplayName("an SRV target that cannot be looked up keeps its address")
    void targetsFailByThemselves() throws Exception {
        String services = "_http._tcp.app.test";
        try (ScriptedDns dns = ScriptedDns.start()) {
            dns.answer(services, Type.SRV, "0 1 9001 one.test", "0 1 9002 two.test")
                    .answer("one.test", Type.A, "127.0.0.1")
                    .answer("two.test", Type.A, "127.0.0.2");
            try (Watched watched = watch("srv:" + services, dns)) {
                watched.await("127.0.0.1:9001", "127.0.0.2:9002");
                dns.fail("one.test", Type.A, Rcode.SERVFAIL)
                        .answer("two.test", Type.A, "127.0.0.3");
                watched.await("127.0.0.1:9001", "127.0.0.3:9002");
                dns.fail(services, Type.SRV, Rcode.SERVFAIL)
                        .fail("two.test", Type.A, Rcode.SERVFAIL);
                int before = dns.asked(services, Type.SRV);
                Await.until("asked again", () -> dns.asked(services, Type.SRV) >= before + 4);
                watched.await("127.0.0.1:9001", "127.0.0.3:9002");
            }
        }
    }

    @Test
    @DisplayName("without a first answer there are no backends, and they come later")
    void theFirstAnswerMayBeLate() throws Exception {
        try (ScriptedDns dns = ScriptedDns.start().fail(APP, Type.A, Rcode.SERVFAIL);
                Watched watched = watch(dns)) {
            assertThat(watched.changes()).isZero();
            assertThat(watched.log())
                    .containsExactly(
                            "dns:app.test:9000: A records of app.test: the DNS server 127.0.0.1:"
                                    + dns.address().getPort()
                                    + " answered SERVFAIL; no backends from it until DNS answers");
            dns.answer(APP, Type.A, "127.0.0.1");
            watched.await("127.0.0.1:9000");
        }
    }

    @Test
    @DisplayName("if the first server of the system fails, the next one is queried")
    void theNextServerIsAsked() throws Exception {
        try (ScriptedDns bad = ScriptedDns.start().fail(APP, Type.A, Rcode.SERVFAIL);
                ScriptedDns good = ScriptedDns.start().answer(APP, Type.A, "127.0.0.1")) {
            List<InetSocketAddress> servers = List.of(bad.address(), good.address());
            Environment environment = new Environment(HostsFile.NONE, servers, List.of(), 1);
            try (Watched watched =
                    Watched.start(
                            new DnsBackends(
                                    DnsName.addresses(APP, 9000),
                                    DnsOptions.defaults(),
                                    () -> environment))) {
                assertThat(watched.now()).containsExactly("127.0.0.1:9000");
                assertThat(watched.log()).isEmpty();
                assertThat(bad.asked(APP, Type.A)).isEqualTo(1);
            }
        }
    }

    private static Watched watch(ScriptedDns dns) throws Exception {
        return watch("dns:app.test:9000", dns);
    }

    private static Watched watch(String name, ScriptedDns dns) throws Exception {
        return Watched.start(
                new DnsBackends(
                        DnsName.parse(name),
                        DnsOptions.defaults()
                                .server(dns.address())
                                .interval(Duration.ofSeconds(1))));
    }
}
