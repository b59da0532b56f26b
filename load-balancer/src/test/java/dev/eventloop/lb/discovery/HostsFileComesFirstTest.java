package dev.eventloop.lb.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Type;

/** Names in the hosts file are resolved without DNS. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class HostsFileComesFirstTest {
    @TempDir private Path folder;

    @Test
    @DisplayName("localhost resolves without a server")
    void localhostIsKnown() throws Exception {
        DnsBackends backends =
                new DnsBackends(DnsName.parse("dns:localhost:9000"), DnsOptions.defaults());
        try (Watched watched = Watched.start(backends)) {
            assertThat(watched.now()).contains("127.0.0.1:9000");
        }
    }

    @Test
    @DisplayName("all lines of the file count, ignoring case, and DNS is not queried")
    void allLinesCount() throws Exception {
        Path hosts = folder.resolve("hosts");
        Files.writeString(
                hosts,
                """
                # 127.0.0.9 app
                127.0.0.1\tother App # app.test
                127.0.0.2 app.test
                fe80::1%lo0 app
                not-an-address app

                ::1 app
                127.0.0.1 app
                """);
        try (ScriptedDns dns = ScriptedDns.start().answer("app", Type.A, "127.0.0.8")) {
            for (String name : List.of("app", "app.", "APP")) {
                try (Watched watched = watch(name, hosts, dns)) {
                    assertThat(watched.now()).containsExactly("[::1]:9000", "127.0.0.1:9000");
                }
            }
            assertThat(dns.asked("app", Type.A)).isZero();
        }
    }

    @Test
    @DisplayName("without such a line, or without the file, DNS is queried")
    void otherwiseDnsIsAsked() throws Exception {
        try (ScriptedDns dns = ScriptedDns.start().answer("app", Type.A, "127.0.0.8")) {
            for (Path hosts : List.of(folder.resolve("none"), Path.of("/dev/null"))) {
                try (Watched watched = watch("app", hosts, dns)) {
                    assertThat(watched.now()).containsExactly("127.0.0.8:9000");
                }
            }
        }
    }

    private Watched watch(String name, Path hosts, ScriptedDns dns) throws Exception {
        Path resolvConf = folder.resolve("no resolv.conf");
        HostsFile known = Environment.ofFiles(hosts, resolvConf).get().hosts();
        Environment environment = new Environment(known, List.of(dns.address()), List.of(), 1);
        return Watched.start(
                new DnsBackends(
                        DnsName.addresses(name, 9000), DnsOptions.defaults(), () -> environment));
    }
}
