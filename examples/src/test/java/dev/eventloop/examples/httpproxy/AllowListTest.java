package dev.eventloop.examples.httpproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which destinations a rule allows. */
@Tag("fast")
class AllowListTest {
    @ParameterizedTest
    @CsvSource({
        "example.org, example.org:443, true",
        "example.org, EXAMPLE.org:80, true",
        "example.org, example.org:22, false",
        "example.org, www.example.org:443, false",
        "example.org, notexample.org:443, false",
        "example.org:22, example.org:22, true",
        "example.org:22, example.org:443, false",
        "example.org:*, example.org:1, true",
        "*.example.org, www.example.org:443, true",
        "*.example.org, a.b.example.org:443, true",
        "*.example.org, example.org:443, false",
        "*.example.org, badexample.org:443, false",
        "*, anything:443, true",
        "*, anything:25, false",
        "*:*, anything:25, true",
        "[::1]:*, [::1]:25, true",
        "[::1], [::2]:443, false"
    })
    @DisplayName("a rule is for a host or its subdomains, and for ports")
    void rules(String rule, String authority, boolean allowed) {
        assertThat(AllowList.of(List.of(rule)).allows(Authority.parse(authority, 0)))
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*example.org",
                "a b",
                "http://x",
                "x:",
                "x:0",
                "x:080",
                "x:65536",
                "x:http",
                "a.*"
            })
    @DisplayName("an invalid rule is refused")
    void noRules(String rule) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AllowList.of(List.of(rule)))
                .withMessageStartingWith("--allow " + rule + " is not a host; ");
    }
}
