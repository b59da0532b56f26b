package dev.eventloop.lb.preface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A route that could never apply is refused with a sentence that says what would be right. */
@Timeout(60)
@Tag("fast")
class BadRoutesAreExplainedTest {
    private static final String WRITE = "; write a name such as www.example.org or *.example.org";

    @ParameterizedTest
    @CsvSource({
        "www.example.org, www.example.org",
        "WWW.Example.Org., www.example.org",
        "*.EXAMPLE.org, *.example.org",
        "*.org, *.org",
        "localhost, localhost",
        "_sip.example.org, _sip.example.org",
        "*.b\u00fccher.example, *.xn--bcher-kva.example"
    })
    void namesAreKeptAsClientsSendThem(String text, String name) {
        ServerNamePattern pattern = ServerNamePattern.parse(text);
        assertThat(pattern).hasToString(name).isEqualTo(ServerNamePattern.parse(name));
        assertThat(pattern.text()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*|for all names, leave it out or set a default pool",
                "*.*.x|only the whole first part may be *; write *.x",
                "www.*.example.org|only the whole first part may be *; write *.example.org",
                "www*.example.org|only the whole first part may be *; write *.example.org",
                "**.example.org|only the whole first part may be *; write *.example.org",
                "www.*|only the whole first part may be *; write *.example.org",
                "*.*.|only the whole first part may be *; write *.example.org",
                ".example.org|it begins with a dot; write *.example.org for all names below the"
                        + " domain"
            })
    void wildcardsAreExplained(String text, String why) {
        assertThatRefused(text, why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|the name is empty",
                "*.|the name is empty",
                "www..example.org|there is nothing before or after a dot",
                "www.example.org..|there is nothing before or after a dot",
                "www example.org|only letters, digits, - and _ may be between the dots",
                "www.example.org:443|only letters, digits, - and _ may be between the dots",
                "https://www.example.org|only letters, digits, - and _ may be between the dots",
                "192.0.2.1|its last part is a number, as in an IP address, whic"
                        + "h clients never send (RFC 6066, section 3)",
                "*.2.1|its last part is a number, as in an IP address, whic"
                        + "h clients never send (RFC 6066, section 3)",
                "::1|only letters, digits, - and _ may be between the dots"
            })
    void namesThatNoClientSendsAreExplained(String text, String why) {
        assertThatRefused(text, why + WRITE);
    }

    @Test
    void namesThatAreTooLongAreExplained() {
        assertThatRefused(
                "a".repeat(64) + ".example",
                "a part between dots has more than 63 characters" + WRITE);
        assertThatRefused("a.".repeat(126) + "aa", "it has more than 253 characters" + WRITE);
        for (int length : new int[] {254, 3_886, 1_000_000}) { // where IDN ends by other exceptions
            assertThatRefused("\u00fc".repeat(length), "it has more than 253 characters" + WRITE);
        }
        assertThat(ServerNamePattern.parse("a.".repeat(126) + "a").text()).hasSize(253);
    }

    @Test
    void lettersThatVersionsOfIdnaDisagreeOnAreExplained() {
        assertThatRefused(
                "stra\u00dfe.example",
                "what one of its letters stands for depends on the version of IDNA; write the name"
                        + " as it is in DNS, with xn--");
    }

    @Test
    void namesThatCannotBeConvertedAreExplained() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerNamePattern.parse("\u00fc".repeat(70) + ".example"))
                .withMessageStartingWith("the server name \"\u00fc")
                .withMessageContaining("it cannot be converted to A-labels");
    }

    @Test
    void routesWithoutConditionOrPoolAreExplained() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Route<>(null, null, "web"))
                .withMessage(
                        "the route to web has neither a server name nor an ALPN protocol; give it"
                                + " one, or make web the default pool");
        assertThatNullPointerException()
                .isThrownBy(() -> new Route<>(null, "h2", null))
                .withMessage("pool");
    }

    @Test
    void protocolsHave1To255Bytes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Route<>(null, "", "web"))
                .withMessage(
                        "the ALPN protocol \"\" of the route to web is empty; write one such as h2"
                                + " or http/1.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Route<>(null, "\u00fc".repeat(128), "web"))
                .withMessageEndingWith(
                        "is longer than 255 bytes; write one such as h2 or http/1.1");
        assertThat(new Route<>(null, "x".repeat(255), "web").pool()).isEqualTo("web");
    }

    private static void assertThatRefused(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServerNamePattern.parse(text))
                .withMessage("the server name \"" + text + "\": " + why);
    }
}
