package dev.eventloop.lb.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;

/**
 * Backends follow the records of a real DNS server, dnsmasq. Skipped if dnsmasq is not installed.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class BackendsFollowTheirNameTest {
    @TempDir private Path folder;

    @Test
    @DisplayName("every address is a backend, IPv4 and IPv6")
    void everyAddressIsABackend() throws Exception {
        List<String> hosts = List.of("127.0.0.2 app.test", "127.0.0.1 app.test", "::1 app.test");
        try (Dnsmasq dns = Dnsmasq.start(folder, hosts);
                Watched watched = watch("dns:app.test:9000:3", dns)) {
            assertThat(watched.now())
                    .containsExactly("[::1]:9000:3", "127.0.0.1:9000:3", "127.0.0.2:9000:3");
            assertThat(watched.changes()).isEqualTo(1);
            assertThat(watched.log()).isEmpty();
        }
    }

    @Test
    @DisplayName(
            "added and removed addresses are followed; a name without addresses has no backends")
    void changesAreFollowed() throws Exception {
        try (Dnsmasq dns = Dnsmasq.start(folder, List.of("127.0.0.1 app.test"));
                Watched watched = watch("dns:app.test:9000,backup", dns)) {
            watched.await("127.0.0.1:9000,backup");
            dns.hosts("127.0.0.1 app.test", "127.0.0.2 app.test");
            watched.await("127.0.0.1:9000,backup", "127.0.0.2:9000,backup");
            dns.hosts("127.0.0.3 app.test");
            watched.await("127.0.0.3:9000,backup");
            dns.hosts("127.0.0.3 other.test");
            watched.await();
            dns.hosts("127.0.0.1 app.test");
            watched.await("127.0.0.1:9000,backup");
            assertThat(watched.changes()).isEqualTo(5);
            assertThat(watched.log())
                    .containsExactly("dns:app.test:9000: resolved to no addresses");
        }
    }

    @Test
    @DisplayName("a DNS server that dies or hangs removes no backend")
    void outagesChangeNothing() throws Exception {
        try (Dnsmasq dns = Dnsmasq.start(folder, List.of("127.0.0.1 app.test"));
                Watched watched = watch("dns:app.test:9000", dns)) {
            dns.end();
            watched.awaitLog(1);
            watched.await("127.0.0.1:9000");
            dns.run();
            watched.awaitLog(2);
            dns.hosts("127.0.0.2 app.test");
            watched.await("127.0.0.2:9000");
            dns.freeze();
            watched.awaitLog(3);
            watched.await("127.0.0.2:9000");
            dns.thaw();
            watched.awaitLog(4);
            assertThat(watched.changes()).isEqualTo(2);
            String server = "the DNS server 127.0.0.1:" + dns.address().getPort();
            String kept = "; keeping the last known backends (1) until DNS answers";
            assertThat(watched.log()).hasSize(4);
            assertThat(watched.log().get(0)) // the server may have died between the A and the
                    // AAAA query
                    .matches("dns:app.test:9000: A(AAA)? records of app.test: .*")
                    .endsWith(server + " is not running: nothing listens on its port" + kept);
            assertThat(watched.log().get(1)).isEqualTo("dns:app.test:9000: DNS answers again");
            assertThat(watched.log().get(2)).endsWith(server + " does not answer" + kept);
            assertThat(watched.log().get(3)).isEqualTo("dns:app.test:9000: DNS answers again");
        }
    }

    @Test
    @DisplayName("aliases (CNAME) are followed")
    void aliasesAreFollowed() throws Exception {
        try (Dnsmasq dns =
                        Dnsmasq.start(
                                folder,
                                List.of("127.0.0.1 host.test", "::1 host.test"),
                                "--cname=app.test,middle.test",
                                "--cname=middle.test,host.test");
                Watched watched = watch("dns:app.test:9000", dns)) {
            watched.await("[::1]:9000", "127.0.0.1:9000");
            dns.hosts("127.0.0.2 host.test");
            watched.await("127.0.0.2:9000");
        }
    }

    @Test
    @DisplayName("100 addresses, too many for a datagram, arrive over TCP")
    void longAnswersArrive() throws Exception {
        List<String> hosts =
                IntStream.rangeClosed(1, 100).mapToObj(i -> "127.0.1." + i + " app.test").toList();
        String[] expected =
                IntStream.rangeClosed(1, 100)
                        .mapToObj(i -> "127.0.1." + i + ":9000")
                        .toArray(String[]::new);
        try (Dnsmasq dns = Dnsmasq.start(folder, hosts);
                Watched watched = watch("dns:app.test:9000", dns)) {
            watched.await(expected);
            assertThat(watched.changes()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("SRV records give ports and weights; the lowest priority is primary")
    void servicesAreBackends() throws Exception {
        try (Dnsmasq dns =
                        Dnsmasq.start(
                                folder,
                                List.of(
                                        "127.0.0.1 one.test",
                                        "127.0.0.2 two.test",
                                        "::1 two.test",
                                        "127.0.0.3 three.test"),
                                "--srv-host=_http._tcp.app.test,one.test,9001,10,5",
                                "--srv-host=_http._tcp.app.test,two.test,9002,10,3",
                                "--srv-host=_http._tcp.app.test,three.test,9003,20,7");
                Watched watched = watch("srv:_http._tcp.app.test", dns)) {
            watched.await(
                    "[::1]:9002:3",
                    "127.0.0.1:9001:5",
                    "127.0.0.2:9002:3",
                    "127.0.0.3:9003:7,backup");
            dns.hosts("127.0.0.1 one.test", "127.0.0.9 two.test");
            watched.await("127.0.0.1:9001:5", "127.0.0.9:9002:3");
        }
    }

    @Test
    @DisplayName("search domains are tried, except for a name that ends with a dot")
    void searchDomainsAreTried() throws Exception {
        List<String> hosts = List.of("127.0.0.1 app.prod.test", "127.0.0.2 app");
        try (Dnsmasq dns = Dnsmasq.start(folder, hosts)) {
            Environment environment =
                    new Environment(
                            HostsFile.NONE,
                            List.of(dns.address()),
                            List.of(Name.fromString("none.test."), Name.fromString("prod.test.")),
                            1);
            for (String[] nameAndAddress :
                    new String[][] {
                        {"dns:app:9000", "127.0.0.1:9000"}, {"dns:app.:9000", "127.0.0.2:9000"}
                    }) {
                DnsBackends backends =
                        new DnsBackends(
                                DnsName.parse(nameAndAddress[0]),
                                DnsOptions.defaults(),
                                () -> environment);
                try (Watched watched = Watched.start(backends)) {
                    assertThat(watched.now()).containsExactly(nameAndAddress[1]);
                }
            }
        }
    }

    private static Watched watch(String name, Dnsmasq dns) throws Exception {
        DnsOptions options =
                DnsOptions.defaults().server(dns.address()).interval(Duration.ofSeconds(1));
        return Watched.start(new DnsBackends(DnsName.parse(name), options));
    }
}
