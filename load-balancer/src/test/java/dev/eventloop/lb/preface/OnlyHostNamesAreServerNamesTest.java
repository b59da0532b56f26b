package dev.eventloop.lb.preface;

import static dev.eventloop.lb.preface.HelloBytes.hello;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A hello's name is a host name in lower case; what is none counts as no name. */
@Timeout(60)
@Tag("fast")
class OnlyHostNamesAreServerNamesTest {
    private static final String LABEL = "a".repeat(63);

    /** 253 characters. */
    private static final String LONGEST = LABEL + "." + LABEL + "." + LABEL + "." + "b".repeat(61);

    @ParameterizedTest
    @CsvSource({
        "www.example.org, www.example.org",
        "WWW.Example.ORG, www.example.org",
        "www.example.org., www.example.org",
        "localhost, localhost",
        "localhost., localhost",
        "a, a",
        "xn--bcher-kva.example, xn--bcher-kva.example",
        "a_b.example, a_b.example",
        "-a-.example, -a-.example",
        "1.2.3.example, 1.2.3.example",
        "1.2.3.4x, 1.2.3.4x",
        "AZ09.az, az09.az"
    })
    void namesAreInLowerCaseAndWithoutLastDot(String sent, String name) {
        assertThat(read(sent)).isEqualTo(HelloReading.found(name));
    }

    private static Stream<String> longest() {
        return Stream.of(LONGEST, LONGEST + ".");
    }

    @ParameterizedTest
    @MethodSource("longest")
    void namesHaveUpTo253Characters(String sent) {
        assertThat(LONGEST).hasSize(253);
        assertThat(read(sent)).isEqualTo(HelloReading.found(LONGEST));
    }

    private static Stream<String> tooLong() {
        return Stream.of(
                LONGEST + "b",
                LONGEST + "b.",
                LONGEST + "..",
                "a." + LABEL + "a.b",
                LABEL + "a",
                "x".repeat(10_000));
    }

    @ParameterizedTest
    @MethodSource("tooLong")
    void longerOnesAreNone(String sent) {
        assertThat(read(sent)).isEqualTo(HelloReading.found(""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                ".example.org",
                "www..example.org",
                "www.example.org..",
                "www.example.org\u0000",
                "\u0000",
                "www\u0000.example.org",
                "b\u00fccher.example",
                "\u00c1.example",
                "*.example.org",
                "www example.org",
                "www.example.org:443",
                "www.example.org/",
                "@[`{",
                "a\r\nb"
            })
    void otherCharactersAndEmptyPartsMakeNone(String sent) {
        assertThat(read(sent)).isEqualTo(HelloReading.found(""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.1",
                "192.0.2.1.",
                "127.1",
                "1",
                "999.999.999.999",
                "::1",
                "2001:db8::1",
                "[2001:db8::1]"
            })
    void addressesAreNone(String sent) {
        assertThat(read(sent)).isEqualTo(HelloReading.found(""));
    }

    private static HelloReading read(String sent) {
        byte[] stream = hello().serverName(sent).record();
        HelloReading reading = HelloReading.of(stream);
        assertThat(HelloReading.of(stream, () -> 1)).isEqualTo(reading);
        return reading;
    }
}
