package dev.eventloop.lb.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;

/** hosts and resolv.conf may vanish, or be read while somebody writes them. */
@Tag("fast")
class HalfWrittenFilesAreNotUsedTest {
    @TempDir private Path folder;

    private Path hosts;
    private Path resolvConf;
    private Supplier<Environment> environment;

    @BeforeEach
    void write() throws Exception {
        hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 app\n");
        resolvConf =
                Files.writeString(
                        folder.resolve("resolv.conf"),
                        """
                        # nameserver 192.0.2.9
                        nameserver 192.0.2.1
                        nameserver dns.example.org
                        nameserver 2001:db8::1
                        search prod.test  test
                        options timeout:1 ndots:3
                        """);
        environment = Environment.ofFiles(hosts, resolvConf);
        assertKnown();
    }

    private void assertKnown() throws Exception {
        Environment now = environment.get();
        assertThat(now.hosts().addresses("app"))
                .containsExactly(InetAddress.getAllByName("127.0.0.1")[0]);
        assertThat(now.servers())
                .extracting(server -> server.getAddress().getHostAddress() + " " + server.getPort())
                .containsExactly("192.0.2.1 53", "2001:db8:0:0:0:0:0:1 53");
        assertThat(now.search())
                .containsExactly(Name.fromString("prod.test."), Name.fromString("test."));
        assertThat(now.ndots()).isEqualTo(3);
    }

    @Test
    @DisplayName("new contents count once they were read twice")
    void changesAreBelievedTheSecondTime() throws Exception {
        Files.writeString(hosts, "127.0.0.2 a");
        Files.writeString(resolvConf, "nameserver 192.0.2.2");
        assertKnown();
        Files.writeString(hosts, "127.0.0.2 app");
        assertThat(environment.get().servers()).hasSize(1);
        assertThat(environment.get().hosts().addresses("app"))
                .containsExactly(InetAddress.getByName("127.0.0.2"));
        assertThat(environment.get().ndots()).isEqualTo(1);
    }

    @Test
    @DisplayName("a file that is gone, or names no server any more, keeps what was known")
    void whatIsGoneStays() throws Exception {
        Files.delete(hosts);
        Files.delete(resolvConf);
        assertKnown();
        assertKnown();
        Files.writeString(resolvConf, "search none.test");
        assertKnown();
        assertKnown();
    }

    @Test
    @DisplayName("without a file, the server is on this machine")
    void theDefaultIsLocal() {
        Path none = folder.resolve("none");
        Environment now = Environment.ofFiles(none, none).get();
        assertThat(now.servers())
                .allMatch(server -> server.getAddress().isLoopbackAddress())
                .hasSize(1);
        assertThat(now.hosts().addresses("app")).isEmpty();
        assertThat(now.candidates(DnsName.addresses("app.", 1).toName()))
                .isEqualTo(List.of(DnsName.addresses("app.", 1).toName()));
    }
}
