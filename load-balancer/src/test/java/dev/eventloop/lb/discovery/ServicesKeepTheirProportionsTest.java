package dev.eventloop.lb.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Type;

/** The weights of SRV records become weights from 1 to 256 in the same proportions. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class ServicesKeepTheirProportionsTest {
    private static final String SERVICES = "_http._tcp.app.test";

    @Test
    @DisplayName("weights above 256 are scaled down in proportion, none below 1")
    void largeWeightsAreScaledDown() throws Exception {
        assertThat(
                        found(
                                "srv:" + SERVICES,
                                "0 60000 1 a.test",
                                "0 30000 2 a.test",
                                "0 10 3 a.test",
                                "0 0 4 a.test"))
                .containsExactly(
                        "127.0.0.1:1:256", "127.0.0.1:2:128", "127.0.0.1:3", "127.0.0.1:4");
    }

    @Test
    @DisplayName("backups are scaled separately from primaries")
    void backupsAreScaledSeparately() throws Exception {
        assertThat(
                        found(
                                "srv:" + SERVICES,
                                "5 20 1 a.test",
                                "7 65535 2 a.test",
                                "9 32768 3 a.test"))
                .containsExactly(
                        "127.0.0.1:1:20", "127.0.0.1:2:256,backup", "127.0.0.1:3:128,backup");
    }

    @Test
    @DisplayName("the same address and port twice is one primary with the sum of the weights")
    void theSameTwiceIsOne() throws Exception {
        assertThat(found("srv:" + SERVICES, "0 2 1 a.test", "0 3 1 b.test", "1 9 1 a.test"))
                .containsExactly("127.0.0.1:1:5");
    }

    @Test
    @DisplayName("with ,backup all records are backups")
    void allAreBackups() throws Exception {
        assertThat(found("srv:" + SERVICES + ",backup", "0 2 1 a.test", "1 9 2 a.test"))
                .containsExactly("127.0.0.1:1:2,backup", "127.0.0.1:2:9,backup");
    }

    @Test
    @DisplayName("a target that is the root means no service")
    void theRootIsNoTarget() throws Exception {
        assertThat(found("srv:" + SERVICES, "0 0 0 .")).isEmpty();
    }

    @Test
    @DisplayName("a target in the additional section is not queried")
    void additionalSectionIsUsed() throws Exception {
        try (ScriptedDns dns = ScriptedDns.start()) {
            dns.answer(
                    SERVICES,
                    Type.SRV,
                    List.of("0 1 9001 a.test", "0 1 9002 b.test"),
                    "a.test",
                    "127.0.0.7");
            dns.answer("b.test", Type.A, "127.0.0.8");
            try (Watched watched = watch("srv:" + SERVICES, dns)) {
                assertThat(watched.now()).containsExactly("127.0.0.7:9001", "127.0.0.8:9002");
                assertThat(dns.asked("a.test", Type.A)).isZero();
                assertThat(dns.asked("a.test", Type.AAAA)).isZero();
                assertThat(dns.asked("b.test", Type.A)).isEqualTo(1);
            }
        }
    }

    private static List<String> found(String name, String... services) throws Exception {
        try (ScriptedDns dns = ScriptedDns.start()) {
            dns.answer(SERVICES, Type.SRV, services)
                    .answer("a.test", Type.A, "127.0.0.1")
                    .answer("b.test", Type.A, "127.0.0.1");
            try (Watched watched = watch(name, dns)) {
                return watched.now();
            }
        }
    }

    private static Watched watch(String name, ScriptedDns dns) throws Exception {
        return Watched.start(
                new DnsBackends(DnsName.parse(name), DnsOptions.defaults().server(dns.address())));
    }
}
