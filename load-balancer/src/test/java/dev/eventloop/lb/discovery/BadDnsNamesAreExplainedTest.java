package dev.eventloop.lb.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An invalid DNS name or server is refused with a sentence that says what would be right. */
@Tag("fast")
class BadDnsNamesAreExplainedTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dns:app | the port is missing; write dns:NAME:PORT[:WEIGHT][,backup]",
                "dns:app: | the port is missing; write dns:NAME:PORT[:WEIGHT][,backup]",
                "dns::80 | the name is missing; write dns:NAME:PORT[:WEIGHT][,backup]",
                "dns:app:0 | the port \"0\" is not a whole number from 1 to 65535",
                "dns:app:80:257 | the weight \"257\" is not a whole number from 1 to 256",
                "dns:app:80:1:1 | there are too many colons",
                "dns:127.0.0.1:80 | this is an address, not a name; leave out dns:",
                "dns:[::1]:80 | this is an address, not a name; leave out dns:",
                "dns:a..b:80 | \"a..b\" cannot be a DNS name",
                "srv: | the name is missing; write srv:NAME[,backup]",
                "srv:app:80 | SRV records have their own ports and weights",
                "app:80 | write dns:NAME:PORT[:WEIGHT][,backup] or srv:NAME[,backup]",
            })
    @DisplayName("invalid names")
    void names(String text, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DnsName.parse(text))
                .withMessageMatching("backend (dns|srv|app):.*: .*")
                .withMessageContaining(sentence);
    }

    @Test
    @DisplayName("valid names and servers are parsed")
    void right() {
        assertThat(DnsName.parse("dns:app.internal:9000:3,backup"))
                .isEqualTo(DnsName.addresses("app.internal", 9000).weight(3).backup(true));
        assertThat(DnsName.parse("srv:_http._tcp.app.internal.,backup").maxConnections(5))
                .isEqualTo(
                        DnsName.services("_http._tcp.app.internal.")
                                .backup(true)
                                .maxConnections(5));
        assertThat(DnsName.isMeant("dns:x")).isTrue();
        assertThat(DnsName.isMeant("srv:x")).isTrue();
        assertThat(DnsName.isMeant("unix:x")).isFalse();
        assertThat(DnsOptions.defaults().server("127.0.0.2").server()).hasToString("/127.0.0.2:53");
        assertThat(DnsOptions.defaults().server("[::1]:5353").server())
                .hasToString("/[0:0:0:0:0:0:0:1]:5353");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dns.internal:53 | \"dns.internal\" is not an IP address",
                "127.0.0.1: | the port is not a whole number from 1 to 65535",
                "127.0.0.1:99999 | the port is not a whole number from 1 to 65535",
                "[::1]53 | the port is not a whole number from 1 to 65535",
                "[::1 | the closing bracket is missing",
                "::1 | \"\" is not an IP address",
            })
    @DisplayName("invalid servers")
    void servers(String text, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DnsOptions.defaults().server(text))
                .withMessage(
                        "DNS server "
                                + text
                                + ": "
                                + sentence
                                + "; write IPV4[:PORT] or [IPV6][:PORT], such as 10.0.0.2:53");
    }

    @Test
    @DisplayName("an interval below one second")
    void intervals() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DnsOptions.defaults().interval(Duration.ofMillis(999)))
                .withMessage("the interval of DNS look-ups is 999ms; it must be 1s or more");
    }
}
